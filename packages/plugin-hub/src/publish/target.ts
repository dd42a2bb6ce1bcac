import { createBranch, createRepo } from '@huggingface/hub'
import { isSftError, type Logger, sftError } from '@sftkit/core'
import { type HubState, openDataset, stateOf } from '../client/dataset.ts'
import type { Endpoint } from '../client/endpoint.ts'
import { pageOf, type RepoType } from '../client/refusal.ts'

export interface TargetOptions {
  readonly repo: string
  readonly private: boolean
  readonly revision: string
  readonly type: RepoType
}

/**
 * The repository and branch to publish to, made where they do not exist.
 *
 * @throws SFT_HUB_AUTH, SFT_HUB_DENIED, SFT_HUB_PUBLIC, SFT_HUB_UNREACHABLE
 */
export async function openTarget(
  options: TargetOptions,
  endpoint: Endpoint,
  signal: AbortSignal,
  log: Logger,
): Promise<HubState> {
  const { repo, revision, type } = options
  if (endpoint.token === undefined)
    throw sftError('SFT_HUB_AUTH', `To publish to ${repo} a token is needed, and HF_TOKEN is not set.`)
  const main = await orNothing(
    () => stateOf(openDataset(repo, 'main', signal, endpoint, type), 'main'),
    'SFT_HUB_NOT_FOUND',
  )
  const state = main ?? (await makeRepo(options, endpoint, signal, log))
  checkVisibility(state, options, endpoint, log)
  if (revision === 'main') return state
  const dataset = openDataset(state.dataset.repo, revision, signal, endpoint, type)
  const known = await orNothing(() => stateOf(dataset, revision), 'SFT_HUB_REVISION')
  if (known !== undefined) return known
  const { fetch } = dataset
  await createBranch({
    repo: { type, name: dataset.repo },
    branch: revision,
    hubUrl: endpoint.url,
    fetch,
  })
  log.info(`made the branch ${revision} of ${dataset.repo}`)
  return stateOf(dataset, revision)
}

async function makeRepo(
  options: TargetOptions,
  endpoint: Endpoint,
  signal: AbortSignal,
  log: Logger,
): Promise<HubState> {
  const dataset = openDataset(options.repo, 'main', signal, endpoint, options.type)
  const { repo, fetch } = dataset
  const visibility = options.private ? 'private' : 'public'
  // The token goes with each request; the library asks for one here as well. Somebody else may make it at this moment.
  await orNothing(
    () =>
      createRepo({
        repo: { type: options.type, name: repo },
        visibility,
        hubUrl: endpoint.url,
        fetch,
        accessToken: '',
      }),
    'SFT_HUB_CONFLICT',
  )
  log.info(`made the ${visibility} ${options.type} ${repo}`)
  return stateOf(dataset, 'main')
}

function checkVisibility(
  { dataset, isPrivate }: HubState,
  options: TargetOptions,
  endpoint: Endpoint,
  log: Logger,
): void {
  if (!options.private && isPrivate) log.warn(`${dataset.repo} is private and stays so`)
  if (!options.private || isPrivate) return
  throw sftError(
    'SFT_HUB_PUBLIC',
    `The ${dataset.type} ${dataset.repo} is public, and it was asked to publish privately.`,
    {
      source: dataset.repo,
      fix: `Make it private at ${pageOf(endpoint, dataset.type, dataset.repo)}/settings, choose another repo, or write \`private: false\`.`,
    },
  )
}

async function orNothing<T>(ask: () => Promise<T>, code: string): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (isSftError(error) && error.code === code) return undefined
    throw error
  }
}
