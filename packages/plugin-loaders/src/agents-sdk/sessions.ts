import type { DatabaseSync } from 'node:sqlite'
import {
  foldRepeats,
  isJsonObject,
  type JsonObject,
  type LoadContext,
  type LoadedTrace,
  openDatabase,
  parseJson,
  type SourceSet,
  type Usage,
} from '@sftkit/core'
import { withTools } from '../chat/tools.ts'
import { itemFields } from '../histories/item-fields.ts'
import { draftItems, pairItems } from '../histories/items.ts'
import { recordFields } from '../ledger/record.ts'
import { createLosses, type LossLedger } from '../losses.ts'
import { readSqliteTime } from '../times.ts'
import { type Branch, branchesOf, columnsOf, type StoredItem } from './tables.ts'

const PATH = 'agent_messages[].message_data'

/** The sessions of a database, in the order in which they began; a session's branches are traces of their own. */
export function* readSessions(
  path: string,
  file: Pick<SourceSet, 'unreadable'>,
  context: LoadContext,
): Generator<LoadedTrace> {
  let database: DatabaseSync
  try {
    database = openDatabase(path)
  } catch {
    return context.unreadable('The database cannot be opened.')
  }
  try {
    const losses = createLosses()
    const sessions = sessionsOf(database, losses, context)
    for (const session of sessions) {
      const traces = readSession(database, session, { file, context, losses })
      losses.flush(context)
      yield* traces
    }
    losses.flush(context)
  } finally {
    database.close()
  }
}

/** A damaged page loses the sessions that stand on it, and no others. */
function readSession(
  database: DatabaseSync,
  session: Session,
  { file, context, losses }: Reading,
): readonly LoadedTrace[] {
  let branches: readonly Branch[]
  try {
    branches = branchesOf(database, session.id)
  } catch {
    file.unreadable(`The session ${session.id} cannot be read: the database is damaged.`)
    return []
  }
  const traces = branches.map((branch) => readBranch(session, branch, losses))
  const spoken = traces.filter(({ messages }) => messages.length > 0)
  if (spoken.length === 0) context.drop('no-messages', `session ${session.id}`)
  return foldRepeats(spoken)
}

interface Reading {
  readonly file: Pick<SourceSet, 'unreadable'>
  readonly context: LoadContext
  readonly losses: LossLedger
}

interface Session {
  readonly id: string
  readonly createdAt: string | undefined
  readonly updatedAt: string | undefined
}

/** Sessions with messages that have no row of their own come last. */
function sessionsOf(database: DatabaseSync, losses: LossLedger, context: LoadContext): readonly Session[] {
  try {
    recordColumns(database, losses)
    const own = database.prepare('select * from agent_sessions order by rowid').all()
    const named = own.map((row) => ({
      id: String(row.session_id),
      createdAt: readSqliteTime(row.created_at),
      updatedAt: readSqliteTime(row.updated_at),
    }))
    const known = new Set(named.map(({ id }) => id))
    const used = database.prepare(
      'select session_id from agent_messages group by session_id order by min(rowid)',
    )
    const others = used.all().flatMap(({ session_id: id }) => (known.has(String(id)) ? [] : [String(id)]))
    return [...named, ...others.map((id) => ({ id, createdAt: undefined, updatedAt: undefined }))]
  } catch {
    return context.unreadable(
      'The database is damaged, or its tables agent_sessions and agent_messages have other columns than expected.',
    )
  }
}

function readBranch(session: Session, branch: Branch, losses: LossLedger): LoadedTrace {
  const items: JsonObject[] = []
  const times: (string | undefined)[] = []
  for (const { data, createdAt } of branch.items) {
    const item = parseItem(data)
    if (item === undefined) losses.loss(PATH, 'dropped', 'no JSON object')
    else {
      recordFields(item, itemFields, losses, PATH)
      items.push(item)
      times.push(createdAt)
    }
  }
  const at = { path: PATH, pointer: '' }
  const { drafts, tools } = draftItems(items, at, losses)
  const { usage } = branch
  const startedAt = session.createdAt ?? times[0]
  const endedAt = session.updatedAt ?? times.at(-1)
  return {
    ...(session.id !== '' && { session: session.id }),
    group: {
      ...(session.id !== '' && { session: session.id }),
      ...(branch.name !== undefined && { attempt: branch.name }),
    },
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
    messages: pairItems(drafts, at, losses),
    ...withTools(undefined, tools),
    ...(usage !== undefined && { usage: usage satisfies Usage }),
  }
}

function parseItem(data: StoredItem['data']): JsonObject | undefined {
  try {
    const item = parseJson(data)
    return isJsonObject(item) ? item : undefined
  } catch {
    return undefined
  }
}

const TABLES: Readonly<Record<string, ReadonlySet<string>>> = {
  agent_sessions: new Set(['session_id', 'created_at', 'updated_at']),
  agent_messages: new Set(['id', 'session_id', 'message_data', 'created_at']),
}

/** Rows are counted, columns that are not read are named. */
function recordColumns(database: DatabaseSync, losses: LossLedger): void {
  for (const [table, known] of Object.entries(TABLES)) {
    for (const column of columnsOf(database, table)) {
      if (!known.has(column)) losses.loss(`${table}[].${column}`, 'dropped', 'unknown')
    }
  }
  losses.loss(
    'agent_messages[].created_at',
    'dropped',
    'when an item was stored: the first and last are kept',
  )
}
