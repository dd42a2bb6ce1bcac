import { defineConfig, not, tag } from 'sftkit'
import { examSplit } from './src/exam-split.ts'

export default defineConfig({
  input: ['traces'],
  plugins: [examSplit({ prefix: 'exam-' })],
  keep: not(tag('outcome:errored')),
  split: { ratios: { practice: 0.5, exam: 0.5 } },
  output: { dir: 'out' },
})
