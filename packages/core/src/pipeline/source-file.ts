import type { Hash } from 'node:crypto'
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { fileHash } from '../load/file-hash.ts'
import { readRecords, type UnreadableRecord } from '../load/records.ts'
import type { SourceFile } from '../plugin/types.ts'
import type { TaskSegment } from './task.ts'

/** A file for a loader of whole files. */
export interface OpenedSource {
  readonly file: SourceFile
  /** Stands for the file's content: from the records that were read of it, else from its bytes. */
  hash(): string
}

export function openFileSource(
  segment: TaskSegment,
  reuse: { buffer: Buffer },
  tally: { readonly digest: Hash; records: number; lines: number },
  report: (row: UnreadableRecord) => void,
): OpenedSource {
  let ofBytes: string | undefined
  return {
    file: {
      uri: segment.uri,
      path: () => decompressedPath(segment),
      async *records() {
        for await (const found of readRecords(segment, reuse)) {
          tally.records++
          tally.lines = found.line
          tally.digest.update(found.digest)
          if ('record' in found) yield found.record
          else report(found.unreadable)
        }
      },
    },
    hash() {
      if (tally.records > 0) return tally.digest.copy().digest('hex')
      if (ofBytes === undefined) {
        ofBytes = fileHash(segment.path)
        tally.digest.update(ofBytes)
      }
      return ofBytes
    },
  }
}

async function decompressedPath({ path, head }: TaskSegment): Promise<string> {
  if (head.compression === undefined) return path
  const folder = mkdtempSync(join(tmpdir(), 'sftkit-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const target = join(folder, 'source')
  const decompressor = head.compression === 'gzip' ? createGunzip() : createZstdDecompress()
  await pipeline(createReadStream(path), decompressor, createWriteStream(target))
  return target
}
