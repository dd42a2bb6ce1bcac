import { statSync } from 'node:fs'
import { sftError } from '../errors/error.ts'
import { counted } from '../log/counted.ts'
import type { Logger } from '../log/logger.ts'
import type { RemoteFile } from '../plugin/types.ts'
import { stampOf } from './file-stamp.ts'
import type { InputFile } from './inputs.ts'

/** How many files are on their way at once: more do not make a line faster. */
const AT_ONCE = 8

/** Brings the remote ones of some files here. The order stays; the first failure ends the others. */
export async function fetchFiles(
  files: readonly (InputFile | RemoteFile)[],
  { log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<readonly InputFile[]> {
  const remote = files.filter((file) => 'fetch' in file)
  if (remote.length === 0) return files as readonly InputFile[]
  const known = remote.reduce((sum, { bytes = 0 }) => sum + bytes, 0)
  log.debug(`opening ${counted(remote.length, 'remote file')}, ${known} bytes`)
  const here = new Map<RemoteFile, InputFile>()
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const waiting = remote.values()
  const worker = async (): Promise<void> => {
    for (const file of waiting) {
      if (either.aborted) return
      here.set(file, await fetchFile(file, either))
    }
  }
  // What fails after the first failure may have failed because of it.
  const failures: unknown[] = []
  const workers = Array.from({ length: Math.min(AT_ONCE, remote.length) }, () =>
    worker().catch((error: unknown) => {
      failures.push(error)
      failed.abort()
    }),
  )
  await Promise.all(workers)
  if (signal.aborted) throw sftError('SFT_INTERRUPTED', 'The run was interrupted.')
  if (failures.length > 0) throw failures[0]
  return files.map((file) => ('fetch' in file ? (here.get(file) as InputFile) : file))
}

async function fetchFile(file: RemoteFile, signal: AbortSignal): Promise<InputFile> {
  const path = await file.fetch(signal)
  const stats = statSync(path)
  return { path, uri: file.uri, bytes: stats.size, stamp: stampOf(stats) }
}
