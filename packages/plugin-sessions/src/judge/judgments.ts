import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { errorText, sftError } from '@sftkit/core'
import { JUDGMENT_TABLE, type Judgment } from '../schema/tables.ts'

/** What somebody said of a session. */
export interface Judged {
  readonly judgment: Judgment
  readonly reason?: string
  readonly by?: string
  /** ISO 8601. */
  readonly at: string
}

/** The judgments of a database of ours. */
export interface Judgments {
  /** What was said last of a session. */
  latest(session: string): Judged | undefined
  /** What was said last of every session. */
  all(): ReadonlyMap<string, Judged>
  /** Adds a judgment; what was said before stays below it. It is on the disk when this returns. */
  add(session: string, judged: Omit<Judged, 'at'>): void
  close(): void
}

/** Another process that writes to the database is waited for so long. */
const BUSY_MS = 10_000

/**
 * Opens judgments to read them.
 *
 * @throws SFT_JUDGMENTS_UNREADABLE where the file is not there, or has no such table
 */
export function readJudgments(file: string): ReadonlyMap<string, Judged> {
  if (!existsSync(file)) throw unreadable(file, 'it is not there')
  let database: DatabaseSync
  try {
    database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS })
  } catch (error) {
    throw unreadable(file, errorText(error))
  }
  try {
    return latestOf(database)
  } catch (error) {
    throw unreadable(file, errorText(error))
  } finally {
    database.close()
  }
}

/**
 * Opens judgments to add to them, and makes the table where it is missing.
 *
 * @throws SFT_JUDGMENTS_UNWRITABLE
 */
export function openJudgments(file: string): Judgments {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { timeout: BUSY_MS })
    database.exec(JUDGMENT_TABLE)
    return judgmentsOf(database, file)
  } catch (error) {
    database?.close()
    throw unwritable(file, error)
  }
}

function judgmentsOf(database: DatabaseSync, file: string): Judgments {
  const one = database.prepare(`${COLUMNS} where session_id = ? order by id desc limit 1`)
  const insert = database.prepare(
    'insert into judgments (session_id, judgment, reason, "by", "at") values (?, ?, ?, ?, ?)',
  )
  return {
    latest(session) {
      const row = one.get(session)
      return row === undefined ? undefined : judgedOf(row)
    },
    all: () => latestOf(database),
    add(session, { judgment, reason = null, by = null }) {
      try {
        insert.run(session, judgment, reason, by, new Date().toISOString())
      } catch (error) {
        throw unwritable(file, error)
      }
    },
    close: () => database.close(),
  }
}

const COLUMNS = 'select session_id, judgment, reason, "by", "at" from judgments'

function latestOf(database: DatabaseSync): ReadonlyMap<string, Judged> {
  const latest = new Map<string, Judged>()
  for (const row of database.prepare(`${COLUMNS} order by id`).iterate())
    latest.set(String(row.session_id), judgedOf(row))
  return latest
}

function judgedOf({ judgment, reason, by, at }: Record<string, unknown>): Judged {
  return {
    judgment: judgment as Judgment,
    ...(reason !== null && { reason: String(reason) }),
    ...(by !== null && { by: String(by) }),
    at: String(at),
  }
}

function unreadable(file: string, why: string): Error {
  return sftError('SFT_JUDGMENTS_UNREADABLE', `The judgments in ${file} cannot be read: ${why}.`, {
    source: file,
  })
}

function unwritable(file: string, cause: unknown): Error {
  const message = `No judgment can be written to ${file}: ${errorText(cause)}.`
  return sftError('SFT_JUDGMENTS_UNWRITABLE', message, { source: file, cause })
}
