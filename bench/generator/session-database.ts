import { DatabaseSync } from 'node:sqlite'
import { JUDGMENT_TABLE, SESSION_TABLES } from 'sftkit'
import { createRandom, type Random } from './random.ts'
import { prose, toolText } from './texts.ts'

const start = Date.UTC(2026, 0, 5)

/**
 * Writes a database of sessions, about 50 KB each, and one of judgments about them: three of four are acceptable, one
 * of eight is not, the others nobody has judged. One of fifty is archived, one of a hundred is empty.
 */
export function writeSessionDatabases(file: string, judgments: string, sessions: number): void {
  const random = createRandom(7)
  // Tool output is most of a session; it is cut from a store, so that writing takes minutes and not an hour.
  const store = Array.from({ length: 400 }, (_, number) => toolText(random, 9000, number % 4 === 0))
  const database = new DatabaseSync(file)
  database.exec('pragma journal_mode = off; pragma synchronous = off;')
  database.exec(SESSION_TABLES)
  const addSession = database.prepare(
    'insert into sessions (id, project, agent, archived, message_count, created_at, model) values (?, ?, ?, ?, ?, ?, ?)',
  )
  const addItem = database.prepare('insert into items (session_id, item) values (?, ?)')
  const judged = new DatabaseSync(judgments)
  judged.exec('pragma journal_mode = off; pragma synchronous = off;')
  judged.exec(JUDGMENT_TABLE)
  judged.exec('create table analysis (group_id text, judgment text, notes text)')
  const judge = judged.prepare('insert into analysis (group_id, judgment) values (?, ?)')
  judged.exec('begin')
  database.exec('begin')
  for (let number = 0; number < sessions; number++) {
    const id = `${random.hex(8)}-${random.hex(4)}-${number}`
    const items = number % 100 === 99 ? [] : itemsOf(random, store)
    const created = new Date(start + number * 60_000).toISOString()
    addSession.run(id, 'bench', 'worker', number % 50 === 49 ? 1 : 0, items.length, created, 'local-model')
    for (const item of items) addItem.run(id, JSON.stringify(item))
    const lot = random.next()
    judge.run(id, lot < 0.75 ? 'acceptable' : lot < 0.875 ? 'unacceptable' : null)
    if (number % 2000 === 1999) database.exec('commit; begin')
  }
  database.exec('commit')
  judged.exec('commit')
  database.close()
  judged.close()
}

function itemsOf(random: Random, store: readonly string[]): object[] {
  const items: object[] = [{ role: 'system', content: prose(random, 30, false) }]
  const turns = random.between(1, 3)
  for (let turn = 0; turn < turns; turn++) {
    items.push({ role: 'user', content: prose(random, random.between(1, 5), turn === 0) })
    const steps = random.between(2, 6)
    for (let step = 0; step < steps; step++) {
      const callId = `call_${random.hex(24)}`
      if (random.chance(0.5)) items.push(message(random, prose(random, 2, false)))
      items.push({
        type: 'function_call',
        id: `fc_${random.hex(24)}`,
        call_id: callId,
        name: random.pick(['bash', 'read_file', 'write_file', 'search']),
        arguments: JSON.stringify({ command: prose(random, 1, false), timeout: random.between(1, 600) }),
        status: 'completed',
      })
      const text = random.pick(store)
      const from = random.between(0, text.length - 400)
      items.push({
        type: 'function_call_output',
        call_id: callId,
        output: text.slice(from, from + 9000).toWellFormed(),
      })
    }
    items.push(message(random, prose(random, random.between(2, 8), false)))
  }
  return items
}

function message(random: Random, text: string): object {
  return {
    id: `msg_${random.hex(24)}`,
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [] }],
  }
}
