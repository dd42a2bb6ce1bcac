import { deepStrictEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { buildTrace, describeContract, pluginContract, testRun } from '@sftkit/testing'
import { examSplit } from '../src/exam-split.ts'

const config = { split: { ratios: { practice: 0.5, exam: 0.5 } } }
const traces = ['exam-1', 'sums', 'exam-2'].map((task) => buildTrace({ group: { task } }))

describeContract(
  { describe, it },
  'exam-split',
  pluginContract(examSplit, {
    validOptions: [{ prefix: 'exam-' }, { prefix: 'quiz-' }],
    wrongOptions: [{ prefix: 3 }, {}],
    run: { config, traces },
  }),
)

it('puts exams aside', async () => {
  const { rows } = await testRun({ plugins: [examSplit({ prefix: 'exam-' })], config, traces })
  deepStrictEqual([rows.example?.practice?.length, rows.example?.exam?.length], [1, 2])
})
