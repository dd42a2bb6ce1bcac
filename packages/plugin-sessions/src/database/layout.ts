import type { DatabaseSync } from 'node:sqlite'
import { sftError } from '@sftkit/core'
import {
  type ItemTable,
  itemColumns,
  type SessionMapping,
  type SessionTable,
  sessionColumns,
} from './mapping.ts'

/** How the sessions of one database are asked for. */
export interface Layout {
  readonly name: 'sftkit' | 'agents-sdk' | 'mapping'
  /** Gives id, key and facts. With `rowids` it takes the first and last row's number, else a limit and an offset. */
  readonly sessions: string
  readonly rowids: boolean
  /** Gives a session's history by its key, where it stands beside the facts. */
  readonly history: string | undefined
  /** Gives a session's items by its key; with `itemEnd` up to an item's number too. Then limit and offset. */
  readonly items: string | undefined
  /** Gives the number of the last item that is there. */
  readonly itemEnd: string | undefined
  /** Gives the first and the last row's number (as text), and how many there are. */
  readonly bounds: string
  /** Gives each row's number `at`, and its `place` in their order from 0 on. */
  readonly rows: string
  /** Sessions that have items and no row of their own, where the program allows that. */
  readonly orphans: string | undefined
  /** Makes a temporary list of where the items of each session stand, where the database has no index for that. */
  readonly prepare: string | undefined
  /** What the database says of a session, by column. */
  readonly knows: ReadonlySet<string>
}

const OWN = {
  sessions: { table: 'sessions', id: 'id' },
  items: { table: 'items', session: 'session_id', order: 'id', item: 'item' },
} satisfies SessionMapping

const AGENTS_SDK = {
  sessions: {
    table: 'agent_sessions',
    id: 'session_id',
    createdAt: 'created_at',
    updatedAt: 'updated_at',
  },
  items: { table: 'agent_messages', session: 'session_id', order: 'id', item: 'message_data' },
} satisfies SessionMapping

/** Which known layout a database has, by the names of its tables. */
export function knownLayout(tables: readonly string[]): 'sftkit' | 'agents-sdk' | undefined {
  if (tables.includes('agent_sessions') && tables.includes('agent_messages')) return 'agents-sdk'
  return tables.includes('sessions') && tables.includes('items') ? 'sftkit' : undefined
}

/**
 * The layout of an open database.
 *
 * @param source the file as the user wrote it, for errors
 * @throws SFT_SESSIONS_TABLES where a table or column is missing, or a query is none
 */
export function layoutOf(
  database: DatabaseSync,
  mapping: SessionMapping | undefined,
  source: string,
): Layout {
  const tables = tablesOf(database)
  if (mapping !== undefined) return mappedLayout(database, 'mapping', mapping, source)
  const known = knownLayout([...tables.keys()])
  if (known === 'sftkit') {
    const there = columnsOf(database, OWN.sessions.table)
    const columns = Object.entries(sessionColumns).filter(([, column]) => there.includes(column))
    const sessions = { ...OWN.sessions, ...Object.fromEntries(columns) }
    return mappedLayout(database, known, { ...OWN, sessions }, source)
  }
  if (known === 'agents-sdk') {
    const { sessions, items } = AGENTS_SDK
    const orphans =
      `select ${text(items.session)} as id, ${quote(items.session)} as key from ${quote(items.table)}` +
      ` where ${quote(items.session)} not in (select ${quote(sessions.id)} from ${quote(sessions.table)})` +
      ` group by ${quote(items.session)} order by min(id)`
    return { ...mappedLayout(database, known, AGENTS_SDK, source), orphans }
  }
  const names = tables.size === 0 ? 'none' : [...tables.keys()].join(', ')
  throw sftError(
    'SFT_SESSIONS_TABLES',
    `${source} has no tables sessions and items, and none of the Agents SDK (agent_sessions, agent_messages). Its tables: ${names}.`,
    { source, fix: 'Say with `mapping` which tables and columns hold the sessions.' },
  )
}

function mappedLayout(
  database: DatabaseSync,
  name: Layout['name'],
  { sessions, items }: SessionMapping,
  source: string,
): Layout {
  const tables = tablesOf(database)
  const requireTable = (table: string, columns: readonly (string | undefined)[]): void => {
    const place = tables.get(table)
    const there = place === undefined ? [] : columnsOf(database, table)
    const missing = columns.find((column) => column !== undefined && !there.includes(column))
    if (place !== undefined && missing === undefined) return
    const what =
      place === undefined
        ? `no table ${table}. Its tables: ${[...tables.keys()].join(', ') || 'none'}`
        : `no column ${missing} in ${table}. The columns: ${there.join(', ')}`
    throw sftError('SFT_SESSIONS_TABLES', `${source} has ${what}.`, { source })
  }
  const ofSessions =
    typeof sessions === 'string'
      ? ofQuery(database, sessions, source)
      : ofTable(sessions, requireTable, tables)
  if (items === undefined && !ofSessions.knows.has('history')) {
    throw sftError(
      'SFT_SESSIONS_TABLES',
      'The mapping names neither a table of `items` nor a column `history`.',
      { source },
    )
  }
  return {
    name,
    ...ofSessions,
    ...(items === undefined
      ? { items: undefined, itemEnd: undefined, prepare: undefined }
      : typeof items === 'string'
        ? ofItemQuery(database, items, source)
        : ofItems(items, requireTable, tables, database)),
    orphans: undefined,
  }
}

type RequireTable = (table: string, columns: readonly (string | undefined)[]) => void

function ofTable(
  { table, id, ...columns }: SessionTable,
  requireTable: RequireTable,
  tables: ReadonlyMap<string, boolean>,
): Pick<Layout, 'sessions' | 'rowids' | 'history' | 'bounds' | 'rows' | 'knows'> {
  requireTable(table, [id, ...Object.values(columns)])
  const { history, ...facts } = columns
  const named = Object.entries(facts).map(
    ([key, column]) => `${text(column)} as ${sessionColumns[key as keyof typeof facts]}`,
  )
  const select = ['rowid as at', `${quote(id)} as key`, `${text(id)} as id`, ...named]
  const rowids = tables.get(table) === true
  const from = `from ${quote(table)}`
  return {
    rowids,
    sessions: rowids
      ? `select ${select.join(', ')} ${from} where rowid between ? and ? order by rowid`
      : `select ${select.slice(1).join(', ')} ${from} order by ${quote(id)} limit ? offset ?`,
    history:
      history === undefined ? undefined : `select ${text(history)} as history ${from} where ${quote(id)} = ?`,
    bounds: rowids
      ? `select cast(min(rowid) as text) as first, cast(max(rowid) as text) as last, count(*) as count ${from}`
      : `select null as first, null as last, count(*) as count ${from}`,
    rows: `select rowid as at, row_number() over (order by rowid) - 1 as place ${from}`,
    knows: new Set(Object.keys(columns).map((key) => sessionColumns[key as keyof typeof columns])),
  }
}

function ofQuery(
  database: DatabaseSync,
  query: string,
  source: string,
): Pick<Layout, 'sessions' | 'rowids' | 'history' | 'bounds' | 'rows' | 'knows'> {
  const columns = columnsOfQuery(database, `select * from (${query})`, 'sessions', source)
  if (!columns.includes('id')) {
    throw sftError(
      'SFT_SESSIONS_TABLES',
      `The query for sessions gives no column id. It gives: ${columns.join(', ')}.`,
      { source },
    )
  }
  const known = Object.values(sessionColumns).filter((column) => columns.includes(column))
  const select = [
    'id as key',
    `${text('id')} as id`,
    ...known.map((column) => `${text(column)} as ${column}`),
  ]
  return {
    rowids: false,
    sessions: `select ${select.join(', ')} from (${query}) limit ? offset ?`,
    history: undefined,
    bounds: `select null as first, null as last, count(*) as count from (${query})`,
    rows: '',
    knows: new Set(known),
  }
}

function ofItems(
  { table, session, order, ...columns }: ItemTable,
  requireTable: RequireTable,
  tables: ReadonlyMap<string, boolean>,
  database: DatabaseSync,
): Pick<Layout, 'items' | 'itemEnd' | 'prepare'> {
  requireTable(table, [session, order, ...Object.values(columns)])
  const rowid = tables.get(table) === true
  const select = Object.entries(columns).map(
    ([key, column]) => `${text(column)} as ${quote(itemColumns[key as keyof typeof columns])}`,
  )
  const by = [...(order === undefined ? [] : [quote(order)]), rowid ? 'rowid' : quote(session)].join(', ')
  const listed = rowid && !hasIndex(database, table, session)
  const where = listed
    ? 'rowid in (select place from temp.places where session = ?)'
    : `${quote(session)} = ?`
  return {
    items: `select ${select.join(', ')} from ${quote(table)} where ${where}${rowid ? ' and rowid <= ?' : ''} order by ${by} limit ? offset ?`,
    itemEnd: rowid ? `select cast(max(rowid) as text) as last from ${quote(table)}` : undefined,
    prepare: listed
      ? `create temp table places as select ${quote(session)} as session, rowid as place from ${quote(table)};
         create index temp.places_by_session on places (session, place);`
      : undefined,
  }
}

function ofItemQuery(
  database: DatabaseSync,
  query: string,
  source: string,
): Pick<Layout, 'items' | 'itemEnd' | 'prepare'> {
  const given = columnsOfQuery(database, `select * from (${query})`, 'items', source)
  const known = Object.values(itemColumns).filter((column) => given.includes(column))
  if (known.length === 0) {
    throw sftError(
      'SFT_SESSIONS_TABLES',
      `The query for items gives no column that is read. It gives: ${given.join(', ')}. Read are: ${Object.values(itemColumns).join(', ')}.`,
      { source },
    )
  }
  const select = known.map((column) => `${text(column)} as ${quote(column)}`)
  return {
    items: `select ${select.join(', ')} from (${query}) limit ? offset ?`,
    itemEnd: undefined,
    prepare: undefined,
  }
}

function columnsOfQuery(
  database: DatabaseSync,
  query: string,
  what: string,
  source: string,
): readonly string[] {
  try {
    return database
      .prepare(query)
      .columns()
      .map(({ name }) => name)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw sftError('SFT_SESSIONS_TABLES', `The query for ${what} does not work on ${source}: ${why}.`, {
      source,
      cause,
    })
  }
}

/** Tables and views, each with whether its rows have numbers. */
function tablesOf(database: DatabaseSync): ReadonlyMap<string, boolean> {
  const rows = database
    .prepare(
      "select name, type, wr from pragma_table_list where schema = 'main' and name not like 'sqlite_%'",
    )
    .all()
  return new Map(rows.map((row) => [String(row.name), row.type === 'table' && row.wr === 0]))
}

export function columnsOf(database: DatabaseSync, table: string): readonly string[] {
  return database
    .prepare('select name from pragma_table_xinfo(?)')
    .all(table)
    .map((row) => String(row.name))
}

function hasIndex(database: DatabaseSync, table: string, column: string): boolean {
  const found = database
    .prepare(
      'select 1 from pragma_index_list(?) as list, pragma_index_info(list.name) as info where info.seqno = 0 and info.name = ?',
    )
    .get(table, column)
  if (found !== undefined) return true
  const key = database
    .prepare('select 1 from pragma_table_info(?) where pk = 1 and name = ?')
    .get(table, column)
  return key !== undefined
}

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A column as text, whatever it was stored as: a number of 64 bits fits no number of JavaScript. */
function text(column: string): string {
  return `cast(${quote(column)} as text)`
}
