import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolders, redactSecrets } from '@sftkit/core'
import { parseEvent } from '../../worker/follow-events.ts'
import type { WorkerEvent } from '../../worker/protocol.ts'
import { EVENT_PREFIX } from './script.ts'

/** Events and other lines of a log that is sent from its beginning with each connection. */
export interface LogReader {
  /** A new connection begins. */
  restart(): void
  take(line: string): void
  /** A line of the worker's own event file. */
  takeEvent(line: string): void
  /** How the worker said that it ended. */
  readonly ended: WorkerEvent['type'] | undefined
  /** The last lines that are no events. */
  readonly last: readonly string[]
}

const LAST_LINES = 20

/**
 * Passes each event on once and appends it to the event file, and keeps all other lines in a file of their own.
 *
 * @param from bytes that the event file had before this job: what is there since was seen by an earlier process
 */
export function logReader(
  { events, log, from }: { readonly events: string; readonly log: string; readonly from: number },
  onEvent: (event: WorkerEvent) => void,
): LogReader {
  const known = existsSync(events) ? readFileSync(events).subarray(from).toString('utf8').split('\n') : []
  let written = Math.max(-1, ...known.map((line) => parseEvent(line)?.seq ?? -1))
  let passed = -1
  let ended: WorkerEvent['type'] | undefined
  let lines = 0
  let seen = 0
  const last: string[] = []
  makeFolders(dirname(log))
  writeFileSync(log, '')
  const takeEvent = (line: string): void => {
    const event = parseEvent(line)
    if (event === undefined || event.seq <= passed) return
    passed = event.seq
    if (event.seq > written) {
      appendFileSync(events, `${redactSecrets(line)}\n`)
      written = event.seq
    }
    if (event.type === 'done' || event.type === 'error' || event.type === 'cancelled') ended = event.type
    onEvent(event)
  }
  return {
    restart: () => {
      seen = 0
    },
    take(line) {
      if (line.startsWith(EVENT_PREFIX)) return takeEvent(line.slice(EVENT_PREFIX.length))
      seen++
      if (seen <= lines) return
      lines = seen
      const text = redactSecrets(line)
      appendFileSync(log, `${text}\n`)
      last.push(text)
      if (last.length > LAST_LINES) last.shift()
    },
    takeEvent,
    get ended() {
      return ended
    },
    last,
  }
}
