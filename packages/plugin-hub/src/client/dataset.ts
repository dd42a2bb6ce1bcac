import { datasetInfo, type ListFileEntry, listFiles, modelInfo, pathsInfo } from '@huggingface/hub'
import { type Endpoint, endpointOf } from './endpoint.ts'
import { hubFetch } from './fetch.ts'
import type { RepoType } from './refusal.ts'

/** A repository as one caller sees it: a dataset's, or a model's. */
export interface HubDataset {
  readonly endpoint: Endpoint
  readonly type: RepoType
  /** `ORG/NAME`, as the Hub has it now. */
  readonly repo: string
  readonly fetch: typeof fetch
}

/** What a repository is at a revision. */
export interface HubState {
  readonly dataset: HubDataset
  /** The commit. */
  readonly sha: string
  readonly isPrivate: boolean
}

/** A file of a repository. */
export interface HubFile {
  readonly path: string
  readonly size: number
  /** Git's sha1 of the file, or of its pointer. */
  readonly oid: string
  /** The content's, where the file is a large one. */
  readonly sha256?: string
}

export function openDataset(
  repo: string,
  revision: string | undefined,
  signal: AbortSignal,
  endpoint: Endpoint = endpointOf(),
  type: RepoType = 'dataset',
): HubDataset {
  const subject = { type, repo, ...(revision !== undefined && { revision }) }
  return { endpoint, type, repo, fetch: hubFetch(endpoint, subject, signal) }
}

/** Looks a revision up; a repository that was renamed answers under its new name. @throws SFT_HUB_… */
export async function stateOf(dataset: HubDataset, revision: string): Promise<HubState> {
  const { endpoint, type, repo, fetch } = dataset
  const asked = { name: repo, revision, hubUrl: endpoint.url, fetch }
  const info =
    type === 'model'
      ? await modelInfo({ ...asked, additionalFields: ['sha'] })
      : await datasetInfo({ ...asked, additionalFields: ['sha'] })
  return { dataset: { ...dataset, repo: info.name }, sha: info.sha, isPrivate: info.private }
}

/** Every file below a path of a commit, page by page; the path may be that of a file. Sorted by path. */
export async function filesAt({ dataset, sha }: HubState, below = ''): Promise<HubFile[]> {
  const { endpoint, type, repo, fetch } = dataset
  const common = {
    repo: { type, name: repo },
    revision: sha,
    hubUrl: endpoint.url,
    fetch,
  }
  if (below !== '') {
    const [found] = await pathsInfo({ ...common, paths: [below] })
    if (found === undefined) return []
    if (found.type === 'file') return [hubFile({ ...found, type: 'file' })]
  }
  const files: HubFile[] = []
  // The library puts the path into the address as it is.
  const path = below.split('/').map(encodeURIComponent).join('/')
  for await (const entry of listFiles({ ...common, recursive: true, ...(path !== '' && { path }) })) {
    if (entry.type === 'file') files.push(hubFile(entry))
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function hubFile({
  path,
  size,
  oid = '',
  lfs,
}: Pick<ListFileEntry, 'path' | 'size' | 'oid' | 'type' | 'lfs'>): HubFile {
  return { path, size: lfs?.size ?? size, oid, ...(lfs !== undefined && { sha256: lfs.oid }) }
}
