import type { DatabaseSync } from 'node:sqlite'
import type { FilePart, JsonObject } from '@sftkit/core'
import type { Layout } from './layout.ts'

/** About so much of a database is a part. It is read session by session: this is not what is held of it. */
const PART_BYTES = 16 << 20
const MOST_SESSIONS = 4096

/**
 * A run of sessions: of rows by their numbers, both ends included and of up to 64 bits, or of places in the order of a
 * query.
 */
export type SessionRange =
  | { readonly first: number | string; readonly last: number | string }
  | { readonly offset: number; readonly count: number }
  | { readonly orphans: true }

/** What was there when the database was cut: the last session (its number, or its place in a query) and item. */
export interface SeenEnd {
  readonly sessions: number | string
  readonly items?: string
}

/**
 * Cuts a database into parts with about as many sessions as make some megabytes. Their number is a power of two and
 * the cuts stand at its multiples, so that they stay where they are while sessions are added.
 *
 * @param bytes of the database's file
 */
export function cutSessions(database: DatabaseSync, layout: Layout, bytes: number): FilePart[] {
  // What is there is looked at in one moment: a session and its items are added together.
  database.exec('begin')
  try {
    return cutAt(database, layout, bytes)
  } finally {
    database.exec('commit')
  }
}

function cutAt(database: DatabaseSync, layout: Layout, bytes: number): FilePart[] {
  const row = database.prepare(layout.bounds).get()
  const count = Number(row?.count ?? 0)
  const items = layout.itemEnd === undefined ? undefined : database.prepare(layout.itemEnd).get()?.last
  const end = (sessions: SeenEnd['sessions']): JsonObject => ({
    sessions,
    ...(typeof items === 'string' && { items }),
  })
  const { first, last } = row ?? {}
  const ranges =
    count === 0
      ? []
      : typeof first === 'string' && typeof last === 'string'
        ? rowRanges(database, layout, { first, last, count }, sizeOf(layout, bytes, count))
        : placeRanges(count, sizeOf(layout, bytes, count))
  const parts = ranges.map(
    (range): FilePart => ({ range: { ...range }, end: end(typeof last === 'string' ? last : count) }),
  )
  const { orphans } = layout
  if (orphans !== undefined && database.prepare(`select 1 from (${orphans}) limit 1`).get() !== undefined)
    parts.push({ range: { orphans: true }, end: end(0) })
  return parts
}

/** How many sessions are a part; undefined: all of them. */
function sizeOf({ prepare }: Layout, bytes: number, count: number): number | undefined {
  if (prepare !== undefined) return undefined
  const wanted = (PART_BYTES * count) / Math.max(bytes, 1)
  return 2 ** Math.floor(Math.log2(Math.min(Math.max(wanted, 1), MOST_SESSIONS)))
}

const LAST_ROW = String(2n ** 63n - 1n)

function rowRanges(
  database: DatabaseSync,
  { rows }: Layout,
  bounds: { readonly first: string; readonly last: string; readonly count: number },
  size: number | undefined,
): SessionRange[] {
  if (size === undefined) return [{ first: bounds.first, last: LAST_ROW }]
  const [first, last] = [Number(bounds.first), Number(bounds.last)]
  // Numbers that lie close together need not be looked at; others would make parts without end.
  if (
    Number.isSafeInteger(first) &&
    Number.isSafeInteger(last) &&
    last - first < bounds.count * 16 + 65_536
  ) {
    const ranges: SessionRange[] = []
    for (let at = Math.floor(first / size) * size; at <= last; at += size)
      ranges.push({ first: at, last: at + size - 1 })
    return ranges
  }
  const cuts = database
    .prepare(`select cast(at as text) as at from (${rows}) where place % ? = 0 order by place`)
    .all(size)
    .map(({ at }) => String(at))
  return cuts.map((at, number) => {
    const next = cuts[number + 1]
    return { first: at, last: next === undefined ? LAST_ROW : String(BigInt(next) - 1n) }
  })
}

function placeRanges(count: number, size = count): SessionRange[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, number) => ({
    offset: number * size,
    count: size,
  }))
}
