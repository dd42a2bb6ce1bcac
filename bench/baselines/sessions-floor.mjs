// The floor of the sessions suite: two threads that only read the items of the wanted sessions, parse them, make chat
// messages of them by the reference's rules, and write those once. No ids, no hashes, no index, no splits.
//
//     node sessions-floor.mjs SESSIONS.db JUDGMENTS.db OUT_PREFIX
import { closeSync, openSync, writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { historyToMessages } from 'sftkit'

const threads = 2
const roomBytes = 1 << 20

if (isMainThread) {
  const [, , database, judgments, out] = process.argv
  for (let part = 0; part < threads; part += 1) {
    new Worker(fileURLToPath(import.meta.url), {
      workerData: { database, judgments, out: `${out}-${part}.jsonl`, part },
    })
  }
} else {
  work(workerData)
}

function work({ database: file, judgments: judged, out, part }) {
  const judgments = judgmentsIn(judged)
  const database = new DatabaseSync(file, { readOnly: true })
  const sessions = database.prepare('select id, archived, message_count from sessions order by rowid').all()
  const items = database.prepare('select item from items where session_id = ? order by id')
  const target = openSync(out, 'w')
  const room = Buffer.allocUnsafe(roomBytes)
  let filled = 0
  const flush = () => {
    writeSync(target, room, 0, filled)
    filled = 0
  }
  const write = (text) => {
    if (text.length * 3 > room.length - filled) flush()
    if (text.length * 3 > room.length) writeSync(target, text)
    else filled += room.write(text, filled)
  }
  const half = Math.ceil(sessions.length / threads)
  for (const { id, archived, message_count: count } of sessions.slice(part * half, (part + 1) * half)) {
    if (archived !== 0 || count === 0 || judgments.get(id) !== 'acceptable') continue
    const messages = historyToMessages(items.all(id).map(({ item }) => JSON.parse(item)))
    let before = '{"messages":['
    for (const message of messages) {
      write(before)
      write(JSON.stringify(message))
      before = ','
    }
    write(']}\n')
  }
  flush()
  closeSync(target)
}

function judgmentsIn(file) {
  const rows = new DatabaseSync(file, { readOnly: true })
    .prepare('select group_id, judgment from analysis where judgment is not null')
    .all()
  return new Map(rows.map(({ group_id: session, judgment }) => [session, judgment]))
}
