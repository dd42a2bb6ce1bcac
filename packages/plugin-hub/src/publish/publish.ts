import { counted, isSftError, type PublishHandler, type RunStageContext, sftError } from '@sftkit/core'
import { filesAt, type HubState, stateOf } from '../client/dataset.ts'
import type { Endpoint } from '../client/endpoint.ts'
import { asRefusal, pageOf, type RepoType } from '../client/refusal.ts'
import { changesTo } from './changes.ts'
import { commitChanges } from './commit.ts'
import { filesToPublish, type PublishedFile } from './files.ts'
import { modelFiles } from './model-files.ts'
import { publishedBefore, recordPublication } from './record.ts'
import { openTarget, type TargetOptions } from './target.ts'

/** A branch that moves on while a commit is made is looked at again so many times. */
const TRIES = 4

type PublishContext = Parameters<PublishHandler>[0]
type PublishOptions = Omit<TargetOptions, 'type'> & { readonly name: string }

/**
 * Publishes what a run has made, each of its repositories as one commit, and records it: the dataset, and where the run
 * made a model, that. Nothing is committed where nothing changed.
 */
export async function publishRun(
  context: PublishContext,
  options: PublishOptions,
  endpoint: Endpoint,
): Promise<void> {
  const model = modelFiles(context)
  if (context.datasets.length > 0)
    await publishFiles(filesToPublish(context), 'dataset', context, options, endpoint)
  if (model.length > 0) await publishFiles(model, 'model', context, options, endpoint)
  if (context.datasets.length === 0 && model.length === 0)
    context.log.warn('the run made no dataset and no model: nothing is published')
}

async function publishFiles(
  files: readonly PublishedFile[],
  type: RepoType,
  context: PublishContext,
  options: PublishOptions,
  endpoint: Endpoint,
): Promise<void> {
  const { out, log, signal } = context
  const target = await openTarget({ ...options, type }, endpoint, signal, log)
  const url = pageOf(endpoint, type, target.dataset.repo)
  const earlier = publishedBefore(out, url, options.revision)
  const commit = await sinceItWasThere(target, () =>
    commitUntilSame(target, files, earlier, context, options),
  )
  recordPublication(
    out,
    {
      plugin: options.name,
      repo: target.dataset.repo,
      url,
      revision: options.revision,
      commit,
      private: target.isPrivate,
    },
    files,
  )
  log.info(`published ${counted(files.length, 'file')}: ${url} at ${commit.slice(0, 12)}`)
}

/** Until the branch has what the run made, whoever committed it: a commit without an answer may have been made. */
async function commitUntilSame(
  target: HubState,
  files: readonly PublishedFile[],
  earlier: readonly string[],
  { log, signal }: RunStageContext,
  { revision }: PublishOptions,
): Promise<string> {
  let state = target
  for (let attempt = 1; ; attempt++) {
    const changes = await changesTo(await filesAt(state), files, earlier)
    if (changes.upload.length + changes.remove.length === 0) return state.sha
    try {
      return await commitChanges(state, changes, revision, signal, log)
    } catch (thrown) {
      const error = asRefusal(thrown, state.dataset.endpoint)
      const mayBeThere =
        isSftError(error) && (error.code === 'SFT_HUB_CONFLICT' || error.code === 'SFT_HUB_UNREACHABLE')
      if (!mayBeThere || attempt === TRIES) throw error
      log.warn(`the commit was not made (${error.code}): looking at ${state.dataset.repo} again`)
      state = await stateOf(state.dataset, revision)
    }
  }
}

/** What was there a moment ago and is not any more has vanished. */
async function sinceItWasThere<T>({ dataset }: HubState, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isSftError(error) || !['SFT_HUB_NOT_FOUND', 'SFT_HUB_REVISION'].includes(error.code)) throw error
    throw sftError(
      'SFT_HUB_VANISHED',
      `The ${dataset.type} ${dataset.repo} was there when the upload began, and is not any more. Nothing was committed.`,
      { source: dataset.repo, cause: error },
    )
  }
}
