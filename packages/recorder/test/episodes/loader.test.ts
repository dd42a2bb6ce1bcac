import { appendFileSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { formats } from '@sftkit/plugin-formats'
import { loaders } from '@sftkit/plugin-loaders'
import { split } from '@sftkit/plugin-split'
import { describeContract, pluginContract, testRun } from '@sftkit/testing'
import { describe, expect, it } from 'vitest'
import { createRecorder, openRecording, recordings, trajectoryOf } from '../../src/index.ts'
import { temporaryFolder } from './folder.ts'
import { recordRepair } from './record-repair.ts'

const load = (input: string) => testRun({ plugins: [...loaders(), recordings()], config: { input } })

describe('recordings as traces', () => {
  it('become a task, calls with their results, and an outcome', async () => {
    const file = await recordRepair(temporaryFolder())
    const { traces, losses, unreadable } = await load(dirname(file))
    expect(unreadable).toEqual([])
    const [trace] = traces
    expect(traces).toHaveLength(1)
    expect(trace).toMatchObject({
      source: { format: 'recordings', uri: expect.stringMatching(/\.jsonl$/) },
      session: basename(file, '.jsonl'),
      model: 'scripted',
      group: { task: 'make the test pass', key: 'make the test pass' },
      outcome: { status: 'completed', reward: 1, resolved: true },
      metadata: { recordings: { variant_id: 'v1', total_steps: 6, end_metadata: { seen: 'to the end' } } },
    })
    expect(trace?.messages.slice(0, 3)).toMatchObject([
      { role: 'user', content: 'make the test pass\n\n{"files":["sum.ts","sum.test.ts"]}' },
      {
        role: 'assistant',
        content: 'Now list_files.',
        toolCalls: [{ id: 'step_1', name: 'list_files', arguments: {} }],
      },
      { role: 'tool', toolCallId: 'step_1', content: '{"files":["sum.test.ts","sum.ts"]}' },
    ])
    expect(trace?.messages[4]).toMatchObject({ role: 'tool', content: 'no such file: missing.ts' })
    expect(trace?.messages[9]?.toolCalls).toEqual([
      {
        id: 'step_5',
        name: 'write_file',
        arguments: { path: 'sum.ts', content: 'export const sum = (a, b) => a + b\n' },
      },
    ])
    expect(trace?.events?.[4]).toMatchObject({
      type: 'step',
      data: {
        reward: 0,
        file_diff: { path: 'sum.ts', before: 'export const sum = (a, b) => a - b\n', chars_changed: 1 },
      },
    })
    expect(losses.filter(({ kind }) => kind === 'dropped')).toEqual([])
  })

  it('has flags as tags, and every text in the traces', async () => {
    const folder = temporaryFolder()
    const recorder = createRecorder({ folder })
    const large = 'words and words\n'.repeat(500)
    recorder.startEpisode('t', 'v', {
      system: 'You are.',
      tools: [{ type: 'function', function: { name: 'x' } }],
    })
    recorder.recordStep({
      action: { type: 'x', path: 'p', arguments: { path: 'own', deep: { a: [1] } } },
      observation: large,
      reward: 0,
      securityFlags: ['network', 'odd'],
    })
    recorder.endEpisode(0.5)
    await recorder.close()
    const { traces } = await load(folder)
    expect(traces[0]).toMatchObject({
      tags: ['security:network', 'security:odd'],
      tools: [{ type: 'function', function: { name: 'x' } }],
      outcome: { status: 'completed', reward: 0.5, resolved: false },
      messages: [
        { role: 'system', content: 'You are.' },
        { role: 'user', content: 't' },
        { toolCalls: [{ arguments: { action_path: 'p', path: 'own', deep: { a: [1] } } }] },
        { content: large },
      ],
    })
  })

  it('says what is missing: a torn row, a text, a content', async () => {
    const folder = temporaryFolder()
    const recorder = createRecorder({ folder })
    const id = recorder.startEpisode('t', 'v')
    recorder.recordStep({ action: { type: 'look' }, observation: ['x'.repeat(5000)], reward: 0.25 })
    recorder.recordStep({ action: { type: 'write' }, contentLength: 3, observation: 'ok', reward: 0 })
    recorder.recordStep({
      action: { type: 'run', arguments: { code: 'y'.repeat(5000) } },
      observation: 'ok',
      reward: 0,
    })
    await recorder.close()
    appendFileSync(join(folder, `${id}.jsonl`), '{"type":"step","step_numb')
    rmSync(join(folder, '.recorder'), { recursive: true })
    const { traces, losses, unreadable } = await load(folder)
    expect(unreadable).toEqual([])
    expect(traces[0]?.outcome).toEqual({ status: 'unknown', reward: 0.25 })
    expect(traces[0]?.messages).toMatchObject([
      {},
      {},
      { content: '[""]' },
      { train: false },
      {},
      { train: false },
      {},
    ])
    expect(losses.filter(({ kind }) => kind === 'dropped').map(({ field, count }) => [field, count])).toEqual(
      [
        ['step.observation_snapshot[]', 1],
        ['step.action_arguments.code', 1],
        ['step', 1],
        ['step.action_content', 1],
      ],
    )
    expect(openRecording(join(folder, `${id}.jsonl`)).damaged).toMatchObject([{ torn: true, bytes: 25 }])
  })

  it('are read from trajectories in one object too, with unknown keys in the ledger', async () => {
    const file = await recordRepair(temporaryFolder())
    const whole = trajectoryOf(openRecording(file))
    const { traces: expected } = await load(file)
    const { traces, losses } = await testRun({
      plugins: [...loaders(), recordings()],
      files: { 'runs/one.json': JSON.stringify({ ...whole, mystery: 1 }, null, 2) },
    })
    expect(traces.map(({ messages, outcome }) => ({ messages, outcome }))).toEqual(
      expected.map(({ messages, outcome }) => ({ messages, outcome })),
    )
    expect(losses).toContainEqual(expect.objectContaining({ field: 'episode.mystery', kind: 'dropped' }))
  })

  it('become training rows, all attempts at a task in one split', async () => {
    const folder = temporaryFolder()
    const recorder = createRecorder({ folder })
    for (let number = 0; number < 24; number++) {
      recorder.startEpisode(`task ${number % 6}`, 'v')
      recorder.recordStep({ action: { type: 'look' }, observation: `seen ${number}`, reward: 1, done: true })
      recorder.endEpisode(1)
    }
    await recorder.close()
    const run = await testRun({
      plugins: [...loaders(), recordings(), split(), ...formats()],
      format: ['messages', 'openai'],
      config: { input: folder, split: { ratios: { train: 0.5, validation: 0.5 } } },
    })
    const tasks = (name: string): Set<unknown> =>
      new Set(run.rows.messages?.[name]?.map(({ metadata }) => (metadata as { group?: string }).group))
    const [train, validation] = [tasks('train'), tasks('validation')]
    expect(new Set([...train, ...validation]).size).toBe(6)
    expect(train.size + validation.size).toBe(6)
    expect(Object.values(run.rows.openai ?? {}).flat()).toHaveLength(24)
  })
})

const RECORDING = [
  {
    type: 'episode',
    format: 'sftkit-episode',
    version: 1,
    episode_id: 'e',
    task: 't',
    variant_id: 'v',
    start_time: 1e9,
  },
  {
    type: 'step',
    step_number: 1,
    timestamp: 1e9,
    action_type: 'look',
    observation_snapshot: 'seen',
    reward: 1,
    cumulative_reward: 1,
    done: true,
    security_flags: [],
  },
]

describeContract(
  { describe, it },
  'recordings',
  pluginContract(() => recordings(), { run: { files: { 'e.jsonl': RECORDING } } }),
)
