import { DatabaseSync } from 'node:sqlite'
import { expectSftError } from '@sftkit/testing'
import { describe, expect, test } from 'vitest'
import { runSessions, spoken, testFolder, writeJudgments } from './support/session-database.ts'

function database(path: string, sql: string): DatabaseSync {
  const opened = new DatabaseSync(path)
  opened.exec(sql)
  return opened
}

const AGENTS_SDK = `
  create table agent_sessions (session_id text primary key, created_at timestamp, updated_at timestamp);
  create table agent_messages (id integer primary key autoincrement, session_id text not null,
    message_data text not null, created_at timestamp);
  create index by_session on agent_messages (session_id, id);
`

function addAgentsSession(opened: DatabaseSync, id: string, items: readonly unknown[], row = true): void {
  if (row)
    opened
      .prepare("insert into agent_sessions values (?, '2026-01-01 00:00:00', '2026-01-01 00:05:00')")
      .run(id)
  const insert = opened.prepare('insert into agent_messages (session_id, message_data) values (?, ?)')
  for (const item of items) insert.run(id, JSON.stringify(item))
}

describe('the Agents SDK', () => {
  test('is read in its order, sessions without a row of their own last', async () => {
    using folder = testFolder()
    const opened = database(folder.at('agents.db'), AGENTS_SDK)
    addAgentsSession(opened, 'orphan', spoken('orphan'), false)
    addAgentsSession(opened, 'first', spoken('first'))
    addAgentsSession(opened, 'silent', [])
    addAgentsSession(opened, 'second', spoken('second'))
    opened.close()
    const { kept, left, traces } = await runSessions({ database: folder.at('agents.db') })
    expect(kept).toEqual(['first', 'second', 'orphan'])
    expect(left).toEqual({ silent: 'empty' })
    expect(traces[0]).toMatchObject({ startedAt: '2026-01-01 00:00:00', endedAt: '2026-01-01 00:05:00' })
  })

  test('is selected by judgments beside it, and cannot be asked for an agent', async () => {
    using folder = testFolder()
    const opened = database(folder.at('agents.db'), AGENTS_SDK)
    for (const id of ['a', 'b']) addAgentsSession(opened, id, spoken(id))
    opened.close()
    writeJudgments(folder.at('agents.db.judgments.sqlite'), { b: 'acceptable' })
    const { kept } = await runSessions({ database: folder.at('agents.db'), judgment: 'acceptable' })
    expect(kept).toEqual(['b'])
    await expectSftError(runSessions({ database: folder.at('agents.db'), agent: 'x' }), 'SFT_SESSIONS_TABLES')
  })

  test('branches are traces of their own', async () => {
    using folder = testFolder()
    const opened = database(
      folder.at('agents.db'),
      `${AGENTS_SDK}
      create table message_structure (id integer primary key, session_id text, message_id integer, branch_id text,
        message_type text, sequence_number integer);`,
    )
    addAgentsSession(opened, 's', [
      ...spoken('one'),
      { role: 'user', content: 'two?' },
      { role: 'assistant', content: 'two!' },
    ])
    const place = opened.prepare(
      'insert into message_structure (session_id, message_id, branch_id, sequence_number) values (?, ?, ?, ?)',
    )
    for (const [branch, messages] of [
      ['main', [1, 2, 3]],
      ['other', [1, 4, 5]],
    ] as const)
      for (const [at, message] of messages.entries()) place.run('s', message, branch, at)
    opened.close()
    const { traces } = await runSessions({ database: folder.at('agents.db'), maxSessions: 1 })
    expect(traces.map(({ group }) => group.attempt)).toEqual(['main', 'other'])
    expect(new Set(traces.map(({ id }) => id)).size).toBe(2)
  })
})

describe('a mapping', () => {
  const chats = `
    create table conversation (uuid text, bot text, hidden_at text, started integer, verdict text);
    create table message (conversation_uuid text, seq integer, speaker text, body text);
  `
  const tables = {
    sessions: {
      table: 'conversation',
      id: 'uuid',
      agent: 'bot',
      archived: 'hidden_at',
      createdAt: 'started',
      judgment: 'verdict',
    },
    items: { table: 'message', session: 'conversation_uuid', order: 'seq', role: 'speaker', content: 'body' },
  }
  const fill = (path: string): void => {
    const opened = database(path, chats)
    const conversation = opened.prepare('insert into conversation values (?, ?, ?, ?, ?)')
    const message = opened.prepare('insert into message values (?, ?, ?, ?)')
    for (const [id, hidden, verdict] of [
      ['a', null, 'acceptable'],
      ['b', '2026-01-01', 'acceptable'],
      ['c', null, null],
    ] as const) {
      conversation.run(id, 'shop', hidden, 1_767_225_600, verdict)
      // Stored in another order than that of the conversation.
      message.run(id, 2, 'assistant', `${id}!`)
      message.run(id, 1, 'user', `${id}?`)
    }
    opened.close()
  }

  test('names tables and columns, also without an index', async () => {
    using folder = testFolder()
    fill(folder.at('chats.db'))
    const { traces, left } = await runSessions({
      database: folder.at('chats.db'),
      mapping: tables,
      agent: 'shop',
      judgment: 'acceptable',
    })
    expect(left).toEqual({ b: 'archived', c: 'judgment-missing' })
    expect(traces).toEqual([
      expect.objectContaining({
        session: 'a',
        agent: 'shop',
        startedAt: '2026-01-01T00:00:00.000Z',
        messages: [
          { role: 'user', content: 'a?' },
          { role: 'assistant', content: 'a!' },
        ],
      }),
    ])
  })

  test('may be queries', async () => {
    using folder = testFolder()
    fill(folder.at('chats.db'))
    const { kept } = await runSessions({
      database: folder.at('chats.db'),
      mapping: {
        sessions:
          'select uuid as id, bot as agent from conversation where hidden_at is null order by uuid desc',
        items:
          'select speaker as role, body as content from message where conversation_uuid = ? order by seq',
      },
    })
    expect(kept).toEqual(['c', 'a'])
  })

  test('may name a column with the whole history, and ids of 64 bits', async () => {
    using folder = testFolder()
    const opened = database(folder.at('h.db'), 'create table runs (id integer primary key, log text)')
    const run = opened.prepare('insert into runs values (?, ?)')
    run.run(9_007_199_254_740_993n, JSON.stringify(spoken('big')))
    run.run(3n, JSON.stringify(spoken('small')))
    run.run(4n, '[not json')
    opened.close()
    const { kept, unreadable } = await runSessions(
      { database: folder.at('h.db'), mapping: { sessions: { table: 'runs', id: 'id', history: 'log' } } },
      { config: { maxUnreadable: 0.5 } },
    )
    expect(kept).toEqual(['3', '9007199254740993'])
    expect(unreadable).toHaveLength(1)
  })

  test('that does not fit is an error that names what is there', async () => {
    using folder = testFolder()
    fill(folder.at('chats.db'))
    const fails = (mapping: never) =>
      expectSftError(runSessions({ database: folder.at('chats.db'), mapping }), 'SFT_SESSIONS_TABLES')
    await fails({ ...tables, sessions: { ...tables.sessions, agent: 'robot' } } as never)
    await fails({
      sessions: 'select bot from conversation',
      items: 'select body as content from message',
    } as never)
    await fails({ sessions: tables.sessions } as never)
    await fails({ ...tables, items: 'select nothing from message' } as never)
    await expectSftError(
      async () => await runSessions({ database: 'x', mapping: { sessions: 'delete from conversation' } }),
      'SFT_PLUGIN_OPTIONS',
    )
  })
})
