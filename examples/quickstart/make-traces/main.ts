/**
 * Lets the scripted agent work on the projects and writes its sessions in six formats.
 *
 *     node make-traces/main.ts [FOLDER]        default: traces, beside make-traces
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assignments, type Target } from './plan.ts'
import type { Recording } from './recording.ts'
import { recordSession } from './session.ts'
import { traceFiles } from './trace-files.ts'

const folder = resolve(process.argv[2] ?? fileURLToPath(new URL('../traces', import.meta.url)))
const recordings: Record<Target, Recording[]> = {
  sessions: [],
  session_logs: [],
  history: [],
  openai: [],
  sharegpt: [],
  attempts: [],
}

const together = 2
const all = assignments()
for (let at = 0; at < all.length; at += together) {
  const batch = all.slice(at, at + together)
  const done = await Promise.all(batch.map(({ plan }) => recordSession(plan)))
  for (const [index, { target }] of batch.entries()) recordings[target].push(done[index]!)
}

rmSync(folder, { recursive: true, force: true })
for (const [path, content] of traceFiles(recordings)) {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}
process.stderr.write(`${all.length} sessions recorded\n`)
