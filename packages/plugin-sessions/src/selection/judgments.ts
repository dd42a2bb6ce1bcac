import { createHash } from 'node:crypto'
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

/** A database with judgments, and its tables that have them. */
interface JudgmentFile {
  readonly path: string
  readonly source: string
  readonly tables: readonly JudgmentTable[]
}

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
  const files = judgmentFiles(path, source, resolve)
  if (files.length === 0) return undefined
  const judgments = new Map<string, Judgment>()
  for (const file of files) eachJudgment(file, (session, judgment) => judgments.set(session, judgment))
  return judgments
}

/** Whether anybody says anything of the sessions of a database. @throws as {@link readJudgments} */
export function hasJudgments(...where: Parameters<typeof readJudgments>): boolean {
  return judgmentFiles(...where).length > 0
}

/** The sha256 of all judgments, as hex. @throws as {@link readJudgments} */
export function hashJudgments(...where: Parameters<typeof readJudgments>): string {
  const digest = createHash('sha256')
  for (const file of judgmentFiles(...where))
    eachJudgment(file, (session, judgment) => digest.update(`${session}\n${judgment}\n`))
  return digest.digest('hex')
}

function judgmentFiles(
  path: string | undefined,
  source: JudgmentSource | undefined,
  resolve: (path: string) => string,
): readonly JudgmentFile[] {
  if (source === undefined) {
    if (path === undefined) return []
    return [path, judgmentsBeside(path)]
      .filter((file) => existsSync(file))
      .map((file) => ({ path: file, source: file, tables: tablesIn(file, file, KNOWN) }))
      .filter(({ tables }) => tables.length > 0)
  }
  const written = typeof source === 'string' ? source : source.database
  const file = written === undefined ? path : resolve(written)
  if (file === undefined) return []
  const shown = written ?? file
  const wanted = typeof source === 'string' ? KNOWN : [source]
  const tables = tablesIn(file, shown, wanted)
  if (tables.length > 0) return [{ path: file, source: shown, tables }]
  const names = wanted.map(({ table, session, judgment }) => `${table} (${session}, ${judgment})`)
  throw sftError(
    'SFT_SESSIONS_JUDGMENTS',
    `${shown} has no judgments: it takes a table ${names.join(' or ')}.`,
    { source: shown },
  )
}

function tablesIn(path: string, source: string, wanted: readonly JudgmentTable[]): readonly JudgmentTable[] {
  return reading(path, source, (database) =>
    wanted.filter(({ table, session, judgment }) => {
      const columns = columnsOf(database, table)
      return columns.includes(session) && columns.includes(judgment)
    }),
  )
}

/** One after the other: there may be as many as sessions. */
function eachJudgment(
  { path, source, tables }: JudgmentFile,
  take: (session: string, judgment: Judgment) => void,
): void {
  reading(path, source, (database) => {
    for (const { table, session, judgment } of tables) {
      const query = `select cast(${quote(session)} as text) as session, ${quote(judgment)} as judgment from ${quote(table)} where ${quote(judgment)} is not null`
      for (const row of database.prepare(query).iterate()) {
        const said = judgmentOf(row.judgment)
        if (said !== undefined && typeof row.session === 'string') take(row.session, said)
      }
    }
  })
}

function reading<T>(path: string, source: string, read: (database: DatabaseSync) => T): T {
  let database: DatabaseSync | undefined
  try {
    database = openDatabase(path)
    return read(database)
  } catch (error) {
    throw databaseError(error, source)
  } finally {
    database?.close()
  }
}
