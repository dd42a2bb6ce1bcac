import { createHash, type Hash } from 'node:crypto'
import { closeSync, openSync, readSync, renameSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { FileReference } from '../plugin/types.ts'
import { makeFolders } from './make-folders.ts'
import { attempt } from './write.ts'

/** Writes one split of one format: in one file, or in several where it is over the shard size. */
export interface SplitWriter {
  /** Copies pieces that stand together in another file. A piece is never cut: its rows are in one file. */
  copyRows(file: string, offset: number, pieces: readonly Piece[]): void
  /** @param text one piece, without its last newline */
  appendRows(text: string, count: number): void
  /** Gives the files their names. Paths are relative to `root`. */
  finish(root: string): FileReference[]
}

/** The rows of one example. */
interface Piece {
  readonly bytes: number
  /** How many rows they are. */
  readonly count: number
}

/** Stays in the processor's cache between being read, written and hashed. */
const CHUNK_BYTES = 256 << 10

export function openSplit(folder: string, name: string, shardSize: number): SplitWriter {
  const parts: { path: string; descriptor: number; digest: Hash; bytes: number; rows: number }[] = []
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES)

  const partFor = (bytes: number): (typeof parts)[number] => {
    const last = parts.at(-1)
    if (last !== undefined && (last.bytes === 0 || last.bytes + bytes <= shardSize)) return last
    if (last !== undefined) closeSync(last.descriptor)
    const path = join(folder, `${name}.${parts.length}.partial`)
    const part = {
      path,
      descriptor: attempt(path, () => create(path)),
      digest: createHash('sha256'),
      bytes: 0,
      rows: 0,
    }
    parts.push(part)
    return part
  }
  const put = (part: (typeof parts)[number], bytes: Uint8Array): void => {
    attempt(part.path, () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(part.descriptor, bytes, at, bytes.length - at)
    })
    part.digest.update(bytes)
    part.bytes += bytes.length
  }
  const copy = (part: (typeof parts)[number], source: number, offset: number, bytes: number): void => {
    for (let done = 0; done < bytes; ) {
      const read = readSync(source, chunk, 0, Math.min(chunk.length, bytes - done), offset + done)
      if (read === 0) throw new Error('A shard is shorter than its sidecar says.')
      put(part, chunk.subarray(0, read))
      done += read
    }
  }

  return {
    copyRows(file, offset, pieces) {
      const source = openSync(file, 'r')
      try {
        let from = offset
        let run = 0
        let part = partFor(pieces[0]?.bytes ?? 0)
        for (const { bytes, count } of pieces) {
          if (part.bytes + run > 0 && part.bytes + run + bytes > shardSize) {
            copy(part, source, from, run)
            from += run
            run = 0
            part = partFor(bytes)
          }
          run += bytes
          part.rows += count
        }
        copy(part, source, from, run)
      } finally {
        closeSync(source)
      }
    },
    appendRows(text, count) {
      const bytes = Buffer.from(`${text}\n`, 'utf8')
      const part = partFor(bytes.length)
      put(part, bytes)
      part.rows += count
    },
    finish(root) {
      if (parts.length === 0) partFor(0)
      const last = parts.at(-1)
      if (last !== undefined) closeSync(last.descriptor)
      return parts.map(({ path, digest, bytes, rows }, number) => {
        const target = join(dirname(path), fileName(name, number, parts.length))
        attempt(target, () => renameSync(path, target))
        return { path: relativeTo(root, target), sha256: digest.digest('hex'), bytes, rows }
      })
    },
  }
}

function create(path: string): number {
  makeFolders(dirname(path))
  return openSync(path, 'w')
}

/** `train.jsonl`, or `train-00000-of-00003.jsonl`, as the Hub names shards. */
export function fileName(split: string, number: number, count: number, extension = 'jsonl'): string {
  if (count === 1) return `${split}.${extension}`
  const digits = (value: number): string => String(value).padStart(5, '0')
  return `${split}-${digits(number)}-of-${digits(count)}.${extension}`
}

function relativeTo(root: string, path: string): string {
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : basename(path)
}
