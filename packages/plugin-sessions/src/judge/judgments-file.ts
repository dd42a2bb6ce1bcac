import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sftError } from '@sftkit/core'
import { judgmentsBeside } from '../schema/tables.ts'

/**
 * Where judgments about an input stand: in the input itself where it is a database that has our table of judgments,
 * else in a database of their own beside it. Nothing else is ever written to.
 *
 * @param inputs files, folders and globs, as they were given
 * @throws SFT_USAGE where there are several inputs, a glob or an address, and nobody says where
 */
export function judgmentsFile(inputs: readonly string[], cwd: string): string {
  const [input, ...others] = inputs
  if (input === undefined || others.length > 0 || MANY.test(input))
    throw sftError(
      'SFT_USAGE',
      'Of several inputs, and of addresses, it has to be said where their judgments stand: `--judgments FILE`, or `judgments` in a config.',
    )
  const path = resolve(cwd, input)
  return hasOurTable(path) ? path : judgmentsBeside(path)
}

/** Globs, and addresses (`hf://…`). */
const MANY = /[*?{[]|^[a-z][a-z0-9+.-]*:\/\//i

/** Whether a file is an SQLite database. */
export function isDatabase(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false
    const descriptor = openSync(path, 'r')
    try {
      const start = Buffer.alloc(16)
      readSync(descriptor, start, 0, 16, 0)
      return start.toString('latin1') === 'SQLite format 3\0'
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return false
  }
}

const OURS = ['id', 'session_id', 'judgment', 'reason', 'by', 'at']

/** A table of that name with other columns is somebody else's. */
function hasOurTable(path: string): boolean {
  if (!isDatabase(path)) return false
  try {
    const database = new DatabaseSync(path, { readOnly: true })
    try {
      const columns = database.prepare("select name from pragma_table_info('judgments')").all()
      return OURS.every((name) => columns.some((column) => column.name === name))
    } finally {
      database.close()
    }
  } catch {
    return false
  }
}
