import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'

export interface CopiedFile {
  readonly bytes: number
  readonly sha256: string
  /** Of its beginning, as long as the caller asked; undefined where it is shorter. */
  readonly sha256OfBeginning: string | undefined
  readonly stamp: string
}

const CHUNK = 1 << 20

/**
 * Copies a file as it is at the moment of its opening; what is added meanwhile comes with the next copy. Symbolic links
 * are refused.
 *
 * @param beginning so many bytes are hashed apart
 * @throws the system's error
 */
export function copyFile(source: string, target: string, beginning: number): CopiedFile {
  const from = openSync(source, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const { size, mtimeMs } = fstatSync(from)
    const to = openSync(target, 'wx', 0o600)
    try {
      const whole = createHash('sha256')
      const start = createHash('sha256')
      const buffer = Buffer.allocUnsafe(CHUNK)
      let at = 0
      while (at < size) {
        const read = readSync(from, buffer, 0, Math.min(CHUNK, size - at), at)
        if (read === 0) break
        const piece = buffer.subarray(0, read)
        whole.update(piece)
        if (at < beginning) start.update(piece.subarray(0, beginning - at))
        for (let written = 0; written < read; ) written += writeSync(to, piece, written)
        at += read
      }
      fsyncSync(to)
      return {
        bytes: at,
        sha256: whole.digest('hex'),
        sha256OfBeginning: at < beginning ? undefined : start.digest('hex'),
        stamp: stampOf(size, mtimeMs),
      }
    } finally {
      closeSync(to)
    }
  } finally {
    closeSync(from)
  }
}

/** What changes when somebody writes to a file. */
export function stampOf(bytes: number, mtimeMs: number): string {
  return `${bytes} ${mtimeMs}`
}
