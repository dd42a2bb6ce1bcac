import { existsSync, type Stats, statSync } from 'node:fs'
import type { Container } from '../plugin/types.ts'
import { fileHash } from './file-hash.ts'

/** Size, time and inode: equal means that nobody wrote to the file. */
export function stampOf(stats: Stats): string {
  return `${stats.size}-${stats.mtimeMs}-${stats.ino}`
}

/**
 * What changes when somebody writes to a file. A SQLite database is written to through the log beside it, long before
 * the file itself changes.
 *
 * @throws the system's error
 */
export function fileStamp(path: string, container: Container): string {
  const stamp = stampOf(statSync(path))
  const log = container === 'sqlite' ? writeAheadLog(path) : undefined
  const stats = log === undefined ? undefined : statSync(log, { throwIfNoEntry: false })
  return stats === undefined ? stamp : `${stamp} ${stampOf(stats)}`
}

/** sha256 of a file's content, as hex; of a SQLite database with that of the log beside it. @throws the system's error */
export function contentHash(path: string, container: Container): string {
  const log = container === 'sqlite' ? writeAheadLog(path) : undefined
  return log === undefined ? fileHash(path) : `${fileHash(path)} ${fileHash(log)}`
}

/** The log that a database's latest changes stand in, where there are any. */
export function writeAheadLog(path: string): string | undefined {
  const log = `${path}-wal`
  return existsSync(log) && statSync(log, { throwIfNoEntry: false })?.size ? log : undefined
}

/** Whether a file is SQLite's own and belongs to the database beside it. */
export function isOfDatabase(path: string): boolean {
  const database = /^(.+)-(?:wal|shm|journal)$/.exec(path)?.[1]
  return database !== undefined && existsSync(database)
}
