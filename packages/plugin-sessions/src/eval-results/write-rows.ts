import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { errorText, makeFolders, sftError } from '@sftkit/core'

/** Writes rows as JSON lines under a temporary name first. @throws SFT_OUT_UNWRITABLE */
export function writeRows(path: string, rows: readonly object[]): void {
  const file = resolve(path)
  try {
    makeFolders(dirname(file))
    writeWhole(file, rows)
  } catch (error) {
    throw sftError('SFT_OUT_UNWRITABLE', `The rows cannot be written to ${path}: ${errorText(error)}.`, {
      cause: error,
    })
  }
}

function writeWhole(file: string, rows: readonly object[]): void {
  const partial = `${file}.${process.pid}.tmp`
  const descriptor = openSync(partial, 'w')
  try {
    try {
      for (const row of rows) writeSync(descriptor, `${JSON.stringify(row)}\n`)
    } finally {
      closeSync(descriptor)
    }
    renameSync(partial, file)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}
