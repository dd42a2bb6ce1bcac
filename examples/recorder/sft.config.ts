import { defineConfig, reward } from 'sftkit'

export default defineConfig({
  input: ['out/recordings'],
  keep: reward({ min: 1 }),
  format: ['messages'],
  split: { ratios: { train: 0.5, validation: 0.5 } },
  output: { dir: 'out/dataset-run' },
})
