import { type Context, counted, isSftError, type RemoteFile, sftError } from '@sftkit/core'
import { filesAt, type HubDataset, type HubFile, openDataset, stateOf } from '../client/dataset.ts'
import { asRefusal } from '../client/refusal.ts'
import { type HubAddress, isCommit, pinnedUri, readAddress } from './address.ts'
import { type RepoCache, repoCache } from './cache.ts'
import { dataFiles } from './data-files.ts'
import { fetchFile } from './fetch-file.ts'

/** The files of an address that may hold traces, each fetched when it is read. @throws SFT_HUB_… */
export async function listDataset(input: string, { log, signal }: Context): Promise<readonly RemoteFile[]> {
  const address = readAddress(input)
  const asked = openDataset(address.repo, address.revision, signal)
  const { dataset, sha, files, cache } = await listingOf(asked, address, signal)
  if (dataset.repo !== address.repo) log.warn(`${address.repo} has a new name: ${dataset.repo}`)
  const { data, others } = chosen(files, address)
  if (data.length === 0) throw nothingToRead(input, files, address)
  if (others.length > 0)
    log.info(`left out ${counted(others.length, 'file')} of ${dataset.repo}: ${samples(others)}`)
  const bytes = data.reduce((sum, { size }) => sum + size, 0)
  log.info(
    `${dataset.repo} at ${sha.slice(0, 12)}: ${counted(data.length, 'file')}, ${(bytes / 1e6).toFixed(1)} MB`,
  )
  return data.map((file) => ({
    uri: pinnedUri(dataset.repo, sha, file.path),
    bytes: file.size,
    fetch: (stop) => {
      const own = openDataset(dataset.repo, sha, stop)
      return fetchFile(own, sha, file, cache.placeOf(file), stop)
    },
  }))
}

interface Listing {
  readonly dataset: HubDataset
  readonly sha: string
  readonly files: readonly HubFile[]
  readonly cache: RepoCache
}

/** What was listed of a commit before is not asked for again: a dataset that is here can be read without a network. */
async function listingOf(
  asked: HubDataset,
  { revision, path }: HubAddress,
  signal: AbortSignal,
): Promise<Listing> {
  const known = repoCache(asked.endpoint.url, asked.repo)
  if (isCommit(revision)) {
    const files = known.listing(revision, path)
    if (files !== undefined) return { dataset: asked, sha: revision, files, cache: known }
  }
  try {
    const state = await stateOf(asked, revision)
    const { dataset, sha } = state
    const cache = dataset.repo === asked.repo ? known : repoCache(asked.endpoint.url, dataset.repo)
    const files = cache.listing(sha, path) ?? (await filesAt(state, path))
    cache.keepListing(sha, path, files)
    cache.keepSeen(revision, sha)
    return { dataset, sha, files, cache }
  } catch (error) {
    signal.throwIfAborted()
    throw withLastSeen(asRefusal(error, asked.endpoint), asked, revision, known)
  }
}

/** Without a network: says which commit of it is here. */
function withLastSeen(error: unknown, { repo }: HubDataset, revision: string, cache: RepoCache): unknown {
  const sha = cache.lastSeen(revision)
  if (!isSftError(error) || error.code !== 'SFT_HUB_UNREACHABLE' || sha === undefined) return error
  const fix = `Run the same command later, or read what was fetched of it before: \`hf://datasets/${repo}@${sha}\`.`
  return Object.assign(error, { fix })
}

/** A file that is named by its whole path is read whatever its name is. */
function chosen(files: readonly HubFile[], { path }: HubAddress): ReturnType<typeof dataFiles> {
  return files.length === 1 && files[0]?.path === path && path !== ''
    ? { data: files, others: [] }
    : dataFiles(files)
}

function nothingToRead(
  input: string,
  files: readonly HubFile[],
  { repo, path, revision }: HubAddress,
): Error {
  if (files.length === 0 && path !== '')
    return sftError(
      'SFT_HUB_NOT_FOUND',
      `The dataset ${repo} has no file or folder ${path} at ${revision}.`,
      { source: input },
    )
  const there = files.length === 0 ? 'It has no files.' : `It has: ${samples(files)}.`
  return sftError('SFT_HUB_EMPTY', `${input} has no file that may hold traces. ${there}`, { source: input })
}

function samples(files: readonly HubFile[]): string {
  const names = files.slice(0, 5).map(({ path }) => path)
  return `${names.join(', ')}${files.length > 5 ? ', …' : ''}`
}
