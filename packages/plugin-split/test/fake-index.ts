import { DatabaseSync } from 'node:sqlite'
import type { Context, ResolvedConfig, RunIndex } from '@sftkit/core'
import { MEASURE } from '../src/near/measure.ts'

export interface Entry {
  readonly id: string
  readonly group?: string
  readonly startedAt?: string
  readonly tags?: readonly string[]
  readonly fingerprint?: string
  readonly dropped?: string
  /** A value of the measure of text signatures. */
  readonly measured?: string
}

/** The tables that core offers, in memory, with these examples in this order. */
export function indexOf(entries: readonly Entry[]): RunIndex & { drop(id: string, reason: string): void } {
  const database = new DatabaseSync(':memory:')
  database.exec(`CREATE TABLE examples(example_id TEXT PRIMARY KEY, trace_id TEXT, session_id TEXT, group_key TEXT,
    ordinal INTEGER, model TEXT, started_at TEXT, tags TEXT, tokens INTEGER, fingerprint TEXT, dropped TEXT);
    CREATE TABLE measures(example_id TEXT, name TEXT, value)`)
  const insert =
    database.prepare(`INSERT INTO examples(example_id, group_key, ordinal, started_at, tags, fingerprint,
    dropped) VALUES (?, ?, ?, ?, ?, ?, ?)`)
  const measure = database.prepare('INSERT INTO measures VALUES (?, ?, ?)')
  for (const [ordinal, entry] of entries.entries()) {
    const { id, group = id, startedAt = null, tags = [], fingerprint = null, dropped = null } = entry
    insert.run(id, group, ordinal, startedAt, JSON.stringify(tags), fingerprint, dropped)
    if (entry.measured !== undefined) measure.run(id, MEASURE, entry.measured)
  }
  return {
    query: (sql, ...values) => database.prepare(sql).iterate(...values) as Iterable<Record<string, unknown>>,
    drop(id, reason) {
      database.prepare('UPDATE examples SET dropped = ? WHERE example_id = ?').run(reason, id)
    },
  }
}

/** A config of which only the part that matters here is filled in. */
export function configOf(
  split: Partial<ResolvedConfig['split']> = {},
  dedup: Partial<ResolvedConfig['dedup']> = {},
): ResolvedConfig {
  return {
    split: {
      by: 'group',
      ratios: { train: 0.8, validation: 0.1, test: 0.1 },
      seed: 42,
      stratify: undefined,
      nearDuplicates: false,
      ...split,
    },
    dedup: { exact: false, near: undefined, ...dedup },
  } as ResolvedConfig
}

/** A context with the lines that were logged. */
export function contextOf(config: ResolvedConfig): Context & { readonly lines: string[] } {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  const log: Context['log'] = { debug: write, info: write, warn: write, error: write, fork: () => log }
  return { config, log, signal: new AbortController().signal, lines }
}
