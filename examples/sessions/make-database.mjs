/** Makes sessions.db: what a shop's agents kept, and what somebody who read it said. */
import { rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { JUDGMENT_TABLE, SESSION_TABLES } from 'sftkit'

const path = process.argv[2] ?? fileURLToPath(new URL('sessions.db', import.meta.url))
rmSync(path, { force: true })
const database = new DatabaseSync(path)
database.exec(SESSION_TABLES)
database.exec(JUDGMENT_TABLE)

const addSession = database.prepare(
  'insert into sessions (id, project, agent, archived, message_count, created_at, model) values (?, ?, ?, ?, ?, ?, ?)',
)
const addItem = database.prepare('insert into items (session_id, item) values (?, ?)')
const judge = database.prepare(
  'insert into judgments (session_id, judgment, reason, by, at) values (?, ?, ?, ?, ?)',
)

/** A customer asks for an order; the agent looks it up and answers. */
function lookUp(order, state, answer) {
  return [
    { role: 'system', content: 'You answer the questions of a bookshop’s customers. Look orders up.' },
    { role: 'user', content: `Where is my order ${order}?` },
    { type: 'function_call', call_id: 'call_1', name: 'find_order', arguments: JSON.stringify({ order }) },
    { type: 'function_call_output', call_id: 'call_1', output: JSON.stringify({ order, state }) },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: answer }] },
  ]
}

const guessed = lookUp('B-77', 'lost', 'It will surely come tomorrow.')
const stored = [
  ['s-1', 'support', 0, lookUp('A-12', 'sent on Monday', 'It was sent on Monday.'), 'acceptable', null],
  ['s-2', 'support', 0, guessed, 'unacceptable', 'promises what nobody knows'],
  ['s-3', 'support', 0, lookUp('A-40', 'printing', 'It is being printed.'), null, null],
  ['s-4', 'support', 1, lookUp('A-41', 'sent', 'It was sent.'), 'acceptable', null],
  ['s-5', 'support', 0, [], null, null],
  ['s-6', 'buyer', 0, lookUp('A-43', 'sent', 'Sent.'), 'acceptable', null],
  ['s-7', 'support', 0, lookUp('C-3', 'at the customs', 'It waits at the customs.'), 'acceptable', null],
]

database.exec('begin')
for (const [number, [id, agent, archived, items, judgment, reason]] of stored.entries()) {
  const at = `2026-03-0${number + 1}T09:00:00Z`
  addSession.run(id, 'shop', agent, archived, items.length, at, 'local-model')
  for (const item of items) addItem.run(id, JSON.stringify(item))
  if (judgment !== null) judge.run(id, judgment, reason, 'a reader', at)
}
database.exec('commit')
database.close()
process.stdout.write(`${path}\n`)
