import { createHash } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type CopiedFile, copyFile, stampOf } from './copy-file.ts'

/** What changes when somebody writes to a database, or to the log that its latest changes stand in. */
export function databaseStamp(source: string): string {
  return [source, `${source}-wal`]
    .filter((path) => path === source || existsSync(path))
    .map((path) => {
      const { size, mtimeMs } = statSync(path)
      return stampOf(size, mtimeMs)
    })
    .join(' ')
}

/**
 * Copies a SQLite database as of one moment, while another process may write to it, and leaves it as it is: no file is
 * made beside it. The copy holds what its log held.
 *
 * @throws the system's or SQLite's error
 */
export async function copyDatabase(source: string, target: string): Promise<CopiedFile> {
  const { DatabaseSync } = await import('node:sqlite')
  const aside = mkdtempSync(join(dirname(target), '.database-'))
  try {
    for (let attempt = 1; ; attempt++) {
      const stamp = databaseStamp(source)
      const { address, alone } = addressOf(source, aside)
      const database = new DatabaseSync(address, { readOnly: true })
      try {
        database.exec('PRAGMA busy_timeout = 10000')
        database.prepare('VACUUM INTO ?').run(target)
      } finally {
        database.close()
      }
      if (!alone || databaseStamp(source) === stamp) return describe(target, stamp)
      // Somebody has begun to write to what was read as unchangeable.
      rmSync(target, { force: true })
      if (attempt === ATTEMPTS) throw new Error('It changes all the time.')
    }
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

const ATTEMPTS = 3

/**
 * How a database is opened so that nothing is written beside it. One with a write-ahead log would get an index of the
 * log by its first reader: where none is there nobody has it open, and it is read as unchangeable; where it has a log
 * all the same, from a copy.
 *
 * @returns `alone`: whether it is only right as long as nobody writes
 */
function addressOf(source: string, aside: string): { address: string; alone: boolean } {
  const log = existsSync(`${source}-wal`)
  if (!keepsLog(source) || existsSync(`${source}-shm`))
    return { address: `${pathToFileURL(source).href}?mode=ro`, alone: false }
  if (!log) return { address: `${pathToFileURL(source).href}?mode=ro&immutable=1`, alone: true }
  for (const end of ['', '-wal']) {
    rmSync(join(aside, `copy${end}`), { force: true })
    copyFile(source + end, join(aside, `copy${end}`), 0)
  }
  return { address: pathToFileURL(join(aside, 'copy')).href, alone: true }
}

/** Whether a database has a write-ahead log: bytes 18 and 19 of its header, see sqlite.org/fileformat2.html. */
function keepsLog(source: string): boolean {
  const handle = openSync(source, 'r')
  try {
    const header = Buffer.alloc(20)
    readSync(handle, header, 0, header.length, 0)
    return header[18] === 2
  } finally {
    closeSync(handle)
  }
}

function describe(target: string, stamp: string): CopiedFile {
  chmodSync(target, 0o600)
  const sha256 = createHash('sha256').update(readFileSync(target)).digest('hex')
  return { bytes: statSync(target).size, sha256, sha256OfBeginning: undefined, stamp }
}
