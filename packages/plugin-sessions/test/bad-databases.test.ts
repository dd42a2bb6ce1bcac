import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expectSftError, failedRun } from '@sftkit/testing'
import { describe, expect, test } from 'vitest'
import { sessions } from '../src/index.ts'
import { runSessions, spoken, testFolder, writeSessions } from './support/session-database.ts'

describe('a database that cannot be read is an error', () => {
  test('because it is not there, or no database', async () => {
    using folder = testFolder()
    writeFileSync(folder.at('text.db'), 'these are no sessions')
    writeFileSync(
      folder.at('sealed.db'),
      Buffer.from(Array.from({ length: 9000 }, (_, at) => (at * 7919) % 251)),
    )
    for (const name of ['missing.db', 'text.db', 'sealed.db'])
      await expectSftError(runSessions({ database: folder.at(name) }), 'SFT_SESSIONS_UNREADABLE')
  })

  test('because it has none of the tables', async () => {
    using folder = testFolder()
    new DatabaseSync(folder.at('other.db')).exec('create table notes (text)')
    await expectSftError(runSessions({ database: folder.at('other.db') }), 'SFT_SESSIONS_TABLES')
  })

  test('because another process has locked it', async () => {
    using folder = testFolder()
    writeSessions(folder.at('s.db'), [{ id: 'a' }])
    const writer = new DatabaseSync(folder.at('s.db'))
    writer.exec('begin exclusive')
    try {
      await expectSftError(runSessions({ database: folder.at('s.db') }), 'SFT_SESSIONS_UNREADABLE')
    } finally {
      writer.close()
    }
  })

  test('and in a folder of other traces it is listed', async () => {
    using folder = testFolder()
    writeSessions(folder.at('good.db'), [{ id: 'a' }])
    const { error, unreadable } = await failedRun({
      plugins: [sessions()],
      files: { 'a.db': readFileSync(folder.at('good.db')).subarray(0, 4096) },
      until: 'tag',
    })
    expect(error.code).toBe('SFT_TOO_MANY_UNREADABLE')
    expect(unreadable).toHaveLength(1)
  })

  test('also where so much is missing that its tables cannot be told', async () => {
    using folder = testFolder()
    writeSessions(folder.at('good.db'), [{ id: 'a' }])
    const { unreadable } = await failedRun({
      plugins: [sessions()],
      files: { 'a.db': readFileSync(folder.at('good.db')).subarray(0, 700) },
      until: 'tag',
    })
    expect(unreadable).toMatchObject([{ source: 'input/a.db', code: 'SFT_FILE_UNREADABLE' }])
  })
})

describe('what is damaged in a database', () => {
  test('items that are no JSON are lost, the session and the others are read', async () => {
    using folder = testFolder()
    const good = spoken('b').map((one) => JSON.stringify(one))
    writeSessions(folder.at('s.db'), [
      { id: 'a' },
      { id: 'b', texts: [...good, '{"role": "user", "cont'] },
      { id: 'c', texts: ['garbage'] },
      { id: 'd' },
    ])
    const { kept, losses, unreadable } = await runSessions(
      { database: folder.at('s.db') },
      { config: { maxUnreadable: 0.5 } },
    )
    expect(kept).toEqual(['a', 'b', 'd'])
    expect(losses).toContainEqual(expect.objectContaining({ field: 'history[]', kind: 'dropped', count: 1 }))
    expect(unreadable).toEqual([expect.objectContaining({ source: 's.db', code: 'SFT_ROW_SHAPE' })])
  })

  test('a page that is overwritten costs the sessions on it and no others', async () => {
    using folder = testFolder()
    const long = (id: string) => ({
      id,
      items: [...spoken(id), { role: 'user', content: `${id} `.repeat(9000) }],
    })
    writeSessions(
      folder.at('s.db'),
      Array.from({ length: 20 }, (_, number) => long(`s${number}`)),
    )
    const pages = statSync(folder.at('s.db')).size / 4096
    // The items' pages stand between the first tables and the end; a page of noise breaks what begins on it.
    const file = openSync(folder.at('s.db'), 'r+')
    for (let page = Math.floor(pages / 2); page < pages / 2 + 12; page++)
      writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, page * 4096)
    const { kept, unreadable } = await runSessions(
      { database: folder.at('s.db') },
      { config: { maxUnreadable: 0.9 } },
    )
    expect(unreadable.length + kept.length).toBeGreaterThanOrEqual(20)
    expect(kept.length).toBeGreaterThan(10)
  })

  test('a huge session is read, and one of one id in two databases stays in one split', async () => {
    using folder = testFolder()
    const output = 'x'.repeat(100_000)
    const items = Array.from({ length: 300 }, (_, number) => [
      { type: 'function_call', call_id: `c${number}`, name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: `c${number}`, output },
    ]).flat()
    writeSessions(folder.at('a.db'), [
      { id: 'huge', items: [{ role: 'user', content: 'go' }, ...items] },
      { id: 'same' },
    ])
    mkdirSync(folder.at('more'))
    writeSessions(folder.at('more/a.db'), [{ id: 'same' }, { id: 'other' }])
    const { traces, kept } = await runSessions({ database: [folder.at('a.db'), folder.at('more/a.db')] })
    expect(kept).toEqual(['huge', 'same', 'same', 'other'])
    expect(traces.find(({ session }) => session === 'huge')?.messages).toHaveLength(601)
    expect(new Set(traces.map(({ source }) => source.uri)).size).toBe(2)
    const [one, other] = traces.filter(({ session }) => session === 'same')
    expect(one?.id).toBe(other?.id)
  })
})

const WRITER = `
import { DatabaseSync } from 'node:sqlite'
const database = new DatabaseSync(process.argv[2])
database.exec('pragma busy_timeout = 10000')
const session = database.prepare("insert into sessions (id, project, agent, message_count) values (?, 'shop', 'support', 3)")
const item = database.prepare('insert into items (session_id, item) values (?, ?)')
const old = database.prepare('select id from sessions order by random() limit 1')
let number = 0
const write = () => {
  database.exec('begin immediate')
  const id = 'new' + number++
  session.run(id)
  for (const role of ['user', 'assistant', 'user']) item.run(id, JSON.stringify({ role, content: id }))
  item.run(old.get().id, JSON.stringify({ role: 'user', content: 'added later' }))
  database.exec('commit')
  if (number === 1) process.stdout.write('writing\\n')
  setTimeout(write, 1)
}
write()
`

describe.each(['wal', 'delete'] as const)('while another process writes (journal %s)', (mode) => {
  test('what was there at the beginning is read, whole, and nothing else', async () => {
    using folder = testFolder()
    const stored = Array.from({ length: 600 }, (_, number) => ({ id: `s${number}` }))
    writeSessions(folder.at('s.db'), stored, mode)
    cpSync(folder.at('s.db'), folder.at('before.db'))
    writeFileSync(folder.at('writer.mjs'), WRITER)
    const writer = spawn(process.execPath, [folder.at('writer.mjs'), folder.at('s.db')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      await once(writer.stdout, 'data')
      const { kept, traces } = await runSessions({ database: folder.at('s.db') })
      expect(kept.filter((id) => String(id).startsWith('s'))).toEqual(stored.map(({ id }) => id))
      // Sessions are whole, and those of the writer end where the run began.
      const fresh = kept.filter((id) => String(id).startsWith('new'))
      expect(fresh).toEqual(fresh.map((_, number) => `new${number}`))
      for (const { messages } of traces) expect(messages.length).toBeGreaterThanOrEqual(3)
      const added = traces.reduce(
        (sum, { messages }) => sum + messages.filter(({ content }) => content === 'added later').length,
        0,
      )
      expect(added).toBe(fresh.length)
    } finally {
      writer.kill('SIGKILL')
      await once(writer, 'exit')
    }
  })
})
