import { errorText } from '../errors/error.ts'

const BUSY = 5
const LOCKED = 6
const CORRUPT = 11
const NOT_A_DATABASE = 26

/** Why SQLite cannot read a database, and what to do, for people. @param error what it threw */
export function databaseProblem(error: unknown): { readonly reason: string; readonly fix: string } {
  const { errcode } = error as { errcode?: unknown }
  // The upper bits say more than is needed.
  switch (typeof errcode === 'number' ? errcode & 0xff : undefined) {
    case BUSY:
    case LOCKED:
      return {
        reason: 'another process has locked it and did not let go of it for five seconds',
        fix: 'Run the same command again when the other process has written.',
      }
    case CORRUPT:
      return {
        reason: `it is damaged (${errorText(error)})`,
        fix: 'Copy it again from where it was whole, with its -wal file, or rescue what can be with `sqlite3 FILE .recover`.',
      }
    case NOT_A_DATABASE:
      return {
        reason: 'it is no SQLite database, or it is encrypted',
        fix: 'Check the path; decrypt it first where it is encrypted.',
      }
    default:
      return {
        reason: errorText(error),
        fix: 'Check that the file is there and that this user may read it and its folder.',
      }
  }
}
