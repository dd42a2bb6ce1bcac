import { gzipSync, zstdCompressSync } from 'node:zlib'
import { sessionId } from './identity.ts'
import type { Target } from './plan.ts'
import { attemptRows } from './recorders/attempt-rows.ts'
import { historyRow } from './recorders/history-row.ts'
import { localLog, localLogName } from './recorders/local-log.ts'
import { openaiRow } from './recorders/openai-row.ts'
import { sharegptRow } from './recorders/sharegpt-row.ts'
import { emptyRow, uploadedRow } from './recorders/uploaded-row.ts'
import type { Recording } from './recording.ts'

export type TraceFile = readonly [path: string, content: string | Buffer]

const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

/** The files of the trace folder, by path. */
export function traceFiles(recordings: Readonly<Record<Target, readonly Recording[]>>): readonly TraceFile[] {
  return [
    ...recordings.sessions.map(uploadedFile),
    emptySession(),
    ...recordings.session_logs.flatMap(localFiles),
    ['history/sessions.jsonl', lines(recordings.history.map(historyRow))],
    ...openaiFiles(recordings.openai),
    ['sharegpt/conversations.json', `${JSON.stringify(recordings.sharegpt.map(sharegptRow), null, 1)}\n`],
    ['attempts/trials.jsonl.zst', zstdCompressSync(lines(recordings.attempts.flatMap(attemptRows)))],
  ]
}

function uploadedFile(recording: Recording): TraceFile {
  return [
    `sessions/${recording.startedAt.slice(0, 10)}/${recording.id}.jsonl`,
    lines([uploadedRow(recording)]),
  ]
}

function emptySession(): TraceFile {
  const id = sessionId('empty')
  return [`sessions/2026-03-02/${id}.jsonl`, lines([emptyRow(id, '2026-03-02T08:30:00.000Z')])]
}

/** The first session was saved once in the middle: its earlier file is a shorter copy. */
function localFiles(recording: Recording, index: number): TraceFile[] {
  const last = localLog(recording)
  const saves = index === 0 ? [localLog(recording, Math.floor(recording.messages.length / 2)), last] : [last]
  return saves.map((log) => [`session_logs/${localLogName(log)}`, `${JSON.stringify(log, null, 2)}\n`])
}

/** The second file ends in the middle of its second line, as after a full disk; a whole third line follows. */
function openaiFiles(recordings: readonly Recording[]): TraceFile[] {
  const [first, cut, last, ...rest] = recordings.map((recording) => lines([openaiRow(recording)]))
  if (first === undefined || cut === undefined || last === undefined)
    throw new Error('openai needs three sessions')
  return [
    ['openai/messages.jsonl.gz', gzipped(rest.join(''))],
    ['openai/cut-off.jsonl', `${first}${cut.slice(0, 900)}\n${last}`],
  ]
}

/** The header's last byte names the operating system; 255 is "unknown". */
function gzipped(text: string): Buffer {
  const bytes = gzipSync(text, { level: 9 })
  bytes[9] = 255
  return bytes
}
