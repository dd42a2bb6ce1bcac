import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  assistant,
  buildTrace,
  describeContract,
  expectSftError,
  failedRun,
  pluginContract,
  testRun,
  user,
} from '@sftkit/testing'
import { afterAll, describe, expect, it } from 'vitest'
import {
  JUDGMENT_TABLE,
  judged,
  judgmentFiles,
  judgmentsFile,
  listSessions,
  openJudgments,
  queueOf,
  readJudgments,
  SESSION_TABLES,
} from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'sftkit-judged-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function database(name: string, sql: string): string {
  const path = join(folder, name)
  const made = new DatabaseSync(path)
  made.exec(sql)
  made.close()
  return path
}

const text = (role: string, content: string): string => JSON.stringify({ role, content })

const ours = database(
  'ours.db',
  `${SESSION_TABLES}${JUDGMENT_TABLE}
  insert into sessions (id, project, agent, archived, message_count) values
    ('a', 'shop', 'one', 0, 2), ('b', 'shop', 'two', 0, 2), ('old', 'shop', 'one', 1, 2), ('empty', 'shop', 'one', 0, 0);
  insert into items (session_id, item) values
    ('a', '${text('user', 'Where is it?')}'), ('a', '${text('assistant', 'Here.')}'),
    ('b', '${text('user', 'And this?')}'), ('b', 'no json');`,
)
const sdk = database(
  'sdk.db',
  `create table agent_sessions (session_id text primary key, created_at text, updated_at text);
  create table agent_messages (id integer primary key, session_id text, message_data text, created_at text);
  create table analysis (group_id text, judgment text);
  insert into agent_sessions values ('k', '2026-01-01', '2026-01-02');
  insert into agent_messages (session_id, message_data) values ('k', '${text('user', 'Hello')}');
  insert into analysis values ('k', 'unacceptable');`,
)

describe('judgments', () => {
  it('are kept under those before them: the last one counts', () => {
    const judgments = openJudgments(join(folder, 'kept.sqlite'))
    judgments.add('a', { judgment: 'unacceptable', reason: 'too short', by: 'ann' })
    judgments.add('b', { judgment: 'unacceptable' })
    judgments.add('a', { judgment: 'acceptable' })
    expect(judgments.latest('a')).toEqual({ judgment: 'acceptable', at: expect.any(String) })
    expect(judgments.latest('c')).toBeUndefined()
    judgments.close()
    const all = readJudgments(join(folder, 'kept.sqlite'))
    expect([...all].map(([key, { judgment }]) => [key, judgment])).toEqual([
      ['a', 'acceptable'],
      ['b', 'unacceptable'],
    ])
  })

  it('wait for another process that writes', async () => {
    const file = join(folder, 'busy.sqlite')
    openJudgments(file).close()
    const other = spawn(
      process.execPath,
      [
        '--no-warnings',
        '-e',
        `const { DatabaseSync } = require('node:sqlite')
        const database = new DatabaseSync(process.argv[1])
        database.exec('begin immediate')
        process.stdout.write('locked')
        setTimeout(() => database.exec("insert into judgments (session_id, judgment, at) values ('x', 'acceptable', '2026'); commit"), 300)`,
        file,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const ended = once(other, 'exit')
    await once(other.stdout, 'data')
    const judgments = openJudgments(file)
    judgments.add('y', { judgment: 'unacceptable' })
    expect([...judgments.all().keys()]).toEqual(['x', 'y'])
    judgments.close()
    expect(await ended).toEqual([0, null])
  })

  it('stand in our own database, else beside the input', async () => {
    expect(judgmentsFile(['ours.db'], folder)).toBe(ours)
    expect(judgmentsFile(['sdk.db'], folder)).toBe(`${sdk}.judgments.sqlite`)
    mkdirSync(join(folder, 'traces'))
    expect(judgmentsFile(['traces/'], folder)).toBe(join(folder, 'traces.judgments.sqlite'))
    for (const inputs of [['a.jsonl', 'b.jsonl'], ['*.jsonl'], ['hf://datasets/a/b'], []])
      await expectSftError(() => judgmentsFile(inputs, folder), 'SFT_USAGE')
  })

  it("are never written into another program's table", async () => {
    const foreign = database('foreign.db', 'create table judgments (id integer, verdict text);')
    const before = readFileSync(foreign)
    expect(judgmentsFile([foreign], '/')).toBe(`${foreign}.judgments.sqlite`)
    await expectSftError(() => openJudgments(foreign), 'SFT_JUDGMENTS_UNWRITABLE')
    const reopened = new DatabaseSync(foreign, { readOnly: true })
    expect(reopened.prepare("select name from pragma_table_info('judgments')").all()).toHaveLength(2)
    reopened.close()
    expect(readFileSync(foreign).length).toBe(before.length)
  })

  it('that cannot be read or written are errors', async () => {
    writeFileSync(join(folder, 'text.sqlite'), 'no database at all, just a text that is long enough')
    for (const name of ['nothing.sqlite', 'text.sqlite', 'sdk.db'])
      await expectSftError(() => readJudgments(join(folder, name)), 'SFT_JUDGMENTS_UNREADABLE')
    for (const name of ['text.sqlite', 'missing/x.sqlite'])
      await expectSftError(() => openJudgments(join(folder, name)), 'SFT_JUDGMENTS_UNWRITABLE')
  })
})

describe('the queue', () => {
  const candidates = Array.from({ length: 100 }, (_, number) => ({
    key: `s${number}`,
    agent: number % 2 === 0 ? 'even' : 'odd',
    project: 'p',
  }))
  const keys = (options: Parameters<typeof queueOf>[1]) =>
    queueOf(candidates, options).map((place) => candidates[place]?.key)

  it('has those of a project and agent', () => {
    expect(queueOf(candidates, {})).toHaveLength(100)
    expect(queueOf(candidates, { agent: 'odd' })).toHaveLength(50)
    expect(queueOf(candidates, { agent: 'odd', project: 'q' })).toEqual([])
  })

  it('is a sample that follows from the seed, and keeps its members where others are left out', () => {
    const sample = keys({ sample: 10, seed: 1 })
    expect(sample).toHaveLength(10)
    expect(keys({ sample: 10, seed: 1 })).toEqual(sample)
    expect(keys({ sample: 10, seed: 2 })).not.toEqual(sample)
    expect(keys({ sample: 20, seed: 1 })).toEqual(expect.arrayContaining(sample))
    expect(keys({ sample: 1000 })).toHaveLength(100)
  })
})

describe('the sessions of a database', () => {
  it('are those that are neither archived nor empty, with what is said of them', () => {
    expect(listSessions(ours, 'ours.db').candidates).toEqual([
      { key: 'a', project: 'shop', agent: 'one' },
      { key: 'b', project: 'shop', agent: 'two' },
    ])
    expect(listSessions(sdk, 'sdk.db').candidates).toEqual([{ key: 'k', judgment: 'unacceptable' }])
  })

  it('are read one by one, what is broken in them left out', () => {
    const { read } = listSessions(ours, 'ours.db')
    const said = [0, 1].map((place) =>
      read(place).map(({ messages }) => messages.map(({ content }) => content)),
    )
    expect(said).toEqual([[['Where is it?', 'Here.']], [['And this?']]])
  })

  it('of a database of another program are an error, without a mapping', async () => {
    const other = database('other.db', 'create table chats (id text, log text);')
    await expectSftError(() => listSessions(other, 'other.db'), 'SFT_SESSIONS_TABLES')
    const mapping = { sessions: { table: 'chats', id: 'id', history: 'log' } }
    expect(listSessions(other, 'other.db', mapping).candidates).toEqual([])
  })
})

describe('the plugin', () => {
  const traces = ['a', 'b', 'c'].map((session) =>
    buildTrace({ session, messages: [user(session), assistant('yes')] }),
  )
  const file = join(folder, 'plugin.sqlite')
  const run = (options = {}) =>
    testRun({ traces, plugins: [judged({ judgments: file, ...options })], out: join(folder, 'out') })

  it('keeps what was judged so, by trace or session, and says why the rest is left out', async () => {
    const judgments = openJudgments(file)
    const all = await testRun({ traces })
    judgments.add(all.traces[0]?.id ?? '', { judgment: 'acceptable' })
    judgments.add('b', { judgment: 'unacceptable' })
    const first = await run()
    expect(first.drops.map(({ reason }) => reason)).toEqual(['judgment-unacceptable', 'judgment-missing'])
    const second = await run({ judgment: 'unacceptable' })
    expect(second.drops.map(({ reason }) => reason)).toEqual(['judgment-acceptable', 'judgment-missing'])
    // What is said since is looked at by the next run, in the same folder too.
    judgments.add('c', { judgment: 'acceptable' })
    judgments.close()
    expect((await run()).drops.map(({ reason }) => reason)).toEqual(['judgment-unacceptable'])
  })

  it('without judgments is an error', async () => {
    const { error } = await failedRun({ traces, plugins: [judged({ judgments: 'nothing.sqlite' })] })
    expect(error.code).toBe('SFT_JUDGMENTS_UNREADABLE')
  })

  describeContract(
    { describe, it },
    'judged',
    pluginContract(judged, {
      validOptions: [{ judgments: ours }, { judgments: ours, judgment: 'unacceptable' }],
      wrongOptions: [{ judgment: 'good' }],
    }),
  )
})

openJudgments(join(folder, 'contract.sqlite')).close()
const files = { 'x.sqlite': readFileSync(join(folder, 'contract.sqlite')) }
describeContract({ describe, it }, 'judgmentFiles', pluginContract(judgmentFiles, { run: { files } }))
