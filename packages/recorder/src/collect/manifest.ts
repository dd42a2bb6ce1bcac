import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isJsonObject } from '@sftkit/core'
import { writeWhole } from './write-whole.ts'

/** What the archive knows of a file: a line of its manifest. */
export interface CollectedFile {
  readonly agent: string
  readonly source: string
  /** Below the archive, with `/`. */
  readonly path: string
  /** Of the copy. */
  readonly bytes: number
  readonly sha256: string
  /** What the source was like when it was copied: size and time of change, of a database with its log's. */
  readonly stamp: string
  /** ISO 8601. */
  readonly first_collected: string
  readonly last_collected: string
  /** When it was first found to be no longer there. */
  readonly source_gone?: string
  /** An earlier state of `source` that is not the beginning of a later one: `path` has what was in it then. */
  readonly superseded?: string
}

/** Hidden, as it is no trace: what is hidden is not read below a folder. */
export const MANIFEST = '.manifest.jsonl'

/** The lines of an archive's manifest; none where there is no archive yet. Lines that are damaged are left out. */
export function readManifestFile(archive: string): CollectedFile[] {
  let text: string
  try {
    text = readFileSync(join(archive, MANIFEST), 'utf8')
  } catch {
    return []
  }
  return text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line)
      return isJsonObject(value) && typeof value.path === 'string' ? [value as unknown as CollectedFile] : []
    } catch {
      return []
    }
  })
}

export function writeManifestFile(archive: string, files: readonly CollectedFile[]): void {
  const lines = files
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map((file) => `${JSON.stringify(file)}\n`)
  writeWhole(join(archive, MANIFEST), lines.join(''))
}
