import type { DatabaseSync } from 'node:sqlite'
import type { FilePart, JsonObject } from '@sftkit/core'
import type { Layout } from './layout.ts'

/** About so much of a database is read at a time: what two of them hold must fit into a run's memory. */
const PART_BYTES = 4 << 20
const MOST_SESSIONS = 4096

/** A run of sessions: of rows by their numbers, both ends included, or of places in the order of a query. */
export type SessionRange =
  | { readonly first: number; readonly last: number }
  | { readonly offset: number; readonly count: number }
  | { readonly orphans: true }

/** What was there when the database was cut: numbers of the last session and item. */
export interface SeenEnd {
  readonly sessions: number
  /** As text: 64 bits. */
  readonly items?: string
}

/**
 * Cuts a database into parts with about as many sessions as make some megabytes. Their number is a power of two and
 * the cuts stand at its multiples, so that they stay where they are while sessions are added.
 *
 * @param bytes of the database's file
 */
export function cutSessions(database: DatabaseSync, layout: Layout, bytes: number): FilePart[] {
  const { count, first, last } = boundsOf(database, layout)
  const items = layout.itemEnd === undefined ? undefined : textOf(database, layout.itemEnd)
  const size = layout.prepare === undefined ? sessionsInPart(bytes, count) : Number.POSITIVE_INFINITY
  const end = (sessions: number): JsonObject => ({ sessions, ...(items !== undefined && { items }) })
  const parts: FilePart[] = []
  const add = (range: SessionRange, sessions: number): void => {
    parts.push({ range: { ...range }, end: end(sessions) })
  }
  if (count > 0 && first !== undefined && last !== undefined) {
    if (size === Number.POSITIVE_INFINITY)
      add({ first: Math.min(0, first), last: Number.MAX_SAFE_INTEGER }, last)
    else
      for (let at = Math.floor(first / size) * size; at <= last; at += size)
        add({ first: at, last: at + size - 1 }, last)
  } else if (count > 0) {
    const step = Math.min(size, Number.MAX_SAFE_INTEGER)
    for (let offset = 0; offset < count; offset += step) add({ offset, count: step }, count)
  }
  if (layout.orphans !== undefined && database.prepare(`select 1 from (${layout.orphans}) limit 1`).get())
    add({ orphans: true }, 0)
  return parts
}

/** Row numbers only where they lie close together: else there would be parts without end. */
function boundsOf(
  database: DatabaseSync,
  { bounds, rowids }: Layout,
): { count: number; first: number | undefined; last: number | undefined } {
  const row = database.prepare(bounds).get()
  const count = Number(row?.count ?? 0)
  const [first, last] = [Number(row?.first ?? Number.NaN), Number(row?.last ?? Number.NaN)]
  const dense =
    rowids && Number.isSafeInteger(first) && Number.isSafeInteger(last) && last - first < count * 16 + 65_536
  return { count, first: dense ? first : undefined, last: dense ? last : undefined }
}

function sessionsInPart(bytes: number, count: number): number {
  const wanted = count === 0 ? 1 : (PART_BYTES * count) / Math.max(bytes, 1)
  return 2 ** Math.floor(Math.log2(Math.min(Math.max(wanted, 1), MOST_SESSIONS)))
}

function textOf(database: DatabaseSync, query: string): string | undefined {
  const last = database.prepare(query).get()?.last
  return typeof last === 'string' ? last : undefined
}
