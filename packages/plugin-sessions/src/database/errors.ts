import { databaseProblem, isSftError, type SftError, sftError } from '@sftkit/core'

const CORRUPT = 11

/** SQLite's result code, without what it adds; undefined for other errors. */
function codeOf(error: unknown): number | undefined {
  const { errcode } = error as { errcode?: unknown }
  return typeof errcode === 'number' ? errcode & 0xff : undefined
}

export function isDatabaseError(error: unknown): boolean {
  return codeOf(error) !== undefined || (error as { code?: unknown }).code === 'ERR_SQLITE_ERROR'
}

/** Whether it is the page that is damaged, and not the whole. */
export function isDamage(error: unknown): boolean {
  return codeOf(error) === CORRUPT
}

/**
 * What SQLite says of a database, for people.
 *
 * @param source the file as the user wrote it
 */
export function databaseError(error: unknown, source: string): SftError {
  if (isSftError(error)) return error
  const { reason, fix } = databaseProblem(error)
  return sftError('SFT_SESSIONS_UNREADABLE', `${source} cannot be read: ${reason}.`, {
    source,
    fix,
    cause: error,
  })
}
