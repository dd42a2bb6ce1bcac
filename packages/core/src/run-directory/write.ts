import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { errorText, sftError } from '../errors/error.ts'
import { makeFolders } from './make-folders.ts'

const UNWRITABLE = new Set([
  'ENOSPC',
  'EROFS',
  'EACCES',
  'EPERM',
  'EDQUOT',
  'ENOTDIR',
  'EEXIST',
  'EISDIR',
  'EFBIG',
  'EIO',
])

/** SQLite's result codes for a read-only, failing or full disk, and for a file that it cannot open. */
const SQLITE_UNWRITABLE = new Set([8, 10, 13, 14])

function isUnwritable(error: unknown): boolean {
  const { code, errcode, syscall } = error as { code?: string; errcode?: number; syscall?: string }
  if (code === 'ERR_SQLITE_ERROR') return SQLITE_UNWRITABLE.has((errcode ?? 0) & 0xff)
  // On a read-only disk Node reports that a folder is missing, and not why it cannot be made.
  if (code === 'ENOENT' && syscall === 'mkdir') return true
  return code !== undefined && UNWRITABLE.has(code)
}

/** Runs a write; a full disk or a read-only folder becomes SFT_OUT_UNWRITABLE with the file's name. */
export function attempt<T>(path: string, write: () => T): T {
  try {
    return write()
  } catch (error) {
    if (!isUnwritable(error)) throw error
    throw sftError('SFT_OUT_UNWRITABLE', `${path} cannot be written: ${errorText(error)}.`, {
      source: path,
      cause: error,
    })
  }
}

/**
 * Writes a file under a temporary name, flushes and renames it: it is whole or not there.
 *
 * @param flush false where a reader checks the content anyway, and many files are written
 */
export function writeWhole(path: string, content: string | Uint8Array, flush = true): void {
  attempt(path, () => {
    makeFolders(dirname(path))
    const temporary = `${path}.partial`
    const descriptor = openSync(temporary, 'w')
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at)
      if (flush) fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, path)
  })
}
