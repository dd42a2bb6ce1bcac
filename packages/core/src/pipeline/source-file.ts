import { createHash, hash } from 'node:crypto'
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { contentHash } from '../load/file-stamp.ts'
import { readRecords, type UnreadableRecord } from '../load/records.ts'
import type { SourceFile, SourceSet } from '../plugin/types.ts'
import type { SegmentFile, SegmentResult, TaskSegment } from './task.ts'

/** A set of files for a loader of whole files. */
export interface OpenedSet {
  readonly file: SourceSet
  /** Stands for what was read so far, whatever it was read for: the ids of the traces come from it. */
  hash(): string
  /** How many records the loader has counted itself, and the bytes of the last one. */
  counted(): { readonly records: number; readonly bytes: number }
  /** What was read of each file, in the order of `filesOfTask`. */
  results(): SegmentResult[]
}

export function openSet(
  segment: TaskSegment,
  reuse: { buffer: Buffer },
  report: (file: number, row: UnreadableRecord) => void,
): OpenedSet {
  const read = createHash('sha256')
  let records = 0
  let bytesHash: string | undefined
  const count = (digest: string): void => {
    read.update(digest)
    records++
  }
  const buffers = lender(reuse)
  const open = (file: SegmentFile, number: number): OpenedFile =>
    openFile(file, buffers, count, (row) => report(number, row))
  const { others = [], companions = [] } = segment
  const first = open(segment, 0)
  const more = others.map((file, index) => open(file, 1 + index))
  const beside = companions.map((file, index) => open(file, 1 + others.length + index))
  const files = [first, ...more]
  const { part } = segment
  const counted = createHash('sha256')
  let own = 0
  let size = 0
  let current: string | undefined
  const resultOfPart = (): SegmentResult => ({
    ...placeOf(segment),
    digest: counted.copy().digest('hex'),
    records: own,
    lines: 0,
  })
  return {
    file: {
      ...first.file,
      files: files.map(({ file }) => file),
      companions: beside.map(({ file }) => file),
      ...(part !== undefined && { part }),
      count(hash, bytes) {
        counted.update(hash)
        own++
        current = hash
        size = bytes
      },
      unreadable: (message) => report(0, { uri: segment.uri, code: 'SFT_ROW_SHAPE', message }),
    },
    counted: () => ({ records: own, bytes: size }),
    hash: () => {
      if (current !== undefined) return current
      if (records > 0) return read.copy().digest('hex')
      // Of a part that counts nothing the place is all there is.
      if (part !== undefined) return hash('sha256', JSON.stringify([segment.uri, part.range]))
      // An archive may hold thousands of traces, and each is asked for it.
      bytesHash ??= contentHash(segment.path, segment.head.container)
      return bytesHash
    },
    results: () =>
      part === undefined
        ? [...files, ...beside].map(({ result }) => result())
        : [resultOfPart(), ...beside.map(({ result }) => result())],
  }
}

function placeOf({
  uri,
  start,
  end,
  stamp,
}: SegmentFile): Pick<SegmentResult, 'uri' | 'start' | 'end' | 'stamp'> {
  return { uri, start, end, stamp }
}

/** A part of a file, to look at what is in it. */
export function partOf(segment: TaskSegment): SourceSet {
  return openSet(segment, { buffer: Buffer.alloc(0) }, () => {}).file
}

/** The kept buffer, and another one for a reading that begins before the first has ended. */
function lender(reuse: { buffer: Buffer }): Lender {
  let lent = false
  return {
    lend: () => {
      if (lent) return { buffer: Buffer.allocUnsafeSlow(SECOND_BUFFER_BYTES) }
      lent = true
      return reuse
    },
    giveBack: (buffer) => {
      if (buffer === reuse) lent = false
    },
  }
}

const SECOND_BUFFER_BYTES = 256 << 10

interface Lender {
  lend(): { buffer: Buffer }
  giveBack(buffer: { buffer: Buffer }): void
}

interface OpenedFile {
  readonly file: SourceFile
  result(): SegmentResult
}

/** A file may be read several times: the first whole reading counts, and says what is unreadable. */
function openFile(
  source: SegmentFile,
  buffers: Lender,
  count: (digest: string) => void,
  report: (row: UnreadableRecord) => void,
): OpenedFile {
  const { uri, start, end, stamp, path, head } = source
  let whole: Pick<SegmentResult, 'digest' | 'records' | 'lines'> | undefined
  const reported = new Set<number>()
  return {
    file: {
      uri,
      path: () => decompressedPath(source),
      async *records() {
        const digest = createHash('sha256')
        const buffer = buffers.lend()
        let records = 0
        let lines = 0
        try {
          for await (const found of readRecords(source, buffer)) {
            records++
            lines = found.line
            digest.update(found.digest)
            count(found.digest)
            if ('record' in found) yield found.record
            else if (!reported.has(records)) {
              reported.add(records)
              report(found.unreadable)
            }
          }
          whole ??= { digest: digest.digest('hex'), records, lines }
        } finally {
          buffers.giveBack(buffer)
        }
      },
    },
    result: () => ({
      uri,
      start,
      end,
      stamp,
      ...(whole ?? { digest: contentHash(path, head.container), records: 0, lines: 0 }),
    }),
  }
}

async function decompressedPath({ path, head }: SegmentFile): Promise<string> {
  if (head.compression === undefined) return path
  const folder = mkdtempSync(join(tmpdir(), 'sftkit-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const target = join(folder, 'source')
  const decompressor = head.compression === 'gzip' ? createGunzip() : createZstdDecompress()
  await pipeline(createReadStream(path), decompressor, createWriteStream(target))
  return target
}
