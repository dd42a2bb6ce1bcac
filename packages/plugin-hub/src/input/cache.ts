import { hash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { errorText, makeFolders, sftError } from '@sftkit/core'
import type { HubFile } from '../client/dataset.ts'

/** What was fetched of one repository of one Hub. */
export interface RepoCache {
  /**
   * Where a file stands when it is here: by its path and content, so that a new commit fetches only what it changed,
   * and two files never share a place.
   */
  placeOf(file: HubFile): string
  /** What a listing of a commit said, which is for ever. */
  listing(sha: string, below: string): HubFile[] | undefined
  keepListing(sha: string, below: string, files: readonly HubFile[]): void
  /** The commit that a branch or tag was at when it was last looked at. */
  lastSeen(revision: string): string | undefined
  keepSeen(revision: string, sha: string): void
}

export function repoCache(endpoint: string, repo: string, env: NodeJS.ProcessEnv = process.env): RepoCache {
  const host = new URL(endpoint).host.replaceAll(':', '_')
  const folder = join(cacheFolder(env), 'hub', host, 'datasets', ...repo.split('/'))
  const listingFile = (sha: string, below: string): string =>
    join(folder, 'commits', sha, `${hash('sha256', below).slice(0, 16)}.json`)
  const seenFile = (revision: string): string => join(folder, 'seen', encodeURIComponent(revision))
  return {
    placeOf: (file) => join(folder, 'files', ...safeParts(file.path, repo), file.sha256 ?? file.oid),
    listing(sha, below) {
      const text = read(listingFile(sha, below))
      return text === undefined ? undefined : (JSON.parse(text) as HubFile[])
    },
    keepListing: (sha, below, files) => write(listingFile(sha, below), JSON.stringify(files)),
    lastSeen: (revision) => read(seenFile(revision)),
    keepSeen: (revision, sha) => write(seenFile(revision), sha),
  }
}

function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (env.SFT_CACHE_DIR) return env.SFT_CACHE_DIR
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'sftkit')
  return process.platform === 'darwin'
    ? join(homedir(), 'Library', 'Caches', 'sftkit')
    : join(homedir(), '.cache', 'sftkit')
}

/** A server's word is not enough to write outside the cache. */
function safeParts(path: string, repo: string): string[] {
  const parts = path.split('/')
  if (parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\\0]/.test(part)))
    return parts
  throw sftError('SFT_HUB_REFUSED', `${repo} lists a file under a name that no file can have: ${path}.`, {
    source: repo,
  })
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function write(file: string, text: string): void {
  keeping(file, () => {
    makeFolder(dirname(file))
    const temporary = `${file}.${process.pid}.partial`
    writeFileSync(temporary, text)
    renameSync(temporary, file)
  })
}

/** What was fetched with a token is for this user alone. */
export function makeFolder(folder: string): void {
  makeFolders(folder, 0o700)
}

/** Runs a write to the cache. @throws SFT_HUB_CACHE */
export function keeping<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw cacheError(error, file)
  }
}

export function cacheError(error: unknown, file: string): Error {
  return sftError('SFT_HUB_CACHE', `${file} cannot be written: ${errorText(error)}.`, { cause: error })
}
