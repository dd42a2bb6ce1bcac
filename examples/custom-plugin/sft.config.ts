import { defineConfig, not, tag } from 'sftkit'
import { patchbot } from './src/plugin.ts'

export default defineConfig({
  input: ['traces'],
  plugins: [patchbot({ maxFailures: 2 })],

  // The plugin's own tags are known to the compiler: `tag('review:declned')` does not compile.
  keep: not(tag('review:declined')),

  format: ['messages', 'chatml'],
  split: { ratios: { train: 0.8, validation: 0.2 } },
  output: { dir: 'out' },
})
