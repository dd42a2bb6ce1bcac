import { createHash, type Hash } from 'node:crypto'
import { statSync } from 'node:fs'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { type FilePart, type JsonValue, openDatabase } from '@sftkit/core'
import { branchesOf } from '@sftkit/plugin-loaders'
import type { Judgment } from '../schema/tables.ts'
import { cutSessions, type SeenEnd, type SessionRange } from './cut.ts'
import { databaseError } from './errors.ts'
import { sessionOfRow } from './facts.ts'
import { itemsOfHistory, itemsOfRow } from './items.ts'
import { type Layout, layoutOf } from './layout.ts'
import type { SessionMapping } from './mapping.ts'
import type { StoredBranch, StoredSession } from './session.ts'

/** Beyond it lies a run's memory; the same as for a line of a JSON-lines file. */
const MOST_BYTES = 128 * 1024 * 1024

const ITEMS_AT_ONCE = 1000

/** A database of sessions, open for reading. */
export interface SessionStore {
  readonly layout: Layout
  cut(): FilePart[]
  /** The sessions of a part, in their order, without their items. */
  sessions(part: FilePart): Iterable<OpenSession>
  close(): void
}

/** A session whose items are read when they are asked for. */
export interface OpenSession extends StoredSession {
  /** Stands for the facts alone. */
  factsHash(): string
  /**
   * The items as they are stored.
   *
   * @throws Error where there is too much, or the database is damaged
   */
  items(): StoredItems
}

export interface StoredItems {
  /** Stands for the facts and the items. */
  readonly hash: string
  /** About: the letters of the items. */
  readonly bytes: number
  /** The items, parsed. */
  branches(): readonly StoredBranch[]
}

/**
 * Opens a database of sessions.
 *
 * @param source the file as the user wrote it, for errors
 * @param judgmentOf what is said of a session elsewhere
 * @throws SFT_SESSIONS_UNREADABLE, SFT_SESSIONS_TABLES
 */
export function openStore(
  path: string,
  source: string,
  mapping: SessionMapping | undefined,
  judgmentOf: (session: string) => Judgment | undefined,
): SessionStore {
  let database: DatabaseSync
  try {
    database = openDatabase(path)
  } catch (error) {
    throw databaseError(error, source)
  }
  try {
    const layout = layoutOf(database, mapping, source)
    return {
      layout,
      cut: () => cutSessions(database, layout, statSync(path).size),
      sessions: (part) => sessionsOf(database, layout, part, judgmentOf),
      close: () => database.close(),
    }
  } catch (error) {
    database.close()
    throw databaseError(error, source)
  }
}

function* sessionsOf(
  database: DatabaseSync,
  layout: Layout,
  { range, end }: FilePart,
  judgmentOf: (session: string) => Judgment | undefined,
): Generator<OpenSession> {
  const seen = end as SeenEnd | undefined
  if (layout.prepare !== undefined) database.exec(layout.prepare)
  const read = itemReader(database, layout, seen)
  // Where readers hold up nobody, everything of a part is read as it was at one moment.
  const snapshot = database.prepare('pragma journal_mode').get()?.journal_mode === 'wal'
  if (snapshot) database.exec('begin')
  for (const row of rowsOf(database, layout, range as unknown as SessionRange, seen)) {
    const { key, at: _at, ...columns } = row
    const id = String(columns.id ?? '')
    const session = sessionOfRow(columns, judgmentOf(id))
    const facts = (): Hash =>
      createHash('sha256').update(JSON.stringify([columns, session.facts.judgment ?? null]))
    yield {
      ...session,
      factsHash: () => facts().digest('hex'),
      items: () => read(key as SQLInputValue, columns.history, facts()),
    }
  }
  if (snapshot) database.exec('commit')
}

function rowsOf(
  database: DatabaseSync,
  { sessions, orphans }: Layout,
  range: SessionRange,
  seen: SeenEnd | undefined,
): readonly Readonly<Record<string, unknown>>[] {
  if ('orphans' in range) return statement(database, orphans ?? '').all()
  const ask = statement(database, sessions)
  if ('first' in range) {
    const [last, end] = [BigInt(range.last), BigInt(seen?.sessions ?? range.last)]
    return ask.all(BigInt(range.first), last < end ? last : end)
  }
  const left = seen === undefined ? range.count : Number(seen.sessions) - range.offset
  return ask.all(Math.min(range.count, left), range.offset)
}

/** A key of 64 bits comes as it is, to be asked with again. */
function statement(database: DatabaseSync, sql: string): StatementSync {
  const prepared = database.prepare(sql)
  prepared.setReadBigInts(true)
  return prepared
}

type ReadItems = (key: SQLInputValue, history: unknown, facts: Hash) => StoredItems

function itemReader(database: DatabaseSync, layout: Layout, seen: SeenEnd | undefined): ReadItems {
  if (layout.name === 'agents-sdk') {
    return (key, _history, facts) => {
      const end = seen?.items === undefined ? undefined : Number(seen.items)
      const stored = branchesOf(database, String(key), end)
      const { add, digest } = counting(facts)
      for (const { name, items } of stored) {
        add(name ?? '')
        for (const { data } of items) add(data)
      }
      return {
        ...digest(),
        branches: () =>
          stored.map(({ name, items, usage }) => ({
            name,
            usage,
            ...parsed(items.map(({ data }) => itemsOfRow({ item: data }))),
          })),
      }
    }
  }
  const ofHistory = layout.history === undefined ? undefined : database.prepare(layout.history)
  const ofItems = layout.items === undefined ? undefined : database.prepare(layout.items)
  // One column, as most databases have it: rows that are lists cost a sixth less than rows with a key.
  const isAlone = ofItems?.columns().every(({ name }) => name === 'item') === true
  if (isAlone) ofItems?.setReturnArrays(true)
  const bounded = layout.itemEnd !== undefined
  return (key, beside, facts) => {
    const { add, digest } = counting(facts)
    if (ofItems === undefined) {
      const text = String((ofHistory === undefined ? beside : ofHistory.get(key)?.history) ?? '[]')
      add(text)
      return { ...digest(), branches: () => [oneBranch([itemsOfHistory(text)])] }
    }
    const rows: Readonly<Record<string, unknown>>[] = []
    const bound = bounded ? [key, seen?.items === undefined ? null : BigInt(seen.items)] : [key]
    // Rows that come one by one cost a third more; all at once, a session without end would fill the memory.
    for (let more = true; more; ) {
      const some = ofItems.all(...bound, ITEMS_AT_ONCE, rows.length)
      for (const found of some) {
        const row = isAlone ? { item: (found as unknown as readonly unknown[])[0] } : found
        const { item } = row
        add(typeof item === 'string' ? item : JSON.stringify(row))
        rows.push(row)
      }
      more = some.length === ITEMS_AT_ONCE
    }
    return { ...digest(), branches: () => [oneBranch(rows.map(itemsOfRow))] }
  }
}

function counting(facts: Hash): { add(text: string): void; digest(): { hash: string; bytes: number } } {
  let length = 0
  return {
    add(text) {
      length += text.length
      if (length > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES >> 20} MB`)
      facts.update(text)
    },
    digest: () => ({ hash: facts.digest('hex'), bytes: length }),
  }
}

function oneBranch(lists: Parameters<typeof parsed>[0]): StoredBranch {
  return { name: undefined, usage: undefined, ...parsed(lists) }
}

function parsed(
  lists: readonly (StoredBranch['items'] | undefined)[],
): Pick<StoredBranch, 'items' | 'broken'> {
  const items: JsonValue[] = []
  let broken = 0
  for (const list of lists) {
    if (list === undefined) broken++
    else for (const item of list) items.push(item)
  }
  return { items, broken }
}
