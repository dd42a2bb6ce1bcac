import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { makeFolders } from '@sftkit/core'
import { cannotKeep } from '../errors/stop.ts'

export type Value = string | number | Uint8Array | null
export type Row = Readonly<Record<string, Value>>

/** A small SQLite file that survives kill -9 and is shared by processes. */
export interface Database {
  run(sql: string, ...values: readonly Value[]): number
  get(sql: string, ...values: readonly Value[]): Row | undefined
  all(sql: string, ...values: readonly Value[]): Row[]
  /** Changes whenever another process has written. */
  version(): number
  begin(): void
  commit(): void
  /** Takes back what was written since `begin`; nothing where nothing was begun. */
  rollback(): void
  close(): void
}

/** How long another process may hold the file, in milliseconds. */
const BUSY_MS = 20_000

/**
 * Opens a database, or makes it. Write-ahead logging: a process that is killed loses nothing that was committed.
 *
 * @throws SFT_LLM_CACHE where it cannot be opened or written
 */
export function openDatabase(path: string, schema: string): Database {
  const guard = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw cannotKeep(path, error)
    }
  }
  const database = guard(() => {
    makeFolders(dirname(path))
    const opened = new DatabaseSync(path, { timeout: BUSY_MS })
    prepareFile(opened, schema)
    return opened
  })
  const statements = new Map<string, StatementSync>()
  const statement = (sql: string): StatementSync => {
    let known = statements.get(sql)
    if (known === undefined) {
      known = database.prepare(sql)
      statements.set(sql, known)
    }
    return known
  }
  return {
    run: (sql, ...values) =>
      guard(() => Number(statement(sql).run(...(values as SQLInputValue[])).lastInsertRowid)),
    get: (sql, ...values) =>
      guard(() => statement(sql).get(...(values as SQLInputValue[])) as Row | undefined),
    all: (sql, ...values) => guard(() => statement(sql).all(...(values as SQLInputValue[])) as Row[]),
    version: () => guard(() => Number(statement('pragma data_version').get()?.data_version)),
    begin: () => guard(() => database.exec('begin immediate')),
    commit: () => guard(() => database.exec('commit')),
    rollback: () => {
      if (database.isOpen && database.isTransaction) database.exec('rollback')
    },
    close: () => {
      if (database.isOpen) database.close()
    },
  }
}

/** Processes that open a new file at the same moment get in each other's way while its mode is changed. */
function prepareFile(database: DatabaseSync, schema: string): void {
  const end = Date.now() + BUSY_MS
  for (;;) {
    try {
      database.exec('pragma journal_mode = wal; pragma synchronous = normal;')
      database.exec(`begin immediate; ${schema}; commit`)
      return
    } catch (error) {
      if (database.isTransaction) database.exec('rollback')
      if (Date.now() > end || !/locked|busy/i.test(String(error))) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}
