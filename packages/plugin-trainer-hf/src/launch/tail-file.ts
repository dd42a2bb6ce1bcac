import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { redactSecrets } from '@sftkit/core'

/** Bytes at a file's end that are read for its last lines. */
const TAIL_BYTES = 32_768
const TAIL_LINES = 20

/** Bytes of a file; 0 where there is none. */
export function fileSize(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

/** The last lines that were written to a file since it had so many bytes, without secrets and progress bars. */
export function lastLines(file: string, since: number): string {
  const size = fileSize(file)
  const from = Math.max(since, size - TAIL_BYTES)
  if (size <= from) return ''
  const buffer = Buffer.alloc(size - from)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, buffer, 0, buffer.length, from)
  } finally {
    closeSync(handle)
  }
  // A bar is rewritten in place: its last state is what a terminal would show.
  const lines = buffer
    .toString('utf8')
    .split('\n')
    .map((line) => line.split('\r').at(-1) ?? '')
    .filter((line) => line.trim() !== '')
  return redactSecrets(lines.slice(-TAIL_LINES).join('\n'))
}
