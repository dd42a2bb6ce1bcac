import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { openDatabase, sftError } from '@sftkit/core'
import { z } from 'zod'
import { databaseError } from '../database/errors.ts'
import { judgmentOf } from '../database/facts.ts'
import { columnsOf, quote } from '../database/layout.ts'
import { type Judgment, judgmentsBeside } from '../schema/tables.ts'

const name = z.string().min(1)

export const judgmentsSchema = z.union([
  name,
  z.strictObject({ database: name.optional(), table: name, session: name, judgment: name }),
])

/**
 * Where judgments stand: a database with our table `judgments` or a table `analysis` (`group_id`, `judgment`), or any
 * table with a session's id and `acceptable` or `unacceptable`; without `database` in the one that is read.
 */
export type JudgmentSource =
  | string
  | {
      readonly database?: string
      readonly table: string
      readonly session: string
      readonly judgment: string
    }

/** The last judgment about each session. */
export type Judgments = ReadonlyMap<string, Judgment>

interface JudgmentTable {
  readonly table: string
  readonly session: string
  readonly judgment: string
}

/** Later ones count more: what was said in the terminal stands above what another program wrote. */
const KNOWN: readonly JudgmentTable[] = [
  { table: 'analysis', session: 'group_id', judgment: 'judgment' },
  { table: 'judgments', session: 'session_id', judgment: 'judgment' },
]

/**
 * The judgments about the sessions of a database.
 *
 * @param path the database; undefined where there is none, and `source` names its own
 * @param source where they stand; default, in the database itself and in the one that `sft judge` writes beside it
 * @param resolve makes the path of a config absolute
 * @returns undefined where there is no table of judgments
 * @throws SFT_SESSIONS_UNREADABLE, SFT_SESSIONS_JUDGMENTS where the named table is not there
 */
export function readJudgments(
  path: string | undefined,
  source: JudgmentSource | undefined,
  resolve: (path: string) => string,
): Judgments | undefined {
  if (source === undefined) {
    if (path === undefined) return undefined
    const beside = judgmentsBeside(path)
    const own = fromDatabase(path, path, KNOWN)
    const others = existsSync(beside) ? fromDatabase(beside, beside, KNOWN) : undefined
    if (own === undefined || others === undefined) return own ?? others
    return new Map([...own, ...others])
  }
  const written = typeof source === 'string' ? source : source.database
  const file = written === undefined ? path : resolve(written)
  if (file === undefined) return undefined
  const tables = typeof source === 'string' ? KNOWN : [source]
  const found = fromDatabase(file, written ?? file, tables)
  if (found !== undefined) return found
  const wanted = tables
    .map(({ table, session, judgment }) => `${table} (${session}, ${judgment})`)
    .join(' or ')
  throw sftError(
    'SFT_SESSIONS_JUDGMENTS',
    `${written ?? file} has no judgments: it takes a table ${wanted}.`,
    { source: written ?? file },
  )
}

function fromDatabase(path: string, source: string, tables: readonly JudgmentTable[]): Judgments | undefined {
  let database: DatabaseSync
  try {
    database = openDatabase(path)
  } catch (error) {
    throw databaseError(error, source)
  }
  try {
    const there = tables.filter(({ table, session, judgment }) => {
      const columns = columnsOf(database, table)
      return columns.includes(session) && columns.includes(judgment)
    })
    if (there.length === 0) return undefined
    const found = new Map<string, Judgment>()
    for (const { table, session, judgment } of there) {
      const query = `select cast(${quote(session)} as text) as session, ${quote(judgment)} as judgment from ${quote(table)} where ${quote(judgment)} is not null`
      for (const row of database.prepare(query).iterate()) {
        const said = judgmentOf(row.judgment)
        if (said !== undefined && typeof row.session === 'string') found.set(row.session, said)
      }
    }
    return found
  } catch (error) {
    throw databaseError(error, source)
  } finally {
    database.close()
  }
}
