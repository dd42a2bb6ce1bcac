import { errorText, isSftError, type SftError, sftError } from '@sftkit/core'

const BUSY = 5
const LOCKED = 6
const CORRUPT = 11
const NOT_A_DATABASE = 26

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
  return sftError('SFT_SESSIONS_UNREADABLE', `${source} cannot be read: ${reasonOf(error)}.`, {
    source,
    cause: error,
  })
}

function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case BUSY:
    case LOCKED:
      return 'another process has locked it and did not let go of it for five seconds'
    case CORRUPT:
      return `it is damaged (${errorText(error)})`
    case NOT_A_DATABASE:
      return 'it is no SQLite database, or it is encrypted'
    default:
      return errorText(error)
  }
}
