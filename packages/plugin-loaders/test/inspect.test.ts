import type { Trace } from '@sftkit/core'
import { type TestFile, testRun } from '@sftkit/testing'
import { describe, expect, test } from 'vitest'
import { loaders } from '../src/index.ts'
import { type LoadedFiles, loadFiles } from './load-files.ts'
import { traces as realTraces, suite, withoutTraces } from './shared.ts'
import { tableRow } from './support.ts'
import { type Packing, zipArchive } from './zip-archive.ts'

const spec = {
  task: 'sums',
  task_id: 't1',
  run_id: 'r1',
  eval_id: 'e1',
  created: '2026-01-01T00:00:00+00:00',
  model: 'lab/solver',
  dataset: { name: 'numbers' },
  config: {},
}
const header = {
  version: 2,
  status: 'success',
  eval: spec,
  plan: { steps: [{ solver: 'generate', params: {} }] },
}

const usage = { input_tokens: 5, output_tokens: 2, total_tokens: 7 }
const ask = { id: 'm1', role: 'user', content: 'How much is 2 + 2?', source: 'input' }
const answer = { id: 'm2', role: 'assistant', content: '4', source: 'generate', model: 'solver-1' }

function sample(fields: object = {}): Record<string, unknown> {
  return {
    id: 1,
    epoch: 1,
    uuid: 'u1',
    input: 'How much is 2 + 2?',
    target: '4',
    messages: [ask, answer],
    output: { model: 'solver-1', choices: [{ message: answer, stop_reason: 'stop' }], usage },
    scores: { exact: { value: 'C', answer: '4' } },
    metadata: { level: 'easy' },
    store: {},
    events: [],
    model_usage: { 'lab/solver': usage },
    attachments: {},
    ...fields,
  }
}

/** The entries of a log with so many samples. */
function samplesOf(log: number, count: number): Record<string, string> {
  const entries = Array.from({ length: count }, (_, at) => {
    const fields = { id: at, uuid: `${log}-${at}`, messages: [{ ...ask, content: `${log} ${at}?` }, answer] }
    return [`samples/${at}_epoch_1.json`, JSON.stringify(sample(fields))] as const
  })
  return { 'header.json': JSON.stringify(header), ...Object.fromEntries(entries) }
}

const log = (...samples: object[]): string => JSON.stringify({ ...header, samples }, null, 1)
const load = (...samples: object[]): Promise<LoadedFiles> => loadFiles({ 'a.json': log(...samples) })
async function loadOne(fields: object): Promise<Trace> {
  const { traces } = await load(sample(fields))
  expect(traces).toHaveLength(1)
  return traces[0] as Trace
}
const model = (fields: object): object => ({
  event: 'model',
  timestamp: '2026-01-01T00:00:01+00:00',
  model: 'lab/solver',
  input: [ask],
  tools: [],
  tool_choice: 'auto',
  config: {},
  output: { model: 'solver-1', choices: [{ message: answer, stop_reason: 'stop' }] },
  ...fields,
})
const details = ({ losses }: LoadedFiles, field: string): (string | undefined)[] =>
  losses.flatMap((loss) => (loss.field === field ? [loss.detail] : []))

describe('inspect logs', () => {
  test('a sample is a trace', async () => {
    const { traces, losses } = await load(sample())
    expect(traces).toMatchObject([
      {
        source: { format: 'inspect' },
        session: 'u1',
        group: { key: 'sums/1', task: 'sums/1', session: 'u1', attempt: '1' },
        model: 'lab/solver',
        startedAt: '2026-01-01T00:00:00+00:00',
        messages: [
          { role: 'user', content: 'How much is 2 + 2?' },
          { role: 'assistant', content: '4' },
        ],
        outcome: { status: 'completed', reward: 1, resolved: true },
        usage: { inputTokens: 5, outputTokens: 2, totalTokens: 7 },
        metadata: {
          inspect: {
            run_id: 'r1',
            target: '4',
            metadata: { level: 'easy' },
            scores: { exact: { value: 'C', answer: '4' } },
            models: ['solver-1'],
          },
        },
      },
    ])
    expect(losses.filter(({ detail }) => detail === 'unknown')).toEqual([])
  })

  test('samples alone are read too, one a line, without a task', async () => {
    const { traces } = await loadFiles({ 'a.jsonl': [sample(), sample({ id: 2, uuid: 'u2' })] })
    expect(traces.map(({ group }) => group)).toEqual([
      { key: 'u1', session: 'u1', attempt: '1' },
      { key: 'u2', session: 'u2', attempt: '1' },
    ])
  })

  test('epochs are attempts of one task', async () => {
    const { traces } = await load(sample(), sample({ epoch: 2, uuid: 'u2' }))
    expect(traces.map(({ group }) => [group.key, group.attempt])).toEqual([
      ['sums/1', '1'],
      ['sums/1', '2'],
    ])
  })

  test.each([
    [{ a: { value: 'I' } }, { reward: 0, resolved: false }],
    [{ a: { value: 'P' } }, { reward: 0.5, resolved: false }],
    [{ a: { value: 'N' } }, { reward: 0, resolved: false }],
    [{ a: { value: true } }, { reward: 1, resolved: true }],
    [{ a: { value: 0.25 } }, { reward: 0.25 }],
    [{ a: { value: 'yes' } }, { reward: 1, resolved: true }],
    [{ a: { value: { speed: 1 } } }, {}],
    [{}, {}],
    [undefined, {}],
  ])('scores %j', async (scores, verdict) => {
    expect((await loadOne({ scores })).outcome).toEqual({ status: 'completed', ...verdict })
  })

  test('scorers that disagree', async () => {
    const loaded = await load(sample({ scores: { a: { value: 'C' }, b: { value: 'I', explanation: 'no' } } }))
    expect(loaded.traces[0]?.outcome.reward).toBe(1)
    expect(loaded.traces[0]?.metadata.inspect).toMatchObject({ scores: { b: { explanation: 'no' } } })
    expect(details(loaded, 'scores')).toEqual(['scorers disagree: the first is the reward'])
  })

  test('errors, limits and retries', async () => {
    const failed = await loadOne({
      error: { message: 'Boom', traceback: 'secret path', traceback_ansi: 'x' },
      error_retries: [{ message: 'First boom', traceback: 'y', traceback_ansi: 'z' }],
    })
    expect(failed.outcome).toMatchObject({ status: 'errored', error: 'Boom' })
    expect(failed.events).toEqual([{ type: 'retry', data: { message: 'First boom' } }])
    expect(JSON.stringify(failed)).not.toContain('secret path')
    const limited = await loadOne({ limit: { type: 'token', limit: 100 } })
    expect(limited.outcome).toMatchObject({ status: 'limit', error: 'token limit 100', reward: 1 })
  })

  test('calls, results, errors of tools, reasoning, turns of the input', async () => {
    const shown = { role: 'assistant', content: 'Like this.', source: 'input' }
    const call = {
      id: 'c1',
      function: 'sum',
      arguments: { of: [2, 2] },
      type: 'function',
      view: { content: 'v' },
    }
    const bad = { id: 'c2', function: 'sum', arguments: {}, parse_error: 'no JSON', type: 'function' }
    const thinking = [
      { type: 'reasoning', reasoning: 'I add.', signature: 'sig', redacted: false },
      { type: 'reasoning', reasoning: 'ciphertext', summary: 'In short.', redacted: true },
      { type: 'text', text: 'Adding.' },
      { type: 'data', data: { x: 1 } },
    ]
    const { messages } = await loadOne({
      messages: [
        { role: 'system', content: 'Be exact.' },
        shown,
        ask,
        { role: 'assistant', content: thinking, tool_calls: [call, bad], source: 'generate' },
        { role: 'tool', content: '4', tool_call_id: 'c1', function: 'sum' },
        {
          role: 'tool',
          content: '',
          tool_call_id: 'c2',
          function: 'sum',
          error: { type: 'parsing', message: 'Bad arguments' },
        },
      ],
    })
    expect(messages).toEqual([
      { role: 'system', content: 'Be exact.' },
      { role: 'assistant', content: 'Like this.', train: false },
      { role: 'user', content: 'How much is 2 + 2?' },
      {
        role: 'assistant',
        content: 'Adding.',
        reasoning: 'I add.\n\nIn short.',
        toolCalls: [
          { id: 'c1', name: 'sum', arguments: { of: [2, 2] } },
          { id: 'c2', name: 'sum', arguments: {} },
        ],
      },
      { role: 'tool', content: '4', toolCallId: 'c1', name: 'sum' },
      { role: 'tool', content: 'Bad arguments', toolCallId: 'c2', name: 'sum' },
    ])
  })

  test('attachments are put in their places, in old samples too; one that is not there is recorded', async () => {
    const message = (content: unknown): object => ({ role: 'user', content })
    const image = { type: 'image', image: 'attachment://pic' }
    const loaded = await load(
      sample({
        messages: [message('attachment://long'), message([image]), message('attachment://gone'), answer],
        attachments: { long: 'A long text.', pic: 'data:image/png;base64,AAAA' },
      }),
    )
    expect(loaded.traces[0]?.messages.slice(0, 3)).toEqual([
      { role: 'user', content: 'A long text.' },
      {
        role: 'user',
        content: [{ type: 'image', uri: '#/samples/0/messages/1/content/0', mediaType: 'image/png' }],
      },
      { role: 'user', content: 'attachment://gone' },
    ])
    expect(details(loaded, 'attachments')).toContain('named, and not there')
    const { messages } = await loadOne({
      messages: [message('tc://long'), answer],
      events: undefined,
      attachments: undefined,
      transcript: { events: [], content: { long: 'An old text.' } },
    })
    expect(messages[0]?.content).toBe('An old text.')
  })

  test('tools come from the model calls of the solver, not of scorers', async () => {
    const tool = (name: string): object => ({
      name,
      description: 'attachment://d',
      parameters: { type: 'object', properties: {} },
    })
    const trace = await loadOne({
      attachments: { d: 'Does it.' },
      events: [
        { event: 'span_begin', id: 's1', type: 'scorer', name: 'graded', timestamp: 't' },
        model({ span_id: 's1', tools: [tool('grade')], output: graded }),
        { event: 'step', action: 'begin', type: 'scorer', name: 'old', timestamp: 't' },
        model({ tools: [tool('grade')], output: graded }),
        { event: 'step', action: 'end', type: 'scorer', name: 'old', timestamp: 't' },
        model({ role: 'grader', tools: [tool('grade')], output: graded }),
        model({ tools: [tool('sum')] }),
        model({ tools: [tool('sum'), tool('submit')] }),
      ],
    })
    expect(trace.tools?.map(({ function: { name, description } }) => [name, description])).toEqual([
      ['sum', 'Does it.'],
      ['submit', 'Does it.'],
    ])
    expect(trace.usage?.llmCalls).toBe(2)
  })

  test('conversations that the messages do not show: before a compaction, and of another agent', async () => {
    const said = (id: string, content: string): object => ({ id, role: 'assistant', content })
    const output = (message: object): object => ({ choices: [{ message, stop_reason: 'stop' }] })
    const helper = { role: 'user', content: 'Help.' }
    const pool = [ask, said('a1', 'Step one.'), { role: 'user', content: 'Go on.' }, helper]
    const { traces } = await load(
      sample({
        messages: [{ role: 'user', content: 'Summary of before.' }, answer],
        events_data: { messages: pool, calls: [] },
        events: [
          model({ input: [], input_refs: [[0, 1]], output: output(said('a1', 'Step one.')) }),
          model({ input: [], input_refs: [[0, 3]], output: output(said('a2', 'Step two.')) }),
          model({
            input: [],
            input_refs: [[3, 4]],
            model: 'lab/helper',
            output: output(said('h1', 'Helped.')),
          }),
          model({ input: [{ role: 'user', content: 'Summary of before.' }] }),
        ],
      }),
    )
    expect(traces.map(({ messages }) => messages.map(({ content }) => content))).toEqual([
      ['Summary of before.', '4'],
      ['How much is 2 + 2?', 'Step one.', 'Go on.', 'Step two.'],
      ['Help.', 'Helped.'],
    ])
    expect(traces.map(({ session, group, model: name }) => [session, group.parent, group.key, name])).toEqual(
      [
        ['u1', undefined, 'sums/1', 'lab/solver'],
        ['u1/1', 'u1', 'sums/1', 'lab/solver'],
        ['u1/2', 'u1', 'sums/1', 'lab/helper'],
      ],
    )
  })

  test('a sample without messages has those of its model calls', async () => {
    const trace = await loadOne({ messages: [], events: [model({})] })
    expect(trace.messages.map(({ content }) => content)).toEqual(['How much is 2 + 2?', '4'])
    expect(trace).toMatchObject({ session: 'u1', outcome: { reward: 1 } })
  })

  test('an answer that a solver edited stays one turn: its reasoning is put back, its call is an event', async () => {
    const submit = { id: 'c9', function: 'submit', arguments: { answer: '4' } }
    const full = {
      ...answer,
      content: [
        { type: 'reasoning', reasoning: 'Easy.' },
        { type: 'text', text: '4' },
      ],
      tool_calls: [submit],
    }
    const trace = await loadOne({
      events: [
        model({ output: { choices: [{ message: full, stop_reason: 'tool_calls' }] } }),
        { event: 'tool', type: 'function', timestamp: 't9', ...submit, result: 'ok', events: [] },
      ],
    })
    expect(trace.messages[1]).toEqual({ role: 'assistant', content: '4', reasoning: 'Easy.' })
    expect(trace.events).toEqual([{ type: 'tool', timestamp: 't9', data: { ...submit, result: 'ok' } }])
  })

  test('events that say something about the run are carried; others are counted by kind', async () => {
    const loaded = await load(
      sample({
        events: [
          { event: 'sample_limit', timestamp: 't', type: 'message', limit: 5, message: 'Too many' },
          {
            event: 'error',
            timestamp: 't',
            error: { message: 'Oops', traceback: 'tb', traceback_ansi: 'x' },
          },
          { event: 'compaction', timestamp: 't', type: 'summary', tokens_before: 9 },
          { event: 'sandbox', timestamp: 't', action: 'exec', cmd: 'ls' },
          { event: 'seance', timestamp: 't', spirit: 'unknown to us' },
        ],
      }),
    )
    expect(loaded.traces[0]?.events).toEqual([
      { type: 'sample_limit', timestamp: 't', data: { type: 'message', limit: 5, message: 'Too many' } },
      { type: 'error', timestamp: 't', data: { error: { message: 'Oops' } } },
      { type: 'compaction', timestamp: 't', data: { type: 'summary', tokens_before: 9 } },
    ])
    expect(details(loaded, 'events[](seance)')).toEqual(['unknown'])
    expect(details(loaded, 'events[](sandbox)')).toHaveLength(1)
  })

  test('without messages, input and answer stand in the metadata', async () => {
    const { messages, metadata } = await loadOne({ messages: [] })
    expect(messages).toEqual([])
    expect(metadata.inspect).toMatchObject({ input: ['How much is 2 + 2?'], output: ['4'] })
  })

  test('unknown keys are recorded, wherever they stand', async () => {
    const loaded = await load(
      sample({
        x1: 1,
        messages: [
          { ...ask, x2: 1 },
          { ...answer, content: [{ type: 'text', text: 'a', x3: 1 }] },
        ],
        events: [model({ x4: 1 })],
        scores: { a: { value: 'C', x5: 1 } },
      }),
    )
    const unknown = loaded.losses.flatMap(({ field, detail }) => (detail === 'unknown' ? [field] : []))
    expect(unknown.sort()).toEqual(
      ['events[](model).x4', 'messages[].content[](text).x3', 'messages[].x2', 'scores.*.x5', 'x1'].sort(),
    )
  })

  test('a log of its header alone holds no trace, and says so', async () => {
    const loaded = await loadFiles({ 'a.json': JSON.stringify(header) })
    expect(loaded.traces).toEqual([])
    expect(details(loaded, 'samples')).toHaveLength(1)
  })
})

const graded = { choices: [{ message: { role: 'assistant', content: 'GRADE: C' }, stop_reason: 'stop' }] }

describe('inspect archives', () => {
  const files = {
    '_journal/start.json': JSON.stringify({ version: 2, eval: spec, plan: {} }),
    'samples/10_epoch_1.json': JSON.stringify(sample({ id: 10, uuid: 'u10' })),
    'samples/2_epoch_1.json': JSON.stringify(sample({ id: 2, uuid: 'u2' })),
    'header.json': JSON.stringify(header),
  }
  const brokenSamples = { 'samples/10_epoch_1.json': '{', 'samples/2_epoch_1.json': '' }
  const sessions = ({ traces }: LoadedFiles): string[] => traces.map(({ session }) => session)

  test.each<[Packing, boolean]>([
    ['stored', false],
    ['deflate', false],
    ['zstd', false],
    ['deflate', true],
    ['zstd', true],
  ])('packed by %s, zip64 %s, in the order of the samples', async (packing, zip64) => {
    const loaded = await loadFiles({ a: zipArchive(files, packing, zip64) })
    expect(sessions(loaded)).toEqual(['u2', 'u10'])
    expect(loaded.traces[0]).toMatchObject({ model: 'lab/solver', group: { task: 'sums/2' } })
  })

  test('unpacked into a folder: one log, each sample from its own file', async () => {
    const unpacked = {
      ...files,
      '_journal/summaries/1.json': JSON.stringify([
        { id: 2, epoch: 1, input: 'How much is 2 + 2?', target: '4' },
        { id: 3, epoch: 1, input: 'How much is 3 + 2?', target: '5' },
      ]),
      'reductions.json': JSON.stringify([{ scorer: 'exact', samples: [] }]),
      'summaries.json': JSON.stringify([{ id: 2, epoch: 1, input: 'How much is 2 + 2?', target: '4' }]),
    }
    const within = Object.entries(unpacked).map(([name, text]) => [`logs/run.eval/${name}`, text])
    const other = { 'logs/other/samples/2_epoch_1.json': JSON.stringify(sample({ id: 2, uuid: 'alone' })) }
    const loaded = await loadFiles({ ...Object.fromEntries(within), ...other })
    expect(sessions(loaded).sort()).toEqual(['alone', 'u10', 'u2'])
    expect(loaded.unreadable).toEqual([])
    const trace = loaded.traces.find(({ session }) => session === 'u2')
    expect(trace).toMatchObject({ model: 'lab/solver', group: { task: 'sums/2' } })
    expect(trace?.source.uri).toMatch(/logs\/run\.eval\/samples\/2_epoch_1\.json$/)
    expect(details(loaded, 'samples/*.json')).toEqual(['in the journal, and not in the archive'])
  })

  test('an interrupted run has no header; a sample that its journal names and is not there is recorded', async () => {
    const { 'header.json': _, ...rest } = files
    const summaries = [
      { id: 2, epoch: 1 },
      { id: 3, epoch: 1 },
    ]
    const loaded = await loadFiles({
      a: zipArchive({ ...rest, '_journal/summaries/1.json': JSON.stringify(summaries) }),
    })
    expect(sessions(loaded)).toEqual(['u2', 'u10'])
    expect(loaded.traces[0]?.group.task).toBe('sums/2')
    expect(details(loaded, 'samples/*.json')).toEqual(['in the journal, and not in the archive'])
  })

  test('a sample in chunks', async () => {
    const { messages: _, events: __, ...shell } = sample({ uuid: 'chunked' })
    const folder = 'samples/1_epoch_1'
    const { traces } = await loadFiles({
      a: zipArchive({
        'header.json': files['header.json'],
        [`${folder}/sample.json`]: JSON.stringify({
          ...shell,
          message_refs: [
            [1, 2],
            [0, 1],
            [2, 3],
          ],
        }),
        [`${folder}/messages/0.json`]: JSON.stringify([{ role: 'user', content: 'attachment://1' }, ask]),
        [`${folder}/messages/2.json`]: JSON.stringify([answer]),
        [`${folder}/events/0.json`]: JSON.stringify([model({})]),
        [`${folder}/events/stats.json`]: '{}',
        [`${folder}/attachments/0.json`]: JSON.stringify(['no', 'Put back.']),
      }),
    })
    expect(traces[0]?.messages.map(({ content }) => content)).toEqual([
      'How much is 2 + 2?',
      'Put back.',
      '4',
    ])
  })

  test('a bare NaN is read as null; a sample that is no JSON is left out, the others are read', async () => {
    const loaded = await loadFiles({
      a: zipArchive({
        ...files,
        'samples/2_epoch_1.json': files['samples/2_epoch_1.json'].replace(
          '"easy"',
          '[NaN, "NaN", -Infinity]',
        ),
        'samples/3_epoch_1.json': '{"id": 3, ',
      }),
    })
    expect(sessions(loaded)).toEqual(['u2', 'u10'])
    expect(loaded.traces[0]?.metadata.inspect).toMatchObject({ metadata: { level: [null, 'NaN', null] } })
    expect(loaded.unreadable).toMatchObject([
      { source: 'input/a', message: expect.stringContaining('samples/3_epoch_1.json') },
    ])
  })

  test('each sample counts for the share of what cannot be read, and each that cannot be read', async () => {
    const archives = Object.fromEntries(
      [1, 2, 3].map((log) => [`${log}.eval`, zipArchive(samplesOf(log, 4))]),
    )
    const other = { 'other.json': '{"nobody":"knows"}' }
    const loading = (files: Record<string, TestFile>, maxUnreadable?: number) =>
      testRun({
        plugins: loaders(),
        files,
        until: 'tag',
        ...(maxUnreadable !== undefined && { config: { maxUnreadable } }),
      })
    // One of thirteen: below the tenth that is allowed.
    const { traces, unreadable } = await loading({ ...archives, ...other })
    expect(traces).toHaveLength(12)
    expect(unreadable.map(({ code }) => code)).toEqual(['SFT_LOAD_UNKNOWN'])
    const damaged = { 'a.eval': zipArchive({ ...samplesOf(1, 4), 'samples/9_epoch_1.json': '{' }) }
    await expect(loading(damaged, 0.25)).resolves.toBeDefined()
    await expect(loading(damaged, 0.15)).rejects.toMatchObject({ code: 'SFT_TOO_MANY_UNREADABLE' })
  })

  test('an entry whose bytes are damaged is named, the others are read', async () => {
    const bytes = Buffer.from(zipArchive(files))
    const place = bytes.indexOf('samples/2_epoch_1.json') + 'samples/2_epoch_1.json'.length
    bytes.fill(0xff, place + 8, place + 40)
    const loaded = await loadFiles({ a: bytes })
    expect(sessions(loaded)).toEqual(['u10'])
    expect(loaded.unreadable).toMatchObject([
      { source: 'input/a', message: expect.stringContaining('samples/2_epoch_1.json') },
    ])
  })

  test('a damaged archive is unreadable, an archive of other things is unknown', async () => {
    const whole = zipArchive(files)
    const damaged = await loadFiles({ a: whole.subarray(0, whole.length - 40) })
    expect(damaged.unreadable.map(({ code }) => code)).toEqual(['SFT_ROW_SHAPE'])
    const broken = await loadFiles({ a: zipArchive({ ...files, ...brokenSamples }) })
    expect(broken.unreadable.map(({ code }) => code)).toEqual(
      Object.keys(brokenSamples).map(() => 'SFT_ROW_SHAPE'),
    )
    const other = await loadFiles({ a: zipArchive({ 'word/document.xml': '<x/>' }) })
    expect(other.unreadable.map(({ code }) => code)).toEqual(['SFT_LOAD_UNKNOWN'])
  })
})

describe.skipIf(withoutTraces)(suite('real inspect logs', withoutTraces), () => {
  const root = `${realTraces}/inspect-ai-log`
  const tests = 'UKGovernmentBEIS__inspect_ai/tests'
  const popularity = '2025-02-11T15-17-00-05-00_popularity_dPiJifoWeEQBrfWsAopzWr.eval'
  const scout = 'meridianlabs-ai__inspect_scout/tests/recorder/logs'
  const guide = '2025-09-23T08-09-58-04-00_security-guide_LuxZJVwvymC3S3SyoJczxB.eval'

  test.each([
    [`${tests}/scorer/logs/${popularity}`, 10, '30 (10/10/10/0), 0, 0', {}],
    [
      `${tests}/analysis/test_logs/2025-05-12T20-28-26-04-00_security-guide.json`,
      3,
      '9 (3/3/3/0), 0, 0',
      { C: 3 },
    ],
    [
      `${tests}/analysis/test_logs/2025-05-12T20-28-13-04-00_popularity.json`,
      3,
      '9 (3/3/3/0), 0, 0',
      { C: 2, I: 1 },
    ],
    [`${tests}/log/test_eval_log/log_images.json`, 1, '3 (1/1/1/0), 0, 0', { I: 1 }],
    [`${tests}/log/test_list_logs/custom.eval`, 1, '3 (0/2/1/0), 0, 0', { C: 1 }],
    [
      'TransluceAI__docent/docent/docent/samples/log.eval',
      15,
      '332 (15/50/147/120), 121, 120',
      { C: 9, I: 6 },
    ],
    ['TransluceAI__docent/tests/integration/data/ctf.json', 2, '28 (2/4/11/11), 11, 11', { C: 1, I: 1 }],
    ['METR__vivaria/server/src/test-data/small.eval', 6, '228 (6/76/76/70), 70, 70', { 1: 6 }],
    ['METR__vivaria/server/src/test-data/simple_inspect_eval.json', 1, '0 (0/0/0/0), 0, 0', { 0: 1 }],
    [`${scout}/${guide}`, 16, '48 (16/16/16/0), 0, 0', { C: 11, I: 5 }],
  ])('%s', async (path, samples, row, scores) => {
    const { traces, losses, unreadable } = await loadFiles(`${root}/${path}`)
    expect(unreadable).toEqual([])
    expect(traces).toHaveLength(samples)
    expect(tableRow(traces.flatMap(({ messages }) => messages))).toBe(row)
    expect(valuesOf(traces)).toEqual(scores)
    expect(losses.filter(({ detail }) => detail === 'unknown')).toEqual([])
  })

  test('single samples of the table', async () => {
    const docent = await loadFiles(`${root}/TransluceAI__docent/docent/docent/samples/log.eval`)
    const limited = docent.traces.filter(({ outcome }) => outcome.status === 'limit')
    expect(limited.map(({ group }) => group.key.split('/').at(-1))).toEqual(['56', '78', '86'])
    const sample78 = limited[1] as Trace
    expect(tableRow(sample78.messages)).toBe('50 (1/10/24/15), 16, 15')
    expect(sample78.messages.at(-1)?.toolCalls).toHaveLength(1)
    expect(docent.traces.every(({ tools }) => tools?.length === 3 || tools?.length === 4)).toBe(true)
    const vivaria = await loadFiles(`${root}/METR__vivaria/server/src/test-data/small.eval`)
    expect(tableRow(vivaria.traces[0]?.messages ?? [])).toBe('39 (1/13/13/12), 12, 12')
    for (const { events } of vivaria.traces) {
      expect(events?.filter(({ type }) => type === 'tool')).toMatchObject([{ data: { function: 'submit' } }])
    }
  })

  test('the image of log_images.json is a reference', async () => {
    const { traces } = await loadFiles(`${root}/${tests}/log/test_eval_log/log_images.json`)
    expect(traces[0]?.messages[1]?.content).toMatchObject([
      { type: 'text' },
      { type: 'image', mediaType: 'image/png' },
    ])
  })

  test('files beside them that are no logs stay unknown', async () => {
    const { traces, unreadable } = await loadFiles([
      `${root}/${tests}/log/test_skeleton`,
      `${root}/${tests}/timeline/fixtures`,
    ])
    expect(traces).toEqual([])
    expect(new Set(unreadable.map(({ code }) => code))).toEqual(new Set(['SFT_LOAD_UNKNOWN']))
  })
})

function valuesOf(traces: readonly Trace[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { metadata } of traces) {
    const { scores = {} } = metadata.inspect as { scores?: Record<string, { value: string | number }> }
    for (const { value } of Object.values(scores)) counts[value] = (counts[value] ?? 0) + 1
  }
  return counts
}
