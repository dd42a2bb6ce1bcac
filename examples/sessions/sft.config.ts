import { defineConfig, sessions } from 'sftkit'

export default defineConfig({
  plugins: [sessions({ database: 'sessions.db', project: 'shop', agent: 'support', judgment: 'acceptable' })],
  format: ['messages'],
  split: { ratios: { train: 1 } },
  output: { dir: 'out' },
})
