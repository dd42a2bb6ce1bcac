import { hash, randomUUID } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolders } from '@sftkit/core'
import type { ContentReference } from '../format/contents.ts'
import { contentFile } from '../format/folder.ts'
import { syncFiles } from './sync.ts'

/** Texts by the sha256 of their UTF-8 bytes, each a file that is written once. */
export interface ContentStore {
  /**
   * Keeps a text: it is in its file, whole, when this returns. Known texts cost only their hash.
   *
   * @throws the system's error where it cannot be written
   */
  keep(text: string): ContentReference
  /** Resolves once everything kept so far is on disk. @throws the system's error */
  flush(): Promise<void>
}

/** Hashes that need not be looked for on disk. */
const REMEMBERED = 65_536

/** @param folder made when the first text comes; several processes may share it */
export function createContentStore(folder: string): ContentStore {
  const known = new Set<string>()
  let written: string[] = []
  let flushed: Promise<void> = Promise.resolve()
  return {
    keep(text) {
      const bytes = Buffer.from(text, 'utf8')
      const sha256 = hash('sha256', bytes, 'hex')
      if (!known.has(sha256)) {
        const file = contentFile(folder, sha256)
        if (!existsSync(file)) {
          writeWhole(file, bytes)
          written.push(file)
        }
        if (known.size >= REMEMBERED) known.clear()
        known.add(sha256)
      }
      return { sha256, bytes: bytes.length }
    },
    flush() {
      const files = written
      written = []
      // One after the other: a later caller's line may name what an earlier one is flushing.
      const mine = flushed.catch(() => {}).then(() => syncFiles(files))
      flushed = mine
      return mine
    },
  }
}

/** Under another name first: who finds the file finds all of it, also after the program was killed here. */
function writeWhole(file: string, bytes: Uint8Array): void {
  const temporary = `${file}.${randomUUID()}`
  try {
    try {
      writeFileSync(temporary, bytes, { flag: 'wx', mode: 0o600 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      makeFolders(dirname(file))
      writeFileSync(temporary, bytes, { flag: 'wx', mode: 0o600 })
    }
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** A reader of a store, which compares what it finds with its name; undefined: not there, or not what it was. */
export function createContentReader(folder: string): (reference: ContentReference) => string | undefined {
  return ({ sha256 }) => {
    try {
      const bytes = readFileSync(contentFile(folder, sha256))
      return hash('sha256', bytes, 'hex') === sha256 ? bytes.toString('utf8') : undefined
    } catch {
      return undefined
    }
  }
}
