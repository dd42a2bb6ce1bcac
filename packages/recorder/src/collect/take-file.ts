import { renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolders } from '@sftkit/core'
import { copyDatabase } from './copy-database.ts'
import { type CopiedFile, copyFile } from './copy-file.ts'
import type { FoundFile } from './find-sessions.ts'
import type { CollectedFile } from './manifest.ts'

/** Copies a file into the archive, where it replaces the copy of its beginning. @returns the manifest's new lines */
export async function takeFile(
  file: FoundFile,
  old: CollectedFile | undefined,
  archive: string,
  now: string,
): Promise<CollectedFile[]> {
  const target = join(archive, ...file.target.split('/'))
  const fresh = join(dirname(target), `.${process.pid}.new`)
  makeFolders(dirname(target), 0o700)
  rmSync(fresh, { force: true })
  try {
    const copy =
      file.kind === 'database'
        ? await copyDatabase(file.source, fresh)
        : copyFile(file.source, fresh, old?.bytes ?? 0)
    const kept = old !== undefined && losesSomething(old, copy, file) ? keepOld(old, archive) : []
    renameSync(fresh, target)
    const entry: CollectedFile = {
      agent: file.agent,
      source: file.source,
      path: file.target,
      bytes: copy.bytes,
      sha256: copy.sha256,
      stamp: copy.stamp,
      first_collected: old?.first_collected ?? now,
      last_collected: now,
    }
    return [...kept, entry]
  } finally {
    rmSync(fresh, { force: true })
  }
}

/** Sessions grow at their end. One that was rewritten may lack what the archive has; a document must not be smaller. */
function losesSomething(old: CollectedFile, copy: CopiedFile, { source }: FoundFile): boolean {
  if (old.sha256 === copy.sha256) return false
  if (/\.(?:jsonl|md)$/.test(source)) return copy.sha256OfBeginning !== old.sha256
  return copy.bytes < old.bytes
}

/** Gives the earlier state a name of its own: `session.jsonl` becomes `session.before-1a2b3c4d.jsonl`. */
function keepOld(old: CollectedFile, archive: string): CollectedFile[] {
  const mark = `before-${old.sha256.slice(0, 8)}`
  const path = old.path.replace(/((?:\.[^./]+)?)$/, `.${mark}$1`)
  try {
    renameSync(join(archive, ...old.path.split('/')), join(archive, ...path.split('/')))
  } catch (error) {
    // Somebody has taken it out of the archive.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  return [{ ...old, path, superseded: old.path }]
}
