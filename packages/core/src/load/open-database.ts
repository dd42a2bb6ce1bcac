import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { writeAheadLog } from './file-stamp.ts'

/** How long a reader waits for a writer that holds the whole file. */
const WAIT_MS = 5000

/**
 * Opens a SQLite database to read from it, also while another process writes to it, and also where nothing can be
 * written beside it (read-only media), which SQLite otherwise wants to.
 *
 * @throws the error of SQLite, with its `errcode`
 */
export function openDatabase(path: string): DatabaseSync {
  try {
    return opened(new DatabaseSync(path, { readOnly: true, timeout: WAIT_MS }))
  } catch (error) {
    // What stands in a log alone would be missing.
    if (!isRefusedAccess(error) || writeAheadLog(path) !== undefined) throw error
    const url = pathToFileURL(path)
    url.searchParams.set('immutable', '1')
    try {
      return opened(new DatabaseSync(url, { readOnly: true }))
    } catch {
      throw error
    }
  }
}

/** A database is opened when it is first asked: then it shows whether it is one. */
function opened(database: DatabaseSync): DatabaseSync {
  try {
    database.prepare('select count(*) from sqlite_master').get()
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

const READONLY = 8
const CANTOPEN = 14

function isRefusedAccess(error: unknown): boolean {
  const code = Number((error as { errcode?: unknown }).errcode) & 0xff
  return code === READONLY || code === CANTOPEN
}
