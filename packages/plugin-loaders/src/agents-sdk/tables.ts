import type { DatabaseSync } from 'node:sqlite'
import type { Usage } from '@sftkit/core'
import { readSqliteTime } from '../times.ts'
import { readNumber } from '../values.ts'

export interface StoredItem {
  /** JSON text. */
  readonly data: string
  readonly createdAt: string | undefined
}

/** A path through a session: of a plain session there is one, without a name. */
export interface Branch {
  readonly name: string | undefined
  readonly items: readonly StoredItem[]
  readonly usage: Usage | undefined
}

export function columnsOf(database: DatabaseSync, table: string): readonly string[] {
  return database
    .prepare('select name from pragma_table_info(?)')
    .all(table)
    .map(({ name }) => String(name))
}

/**
 * A session's items. Databases of the advanced session have a table `message_structure` that says which messages a
 * branch has and in which order; without it, or where it names none of the session's, the ids are the order.
 *
 * @param last the number of the last message that is read
 */
export function branchesOf(
  database: DatabaseSync,
  session: string,
  last = Number.MAX_SAFE_INTEGER,
): readonly Branch[] {
  const names = branchNames(database, session)
  if (names.length === 0) {
    const rows = database
      .prepare(
        'select message_data, created_at from agent_messages where session_id = ? and id <= ? order by id',
      )
      .all(session, last)
    return [{ name: undefined, items: rows.map(toItem), usage: undefined }]
  }
  const ofBranch = database.prepare(
    `select message_data, m.created_at as created_at from message_structure s
     join agent_messages m on m.id = s.message_id
     where s.session_id = ? and s.branch_id = ? and m.id <= ? order by s.sequence_number, s.id`,
  )
  return names.map((name) => ({
    name,
    items: ofBranch.all(session, name, last).map(toItem),
    usage: usageOf(database, session, name),
  }))
}

function toItem(row: Record<string, unknown>): StoredItem {
  return { data: String(row.message_data), createdAt: readSqliteTime(row.created_at) }
}

function branchNames(database: DatabaseSync, session: string): readonly string[] {
  if (!columnsOf(database, 'message_structure').includes('branch_id')) return []
  return database
    .prepare(
      'select branch_id from message_structure where session_id = ? group by branch_id order by min(id)',
    )
    .all(session)
    .map(({ branch_id: name }) => String(name))
}

function usageOf(database: DatabaseSync, session: string, branch: string): Usage | undefined {
  if (!columnsOf(database, 'turn_usage').includes('total_tokens')) return undefined
  const row = database
    .prepare(
      `select sum(requests) as requests, sum(input_tokens) as input, sum(output_tokens) as output,
       sum(total_tokens) as total from turn_usage where session_id = ? and branch_id = ?`,
    )
    .get(session, branch)
  const total = readNumber(row?.total)
  if (total === undefined) return undefined
  return {
    inputTokens: readNumber(row?.input) ?? 0,
    outputTokens: readNumber(row?.output) ?? 0,
    totalTokens: total,
    llmCalls: readNumber(row?.requests) ?? 0,
  }
}
