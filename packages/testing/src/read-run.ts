import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ErrorCode, parseJson, type Row } from '@sftkit/core'

/** A line of rejected.jsonl: a trace or example that was left out. */
export interface DropLine {
  readonly id: string
  readonly source: string
  /** Where it is known. */
  readonly session_id?: string
  readonly stage: string
  readonly plugin: string
  readonly reason: string
  readonly detail?: string
}

/** A line of losses.jsonl: a field that could not be carried as it was. */
export interface LossLine {
  readonly source: string
  readonly id: string
  readonly field: string
  readonly kind: 'changed' | 'dropped'
  readonly count: number
  readonly plugin: string
  readonly detail?: string
}

/** A line of unreadable.jsonl: input that could not be read. */
export interface UnreadableLine {
  readonly source: string
  readonly line?: number
  readonly byteOffset?: number
  readonly code: ErrorCode
  readonly message: string
}

/** What a run left in its directory. Lists are empty where a file is not there. */
export interface RunFiles {
  /**
   * Rows by format and split, in their order: `rows.messages?.train`. A number that JavaScript would change or respell
   * (`1.0`, `12345678901234567890`) is a `RawNumber` with its text as `rawJSON`, as in a run.
   */
  readonly rows: Readonly<Record<string, Readonly<Record<string, readonly Row[]>>>>
  readonly drops: readonly DropLine[]
  readonly losses: readonly LossLine[]
  readonly unreadable: readonly UnreadableLine[]
  /** manifest.json; undefined where the run did not finish. */
  readonly manifest: Readonly<Record<string, unknown>> | undefined
  /** stats.json. */
  readonly stats: Readonly<Record<string, unknown>> | undefined
}

/** A split's name, or that of one of its several files (`train-00000-of-00002`). */
const SPLIT_FILE = /^(.+?)(?:-\d{5}-of-\d{5})?\.jsonl$/

/**
 * Reads a run directory into memory. Only for runs that write JSON lines, and small ones: a test's.
 *
 * @param out the run directory
 */
export function readRun(out: string): RunFiles {
  return {
    rows: readRows(join(out, 'dataset')),
    drops: readLines<DropLine>(join(out, 'rejected.jsonl')),
    losses: readLines<LossLine>(join(out, 'losses.jsonl')),
    unreadable: readLines<UnreadableLine>(join(out, 'unreadable.jsonl')),
    manifest: readDocument(join(out, 'manifest.json')),
    stats: readDocument(join(out, 'stats.json')),
  }
}

function readRows(dataset: string): RunFiles['rows'] {
  const rows: Record<string, Record<string, Row[]>> = {}
  for (const path of globSync('*/*.jsonl', { cwd: dataset }).sort()) {
    const [format = '', file = ''] = path.split(/[\\/]/)
    const split = SPLIT_FILE.exec(file)?.[1] ?? file
    rows[format] ??= {}
    const bySplit = rows[format]
    bySplit[split] = [...(bySplit[split] ?? []), ...readLines<Row>(join(dataset, path))]
  }
  return rows
}

function readLines<T>(file: string): T[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseJson(line) as T)
}

function readDocument(file: string): Record<string, unknown> | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : undefined
}
