import { closeSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs'
import { attempt } from '../run-directory/write.ts'
import { quoteText } from './quote-text.ts'
import type { Piece } from './serialise.ts'

/** Appends lines to a file under a temporary name; the file gets its name when it is finished. */
export interface ShardWriter {
  /** Writes the line that the pieces make. */
  append(pieces: readonly Piece[]): AppendedLine
  /** @returns the bytes of the file. */
  finish(): number
  /** Removes what was written. */
  discard(): void
}

export interface AppendedLine {
  /** Its first byte. */
  readonly offset: number
  /** With its newline. */
  readonly bytes: number
  /** How many lone surrogates were replaced in texts that were quoted on the way. */
  readonly replaced: number
}

/** Buffers are kept per thread: fresh pages cost more than the bytes that go into them. */
const free: Buffer[] = []
const BUFFER_BYTES = 2 << 20

/** The file is made with the first full buffer or at the end, so an empty shard costs nothing until `finish`. */
export function openShard(path: string): ShardWriter {
  const temporary = `${path}.partial`
  const buffer = free.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES)
  let descriptor: number | undefined
  let written = 0
  let filled = 0

  const write = (bytes: Buffer): void => {
    attempt(path, () => {
      descriptor ??= openSync(temporary, 'w')
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at)
    })
    written += bytes.length
  }
  const flush = (): void => {
    if (filled > 0) write(buffer.subarray(0, filled))
    filled = 0
  }

  // Three bytes is the most that a UTF-16 unit takes in UTF-8.
  const put = (text: string): void => {
    if (text.length * 3 > buffer.length - filled) flush()
    if (text.length * 3 > buffer.length) write(Buffer.from(text, 'utf8'))
    else if (text.length === 1 && text.charCodeAt(0) < 128) buffer[filled++] = text.charCodeAt(0)
    else filled += buffer.write(text, filled, 'utf8')
  }
  const putBytes = (bytes: Buffer): void => {
    if (bytes.length > buffer.length - filled) flush()
    if (bytes.length > buffer.length) write(bytes)
    else filled += bytes.copy(buffer, filled)
  }

  return {
    append(pieces) {
      const offset = written + filled
      let replaced = 0
      for (const piece of pieces) {
        if (typeof piece === 'string') put(piece)
        else replaced += quoteText(piece.text, putBytes)
      }
      put('\n')
      return { offset, bytes: written + filled - offset, replaced }
    },
    finish() {
      flush()
      attempt(path, () => {
        descriptor ??= openSync(temporary, 'w')
        closeSync(descriptor)
        renameSync(temporary, path)
      })
      free.push(buffer)
      return written
    },
    discard() {
      free.push(buffer)
      if (descriptor === undefined) return
      closeSync(descriptor)
      unlinkSync(temporary)
    },
  }
}
