import { fileURLToPath } from 'node:url'
import {
  buildTrace,
  describeContract,
  expectSftError,
  pluginContract,
  recordHooks,
  testRun,
} from '@sftkit/testing'
import { preset } from 'sftkit'
import { describe, expect, it } from 'vitest'
import { patchbot } from '../src/plugin.ts'

const line = {
  patchbot: 2,
  run: 'r-1',
  ticket: 'SHOP-1',
  repo: 'shop/web',
  model: 'small-model',
  began: '2026-02-02T09:00:00Z',
  steps: [
    { who: 'person', says: 'The cart shows NaN.' },
    { who: 'bot', thinks: 'Look first.', says: 'I look.', does: { tool: 'search', with: { text: 'NaN' } } },
    { who: 'tool', says: 'cart.ts:4', ok: true },
    { who: 'bot', says: 'The price was text; it is a number now.' },
  ],
  review: 'merged',
  dollars: 0.04,
}
const failedStep = { who: 'tool', says: 'exit 1', ok: false }

describeContract(
  { describe, it },
  'patchbot',
  pluginContract(patchbot, {
    validOptions: [{ maxFailures: 0 }, { maxFailures: 3 }],
    wrongOptions: [{ maxFailures: -1 }, { maxfailures: 1 }],
    run: { rows: [line, { ...line, run: 'r-2', steps: [...line.steps, failedStep] }] },
  }),
)

describe('the loader', () => {
  it('reads a run', async () => {
    const { traces } = await testRun({ plugins: [patchbot()], rows: [line] })
    expect(traces[0]).toMatchObject({
      session: 'r-1',
      agent: 'patchbot',
      group: { key: 'SHOP-1', task: 'SHOP-1', repo: 'shop/web' },
      outcome: { status: 'completed', resolved: true },
      usage: { costUsd: 0.04 },
      tags: ['review:merged'],
      messages: [
        { role: 'user', content: 'The cart shows NaN.' },
        {
          role: 'assistant',
          content: 'I look.',
          reasoning: 'Look first.',
          toolCalls: [{ id: 'step-1', name: 'search', arguments: { text: 'NaN' } }],
        },
        { role: 'tool', content: 'cart.ts:4', toolCallId: 'step-1' },
        { role: 'assistant', content: 'The price was text; it is a number now.' },
      ],
    })
  })

  it('counts what it does not carry', async () => {
    const { losses } = await testRun({ plugins: [patchbot()], rows: [{ ...line, worker: 'w3' }] })
    expect(losses).toMatchObject([{ plugin: 'patchbot', field: 'worker', kind: 'dropped' }])
  })

  it('sends what is no run to unreadable.jsonl, and goes on', async () => {
    const rows = [line, { ...line, steps: 'none' }, { ...line, steps: [{ who: 'cat' }] }]
    const { unreadable, traces } = await testRun({
      plugins: [patchbot()],
      rows,
      config: { maxUnreadable: 1 },
    })
    expect(unreadable.map((row) => [row.line, row.code])).toEqual([
      [2, 'SFT_ROW_SHAPE'],
      [3, 'SFT_ROW_SHAPE'],
    ])
    expect(traces).toHaveLength(1)
  })
})

it('leaves out runs in which too many tools failed', async () => {
  const rows = [line, { ...line, run: 'r-2', steps: [...line.steps, failedStep, failedStep] }]
  const { drops, traces } = await testRun({ plugins: [patchbot({ maxFailures: 1 })], rows })
  expect(traces[1]?.tags).toEqual(['patchbot:tool_failed', 'review:merged'])
  expect(drops).toMatchObject([{ plugin: 'patchbot', stage: 'filter', reason: 'tools-failed' }])
})

it('lets traces of other formats alone', async () => {
  const { traces, drops } = await testRun({ plugins: [patchbot()], traces: [buildTrace()] })
  expect(traces[0]?.tags).toEqual([])
  expect(drops).toEqual([])
})

it('is called in this order', async () => {
  const recording = recordHooks([patchbot()])
  await testRun({ plugins: recording.plugins, rows: [line] })
  expect(recording.order()).toEqual([
    'patchbot: load.detect(patchbot)',
    'patchbot: load.read(patchbot)',
    'patchbot: tag',
    'patchbot: filter',
  ])
})

it('refuses options that it does not have', async () => {
  await expectSftError(() => patchbot({ limit: 1 } as never), 'SFT_PLUGIN_OPTIONS', { plugin: 'patchbot' })
})

it('reads the traces of this example beside the default preset', async () => {
  const traces = fileURLToPath(new URL('../traces', import.meta.url))
  const { rows, result } = await testRun({
    plugins: [patchbot({ maxFailures: 0 }), ...preset()],
    config: { input: traces },
    format: 'messages',
  })
  expect(result).toMatchObject({ traces: 6, dropped: 1, unreadable: 0 })
  expect(rows.messages?.train).toHaveLength(5)
})
