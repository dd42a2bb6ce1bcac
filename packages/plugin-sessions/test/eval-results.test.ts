import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildTrace, describeContract, expectSftError, pluginContract, testRun } from '@sftkit/testing'
import { afterAll, describe, expect, it } from 'vitest'
import {
  golden,
  traces as realTraces,
  suite,
  withoutGolden,
  withoutTraces,
} from '../../plugin-loaders/test/shared.ts'
import { zipArchive } from '../../plugin-loaders/test/zip-archive.ts'
import { evalResultFiles, evalResults, evalResultsToDataset } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'sftkit-eval-results-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const history = (answer: string) => [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'How warm is it?' },
  { type: 'function_call', call_id: 'c1', name: 'weather', arguments: { city: 'Oslo' } },
  { type: 'function_call_output', call_id: 'c1', output: '7 degrees' },
  { role: 'assistant', content: answer },
]
const results = [
  { passed: true, history: history('Seven.'), suite: 'a' },
  { passed: false, history: history('Hot.'), suite: 'a' },
  { passed: true, history: history('Mild.'), suite: 'b' },
  { passed: true, history: [] },
  { passed: true },
]

describe('results in memory', () => {
  it('give rows of what passed, with tool calls, and say what was left out', async () => {
    const { rows, leftOut } = await evalResultsToDataset({ results })
    expect(rows).toHaveLength(2)
    expect(rows[0]).toEqual({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'How warm is it?' },
        {
          role: 'assistant',
          content: '',
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: '7 degrees' },
        { role: 'assistant', content: 'Seven.' },
      ],
    })
    expect(leftOut).toEqual([
      { result: 1, reason: 'not-passed' },
      { result: 3, reason: 'empty' },
      { result: 4, reason: 'empty' },
    ])
  })

  it('give all of them, the texts alone, without system, by a filter', async () => {
    const { rows } = await evalResultsToDataset(results, {
      passedOnly: false,
      includeSystem: false,
      includeToolCalls: false,
      filter: ({ suite }) => suite === 'a',
    })
    expect(rows.map(({ messages }) => messages.map(({ content }) => content))).toEqual([
      ['How warm is it?', 'Seven.'],
      ['How warm is it?', 'Hot.'],
    ])
  })

  it('may come bit by bit, and are written where it is asked for', async () => {
    const write = join(folder, 'deep/rows.jsonl')
    async function* later() {
      yield* results
    }
    const { rows } = await evalResultsToDataset(later(), { write })
    const lines = readFileSync(write, 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(rows)
  })

  it('a filter that throws leaves out what it threw at, with its error', async () => {
    const { rows, leftOut } = await evalResultsToDataset(results, {
      filter: ({ suite }) => {
        if (suite === 'b') throw new Error('no suite b')
        return true
      },
    })
    expect(rows).toHaveLength(1)
    expect(leftOut).toContainEqual({ result: 2, reason: 'filter-error', detail: 'no suite b' })
  })

  it('refuses a filter that is asynchronous, and a file that cannot be written', async () => {
    const filter = (async () => true) as never
    await expectSftError(evalResultsToDataset(results, { filter }), 'SFT_PLUGIN_PROMISE')
    writeFileSync(join(folder, 'file'), '')
    const write = join(folder, 'file/rows.jsonl')
    await expectSftError(evalResultsToDataset(results, { write }), 'SFT_OUT_UNWRITABLE')
    expect(existsSync(write)).toBe(false)
  })

  it('without any give no rows', async () => {
    expect(await evalResultsToDataset([])).toEqual({ rows: [], leftOut: [] })
  })
})

const header = { version: 2, status: 'success', eval: { task: 'sums', model: 'lab/solver', config: {} } }
const sample = (id: number, value: string) => ({
  id,
  epoch: 1,
  uuid: `u${id}`,
  input: `How much is ${id} + 2?`,
  target: String(id + 2),
  messages: [
    { id: `s${id}`, role: 'system', content: 'Count.' },
    { id: `m${id}`, role: 'user', content: `How much is ${id} + 2?` },
    {
      id: `c${id}`,
      role: 'assistant',
      content: 'I add.',
      tool_calls: [{ id: `t${id}`, function: 'add', arguments: { a: id, b: 2 }, type: 'function' }],
    },
    { id: `r${id}`, role: 'tool', content: String(id + 2), tool_call_id: `t${id}`, function: 'add' },
    { id: `a${id}`, role: 'assistant', content: value === 'C' ? String(id + 2) : 'No idea.' },
  ],
  output: { model: 'solver', choices: [] },
  scores: { exact: { value } },
  metadata: {},
})

describe('results in files', () => {
  const json = join(folder, 'log.json')
  writeFileSync(json, JSON.stringify({ ...header, samples: [sample(1, 'C'), sample(2, 'I')] }))
  const archive = join(folder, 'log.eval')
  writeFileSync(
    archive,
    zipArchive({
      '_journal/start.json': JSON.stringify({ version: 2, eval: header.eval, plan: {} }),
      'samples/3_epoch_1.json': JSON.stringify(sample(3, 'C')),
      'samples/4_epoch_1.json': JSON.stringify(sample(4, 'N')),
      'header.json': JSON.stringify(header),
    }),
  )
  const rewards = join(folder, 'rewards.jsonl')
  const session = (id: string, reward: number) => ({
    session_id: id,
    reward,
    messages: [
      { role: 'user', content: `Question ${id}` },
      { role: 'assistant', content: `Answer ${id}` },
    ],
  })
  writeFileSync(rewards, `${JSON.stringify(session('a', 0.9))}\n${JSON.stringify(session('b', 0.3))}\n`)

  it('Inspect logs, as documents and archives', async () => {
    const { rows, leftOut } = await evalResultsToDataset([json, archive])
    expect(rows.map(({ messages }) => messages.map(({ role }) => role))).toEqual([
      ['system', 'user', 'assistant', 'tool', 'assistant'],
      ['system', 'user', 'assistant', 'tool', 'assistant'],
    ])
    expect(rows.map(({ messages }) => messages.at(-1)?.content)).toEqual(['3', '5'])
    expect(leftOut.map(({ reason }) => reason)).toEqual(['not-passed', 'not-passed'])
  })

  it('the texts alone, without system, by a filter over traces', async () => {
    const { rows } = await evalResultsToDataset(json, {
      passedOnly: false,
      includeSystem: false,
      includeToolCalls: false,
      filter: ({ messages }) => messages.length === 5,
    })
    expect(rows.map(({ messages }) => messages)).toMatchObject([
      [{ content: 'How much is 1 + 2?' }, { content: 'I add.' }, { content: '3' }],
      [{ content: 'How much is 2 + 2?' }, { content: 'I add.' }, { content: 'No idea.' }],
    ])
  })

  it('by their rewards, where there is no verdict', async () => {
    const strict = await evalResultsToDataset(rewards)
    expect(strict.rows).toHaveLength(0)
    expect(strict.leftOut.map(({ reason }) => reason)).toEqual(['no-verdict', 'no-verdict'])
    const { rows, leftOut } = await evalResultsToDataset(rewards, { minReward: 0.5 })
    expect(rows.map(({ messages }) => messages[0]?.content)).toEqual(['Question a'])
    expect(leftOut).toMatchObject([{ reason: 'not-passed' }])
  })

  it("a suite's results, saved as they are", async () => {
    const suite = join(folder, 'suite.json')
    writeFileSync(suite, JSON.stringify({ results, model: 'teacher' }))
    const { rows, leftOut } = await evalResultsToDataset(suite)
    expect(rows.map(({ messages }) => messages.at(-1)?.content)).toEqual(['Seven.', 'Mild.'])
    expect(leftOut.map(({ reason }) => reason)).toEqual(['not-passed', 'empty', 'empty'])
  })

  it('that are not there are an error', async () => {
    await expectSftError(evalResultsToDataset(join(folder, 'nothing.eval')), 'SFT_INPUT_EMPTY')
  })
})

describe.skipIf(withoutTraces)(suite('real logs of Inspect', withoutTraces), () => {
  it('are rows or left out with a reason, and none is lost', async () => {
    const logs = globSync('inspect-ai-log/**/*.eval', { cwd: realTraces }).map((log) => join(realTraces, log))
    const passed = await evalResultsToDataset(logs)
    const all = await evalResultsToDataset(logs, { passedOnly: false })
    expect(passed.rows.length).toBeGreaterThan(10)
    expect(passed.rows.length + passed.leftOut.length).toBe(all.rows.length)
    expect(new Set(passed.leftOut.map(({ reason }) => reason))).toEqual(new Set(['not-passed', 'no-verdict']))
  })
})

describe.skipIf(withoutGolden)(suite('the reference vectors', withoutGolden), () => {
  /** The vectors' writer escapes and spaces JSON in its own way: JSON texts are compared as values. */
  const normalise = (value: unknown): unknown => {
    if (typeof value === 'string' && /^[[{]/.test(value)) {
      try {
        return { json: JSON.parse(value) as unknown }
      } catch {
        return value
      }
    }
    if (Array.isArray(value)) return value.map(normalise)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, normalise(inner)]))
  }
  const read = () =>
    readFileSync(`${golden}/history-to-messages.jsonl`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))

  it.each([
    ['messages', {}],
    ['messagesWithoutSystem', { includeSystem: false }],
    ['textOnly', { includeToolCalls: false }],
  ] as const)('%s', async (output, options) => {
    const vectors = read()
    const { rows } = await evalResultsToDataset(
      vectors.map(({ history: items }) => ({ passed: true, history: items })),
      options,
    )
    const wanted = vectors.map((vector) => vector[output]).filter((messages) => messages.length > 0)
    expect(wanted.length).toBeGreaterThan(300)
    expect(normalise(rows.map(({ messages }) => messages))).toEqual(normalise(wanted))
  })
})

describe('the plugin', () => {
  it('keeps what passed, and says why the others were left out', async () => {
    const traces = [
      buildTrace({ outcome: { status: 'completed', resolved: true } }),
      buildTrace({ outcome: { status: 'completed', resolved: false, reward: 0.9 } }),
      buildTrace({ outcome: { status: 'completed', reward: 0.4 } }),
      buildTrace({ outcome: { status: 'errored' } }),
    ]
    const reasons = async (options: Parameters<typeof evalResults>[0]) =>
      (await testRun({ traces, plugins: [evalResults(options)] })).drops.map(({ reason }) => reason)
    expect(await reasons({})).toEqual(['not-passed', 'no-verdict', 'no-verdict'])
    expect(await reasons({ minReward: 0.5 })).toEqual(['not-passed', 'no-verdict'])
    expect(await reasons({ passedOnly: false })).toEqual([])
  })
})

describeContract(
  { describe, it },
  'evalResults',
  pluginContract(evalResults, {
    validOptions: [{}, { minReward: 0.5, filter: () => true }],
    wrongOptions: [{ passed: true }, { filter: 'x' }],
    run: { traces: [buildTrace({ outcome: { status: 'completed', resolved: true } })] },
  }),
)

describeContract(
  { describe, it },
  'evalResultFiles',
  pluginContract(evalResultFiles, { run: { rows: [{ results }] } }),
)
