import { closeSync, openSync, readSync } from 'node:fs'
import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Container } from '../plugin/types.ts'
import { databaseProblem } from './database-problem.ts'
import { openDatabase } from './open-database.ts'
import { parseJsonPrefix } from './prefix-json.ts'

export type Compression = 'gzip' | 'zstd' | undefined

/** The beginning of a file, opened as far as detection needs it. */
export interface FileHead {
  readonly compression: Compression
  readonly container: Container
  /** Decompressed. */
  readonly bytes: Uint8Array
  /** The first records: lines, elements, or the one document; of SQLite the list of its tables. */
  readonly records: readonly { readonly value: unknown; readonly partial: boolean }[]
  /** Whether the file goes on beyond what was read. */
  readonly cut: boolean
  /** Of a SQLite database that cannot be read: why. */
  readonly problem?: string
}

/** Most files tell their format in their first bytes; where they do not, more is read once. */
export const HEAD_BYTES = 64 * 1024
export const LONG_HEAD_BYTES = 1024 * 1024
const MAX_RECORDS = 50
const MAX_ELEMENTS = 20

/** Reads a file's head. Damaged compression gives what could be decompressed. @throws the system's error */
export function readHead(path: string, limit: number): FileHead {
  const raw = readStart(path, limit)
  const compression = compressionOf(raw.bytes)
  const bytes = compression === undefined ? raw.bytes : decompressStart(raw.bytes, compression, limit)
  const cut = raw.more || (compression !== undefined && bytes.length >= limit)
  const container = binaryContainer(bytes)
  if (container === 'sqlite')
    return { compression, container, bytes, cut, ...sqliteTables(path, compression) }
  if (container !== undefined) return { compression, container, bytes, cut, records: [] }
  return { compression, bytes, cut, ...jsonRecords(new TextDecoder().decode(bytes), cut) }
}

function readStart(path: string, limit: number): { bytes: Buffer; more: boolean } {
  const descriptor = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(limit + 1)
    let length = 0
    for (;;) {
      const read = readSync(descriptor, buffer, length, buffer.length - length, length)
      length += read
      if (read === 0 || length === buffer.length) break
    }
    return { bytes: buffer.subarray(0, Math.min(length, limit)), more: length > limit }
  } finally {
    closeSync(descriptor)
  }
}

export function compressionOf(bytes: Uint8Array): Compression {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip'
  if (bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd) return 'zstd'
  return undefined
}

/** A cut-off stream is no error here: `finishFlush` gives what is there. */
function decompressStart(bytes: Uint8Array, compression: 'gzip' | 'zstd', limit: number): Buffer {
  try {
    const whole =
      compression === 'gzip'
        ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH })
        : zstdDecompressSync(bytes, { finishFlush: constants.ZSTD_e_flush })
    return whole.subarray(0, limit)
  } catch {
    return Buffer.alloc(0)
  }
}

/** Files that hold no records themselves, by their first bytes, and what to do with them. */
export function archiveName(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.subarray(0, 265)).toString('latin1')
  if (text.slice(257, 262) === 'ustar') return 'a tar archive: unpack it and give the folder'
  if (text.startsWith('\xfd7zXZ\0')) return 'an xz-compressed file: unpack it, or compress with gzip or zstd'
  if (text.startsWith('BZh')) return 'a bzip2-compressed file: unpack it, or compress with gzip or zstd'
  if (text.startsWith("7z\xbc\xaf'\x1c")) return 'a 7z archive: unpack it and give the folder'
  if (text.startsWith('\xff\xfe') || text.startsWith('\xfe\xff')) return 'a text in UTF-16: save it as UTF-8'
  return undefined
}

function binaryContainer(bytes: Uint8Array): Container | undefined {
  if (archiveName(bytes) !== undefined) return 'other'

  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  if (start.startsWith('PK\x03\x04')) return 'zip'
  if (start.startsWith('SQLite format 3\0')) return 'sqlite'
  if (start.startsWith('PAR1')) return 'parquet'
  return undefined
}

function sqliteTables(path: string, compression: Compression): Pick<FileHead, 'records' | 'problem'> {
  if (compression !== undefined) return { records: [] }
  try {
    const database = openDatabase(path)
    const rows = database.prepare("select name from sqlite_master where type = 'table'").all()
    database.close()
    return { records: [{ value: { tables: rows.map((row) => String(row.name)) }, partial: false }] }
  } catch (error) {
    return { records: [], problem: databaseProblem(error).reason }
  }
}

/** JSON lines where the first line alone is a value and more follows; else one document. */
function jsonRecords(text: string, cut: boolean): Pick<FileHead, 'container' | 'records'> {
  const body = text.replace(/^\uFEFF/, '')
  const all = body.split('\n')
  // The last line of a cut head is not whole, unless it is the only one: then the document's start is looked at.
  const lines = (cut ? all.slice(0, -1) : all).filter((line) => line.trim() !== '')
  if (lines.length > 1 && parseLine(lines[0]) !== undefined)
    return { container: 'jsonl', records: linesOf(lines) }
  const document = parseJsonPrefix(body)
  if (document === undefined) {
    const records = linesOf(lines)
    return { container: records.length > 0 ? 'jsonl' : 'other', records }
  }
  const partial = !document.complete
  if (Array.isArray(document.value)) {
    const elements = document.value.slice(0, MAX_ELEMENTS)
    return {
      container: 'json-array',
      records: elements.map((value: unknown, index) => ({
        value,
        partial: partial && index === elements.length - 1,
      })),
    }
  }
  if (typeof document.value !== 'object' || document.value === null)
    return { container: 'other', records: [] }
  // A line that goes on beyond the head may be the first of many: it is read line by line.
  const oneLine = lines.length === 1 || (lines.length === 0 && cut)
  return { container: oneLine ? 'jsonl' : 'json-object', records: [{ value: document.value, partial }] }
}

function linesOf(lines: readonly string[]): { value: unknown; partial: boolean }[] {
  return lines.slice(0, MAX_RECORDS).flatMap((line) => parseLine(line) ?? [])
}

function parseLine(line: string | undefined): { value: unknown; partial: boolean } | undefined {
  try {
    return line === undefined ? undefined : { value: JSON.parse(line) as unknown, partial: false }
  } catch {
    return undefined
  }
}
