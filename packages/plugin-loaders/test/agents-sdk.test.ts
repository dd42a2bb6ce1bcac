import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { type LoadedFiles, loadFiles } from './load-files.ts'
import { traces as realTraces, suite, withoutTraces } from './shared.ts'
import { tableRow } from './support.ts'

const agent = { name: 'helper' }
const called = { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"at": "a"}' }
const output = { type: 'function_call_output', call_id: 'c1', output: 'seen' }
const said = {
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'Done.', annotations: [] }],
}
const item = (type: string, raw_item: object, fields: object = {}): object => ({
  type,
  agent,
  raw_item,
  ...fields,
})
const generated = [
  item('tool_call_item', called),
  item('tool_approval_item', called),
  item('tool_call_output_item', output, { output: 'seen' }),
  item('message_output_item', said),
]

const state = (fields: object = {}): object => ({
  $schemaVersion: '1.9',
  original_input: 'Look.',
  generated_items: generated,
  session_items: generated,
  model_responses: [],
  context: {
    usage: { requests: 2, input_tokens: 9, output_tokens: 3, total_tokens: 12 },
    approvals: { look: { approved: ['c1'], rejected: [] } },
    context: { secret: 's' },
  },
  current_agent: agent,
  current_step: { type: 'next_step_final_output', data: { output: 'Done.' } },
  trace: { object: 'trace', id: 'trace_1', workflow_name: 'Work', group_id: 'thread-7' },
  ...fields,
})
const load = (record: object): Promise<LoadedFiles> => loadFiles({ a: JSON.stringify(record, null, 2) })
const unknown = ({ losses }: LoadedFiles): string[] =>
  losses.flatMap(({ field, detail }) => (detail === 'unknown' ? [field] : []))

describe('states of runs', () => {
  test('the input, then the generated items; approvals and repeats are left out', async () => {
    const loaded = await load(state())
    expect(loaded.traces).toHaveLength(1)
    expect(loaded.traces[0]).toMatchObject({
      source: { format: 'agents-sdk' },
      session: 'thread-7',
      agent: 'helper',
      messages: [
        { role: 'user', content: 'Look.' },
        { role: 'assistant', toolCalls: [{ id: 'c1', name: 'look', arguments: { at: 'a' } }] },
        { role: 'tool', content: 'seen', toolCallId: 'c1' },
        { role: 'assistant', content: 'Done.' },
      ],
      outcome: { status: 'completed' },
      usage: { inputTokens: 9, outputTokens: 3, totalTokens: 12, llmCalls: 2 },
      events: [{ type: 'approvals', data: { look: { approved: ['c1'], rejected: [] } } }],
      metadata: { 'agents-sdk': { schema: '1.9', trace: { id: 'trace_1', workflow_name: 'Work' } } },
    })
    expect(unknown(loaded)).toEqual([])
    expect(JSON.stringify(loaded.traces)).not.toContain('secret')
  })

  test('items that the input holds already are not repeated', async () => {
    const { traces } = await load(
      state({
        original_input: [{ role: 'user', content: 'Look.' }, said],
        generated_items: [item('message_output_item', said), item('tool_call_item', called)],
        session_items: [item('message_output_item', said), item('tool_call_item', called)],
        generated_session_item_indexes: [0, 1],
        nested_history_owned_session_item_refs: [{ index: 0, input_index: 1, digest: 'd' }],
      }),
    )
    expect(traces.map(({ messages }) => tableRow(messages))).toEqual(['3 (0/1/2/0), 1, 0'])
  })

  test('a session that holds more than the filtered items is a trace of its own; its turns are learned once', async () => {
    const { traces } = await load(
      state({
        generated_items: generated.slice(3),
        session_items: generated,
        current_agent: { name: 'other' },
      }),
    )
    expect(traces.map(({ messages }) => tableRow(messages))).toEqual([
      '2 (0/1/1/0), 0, 0',
      '4 (0/1/2/1), 1, 1',
    ])
    expect(traces[0]).toMatchObject({ agent: 'other', metadata: { 'agents-sdk': { agents: ['helper'] } } })
  })

  test("the JavaScript SDK's states are read as the others", async () => {
    const { $schemaVersion, ...rest } = state() as Record<string, unknown>
    const loaded = await load({
      $schemaVersion,
      originalInput: rest.original_input,
      generatedItems: [
        {
          type: 'tool_call_item',
          agent,
          rawItem: { type: 'function_call', callId: 'c1', name: 'look', arguments: '{"at": "a"}' },
        },
        {
          type: 'tool_call_output_item',
          agent,
          rawItem: {
            type: 'function_call_result',
            callId: 'c1',
            name: 'look',
            output: { type: 'text', text: 'seen' },
          },
          output: 'seen',
        },
        { type: 'message_output_item', agent, rawItem: said },
      ],
      modelResponses: [],
      context: {
        usage: { requests: 1, inputTokens: 9, outputTokens: 3, totalTokens: 12 },
        approvals: {},
        context: {},
      },
      currentAgent: agent,
      currentTurn: 2,
      maxTurns: 10,
    })
    expect(loaded.traces[0]).toMatchObject({
      agent: 'helper',
      usage: { inputTokens: 9, outputTokens: 3 },
      messages: [
        { role: 'user' },
        { role: 'assistant', toolCalls: [{ id: 'c1', name: 'look', arguments: { at: 'a' } }] },
        { role: 'tool', content: 'seen', toolCallId: 'c1' },
        { role: 'assistant', content: 'Done.' },
      ],
    })
    expect(unknown(loaded)).toEqual([])
  })

  test('unknown keys are recorded', async () => {
    const loaded = await load(
      state({ x1: 1, generated_items: [item('message_output_item', { ...said, x3: 1 }, { x2: 1 })] }),
    )
    expect(unknown(loaded).sort()).toEqual([
      'generated_items[](message_output_item).raw_item(message).x3',
      'generated_items[](message_output_item).x2',
      'x1',
    ])
  })
})

const TABLES = `
  create table agent_sessions (session_id text primary key, created_at timestamp default '2026-01-01 10:00:00',
    updated_at timestamp default '2026-01-01 11:00:00');
  create table agent_messages (id integer primary key autoincrement, session_id text not null,
    message_data text not null, created_at timestamp default '2026-01-01 10:30:00');`

/** The bytes of a database. */
function database(fill: (db: DatabaseSync) => void): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'sftkit-test-'))
  try {
    const path = join(folder, 'a.db')
    const db = new DatabaseSync(path)
    fill(db)
    db.close()
    return readFileSync(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function addItem(db: DatabaseSync, session: string, data: string | object): void {
  db.prepare('insert into agent_messages (session_id, message_data) values (?, ?)').run(
    session,
    typeof data === 'string' ? data : JSON.stringify(data),
  )
}

describe('sessions', () => {
  test('every session is a trace; items that are no JSON are recorded', async () => {
    const bytes = database((db) => {
      db.exec(TABLES)
      db.exec("insert into agent_sessions (session_id) values ('one'), ('two'), ('empty')")
      addItem(db, 'one', { role: 'user', content: 'Look.' })
      addItem(db, 'two', { role: 'user', content: 'Hello' })
      for (const one of [called, '{"type": "mess', output, said]) addItem(db, 'one', one)
      addItem(db, 'two', said)
      addItem(db, 'lost', said)
    })
    const { traces, losses, drops } = await loadFiles({ 'sessions.db': bytes })
    expect(traces.map(({ session, messages }) => [session, tableRow(messages)])).toEqual([
      ['one', '4 (0/1/2/1), 1, 1'],
      ['two', '2 (0/1/1/0), 0, 0'],
      ['lost', '1 (0/0/1/0), 0, 0'],
    ])
    expect(traces[0]).toMatchObject({
      source: { format: 'agents-sdk' },
      startedAt: '2026-01-01T10:00:00Z',
      endedAt: '2026-01-01T11:00:00Z',
      group: { session: 'one' },
    })
    const reasons = losses.map(({ field, detail }) => `${field}: ${detail}`)
    expect(reasons).toContain('agent_messages[].message_data: no JSON object')
    expect(drops).toMatchObject([{ stage: 'load', reason: 'no-messages', detail: 'session empty' }])
  })

  test('a page that is overwritten costs the sessions on it and no others', async () => {
    const long = 'The tide goes out. '.repeat(600)
    const names = ['one', 'two', 'three', 'four', 'five', 'six']
    const bytes = database((db) => {
      db.exec(TABLES)
      for (const name of names) {
        db.prepare('insert into agent_sessions (session_id) values (?)').run(name)
        addItem(db, name, { role: 'user', content: `${name}: ${long}` })
      }
    })
    // A page on which a long item goes on: what it then points to is no page.
    const next = Math.floor(Buffer.from(bytes).indexOf('four: The tide') / 4096) + 1
    bytes.fill(0xff, next * 4096, (next + 1) * 4096)
    const { traces, unreadable } = await loadFiles({ 'sessions.db': bytes })
    const read = traces.map(({ session }) => session)
    const named = unreadable.flatMap(({ message }) => /The session (\w+) /.exec(message)?.[1] ?? [])
    expect(named).toHaveLength(1)
    expect([...read, ...named].sort()).toEqual(names.toSorted())
  })

  test('branches are traces: what they share is learned once', async () => {
    const bytes = database((db) => {
      db.exec(TABLES)
      db.exec(`create table message_structure (id integer primary key autoincrement, session_id text, message_id integer,
        branch_id text default 'main', message_type text, sequence_number integer);
        create table turn_usage (id integer primary key, session_id text, branch_id text, user_turn_number integer,
        requests integer, input_tokens integer, output_tokens integer, total_tokens integer);
        insert into agent_sessions (session_id) values ('s');
        insert into turn_usage values (1, 's', 'main', 1, 1, 5, 2, 7), (2, 's', 'main', 2, 2, 6, 3, 9);`)
      const texts = [
        ['user', 'Hi'],
        ['assistant', 'Hello.'],
        ['user', 'A'],
        ['assistant', 'a.'],
        ['user', 'B'],
        ['assistant', 'b.'],
      ]
      for (const [role, content] of texts) addItem(db, 's', { role, content })
      const place = db.prepare(
        'insert into message_structure (session_id, message_id, branch_id, sequence_number) values (?, ?, ?, ?)',
      )
      for (const [number, id] of [1, 2, 3, 4].entries()) place.run('s', id, 'main', number)
      for (const [number, id] of [1, 2, 5, 6].entries()) place.run('s', id, 'other', number)
    })
    const { traces } = await loadFiles({ a: bytes })
    expect(
      traces.map(({ group, messages }) => [group.attempt, messages.map(({ content }) => content)]),
    ).toEqual([
      ['main', ['Hi', 'Hello.', 'A', 'a.']],
      ['other', ['Hi', 'Hello.', 'B', 'b.']],
    ])
    expect(traces[0]?.usage).toEqual({ inputTokens: 11, outputTokens: 5, totalTokens: 16, llmCalls: 3 })
    expect(traces[1]?.messages[1]).toMatchObject({ copied: true, train: false })
  })

  test('tables of other programs are not taken for sessions; odd columns are unreadable', async () => {
    const other = database((db) =>
      db.exec('create table messages (id integer); create table sessions (id integer)'),
    )
    expect((await loadFiles({ a: other })).traces).toEqual([])
    const odd = database((db) =>
      db.exec('create table agent_sessions (a text); create table agent_messages (b text)'),
    )
    expect((await loadFiles({ a: odd })).unreadable.map(({ code }) => code)).toEqual(['SFT_ROW_SHAPE'])
  })
})

describe.skipIf(withoutTraces)(suite('real states', withoutTraces), () => {
  const root = `${realTraces}/openai-responses/openai__openai-agents-python/tests/fixtures/run_state`

  test.each([
    ['features/v1_9_custom_tool_call_and_tool_origin.json', '3 (0/1/1/1), 1, 1'],
    ['resume/v1_13_pending_tool_approval.json', '2 (0/1/1/0), 1, 0'],
    ['features/v1_11_tool_output_custom_data.json', '2 (0/1/0/1), 0, 0'],
    ['minimal/v1_0.json', '1 (0/1/0/0), 0, 0'],
    ['features/v1_13_nested_history_ownership.json', '1 (0/0/1/0), 0, 0'],
  ])('%s', async (path, row) => {
    const { traces } = await loadFiles(`${root}/${path}`)
    expect(traces.map(({ messages }) => tableRow(messages))).toEqual([row])
  })

  test('nothing in them is unknown; recordings beside them are no input', async () => {
    const loaded = await loadFiles(`${realTraces}/openai-responses`)
    expect(unknown(loaded)).toEqual([])
    expect(loaded.traces).toHaveLength(11)
    expect(loaded.unreadable.map(({ source }) => source.replace(/.*\./, '')).sort()).toEqual([
      'txt',
      'yaml',
      'yaml',
      'yaml',
      'yaml',
    ])
  })
})
