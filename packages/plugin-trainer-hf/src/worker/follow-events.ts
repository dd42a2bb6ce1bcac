import { closeSync, openSync, readSync } from 'node:fs'
import { fileSize } from '../launch/tail-file.ts'
import { type WorkerEvent, workerEventSchema } from './protocol.ts'

const POLL_MS = 100

/**
 * Passes on the events that are appended to a file, from now on or from a byte on. What is no whole line yet waits for its rest; a line
 * that is none, or of a kind that is not known here, is passed over.
 */
export function followEvents(
  file: string,
  onEvent: (event: WorkerEvent) => void,
  from = fileSize(file),
): { end(): Promise<void> } {
  let offset = from
  let rest: Buffer = Buffer.alloc(0)
  const read = (): void => {
    const size = fileSize(file)
    if (size <= offset) return
    const bytes = Buffer.alloc(size - offset)
    const handle = openSync(file, 'r')
    try {
      offset += readSync(handle, bytes, 0, bytes.length, offset)
    } finally {
      closeSync(handle)
    }
    const all = Buffer.concat([rest, bytes])
    const end = all.lastIndexOf('\n') + 1
    rest = all.subarray(end)
    for (const line of all.subarray(0, end).toString('utf8').split('\n')) {
      const event = parseEvent(line)
      if (event !== undefined) onEvent(event)
    }
  }
  const timer = setInterval(read, POLL_MS)
  let ended = false
  return {
    end: async () => {
      if (ended) return
      ended = true
      clearInterval(timer)
      read()
    },
  }
}

/** A line of the event file; undefined for half a line, or an event of a newer worker. */
export function parseEvent(line: string): WorkerEvent | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return workerEventSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
