import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type CommitOperation, commitIter } from '@huggingface/hub'
import { counted, type Logger } from '@sftkit/core'
import type { HubState } from '../client/dataset.ts'
import type { Changes } from './changes.ts'
import type { PublishedFile } from './files.ts'

/**
 * Uploads what is large and not there yet, then makes one commit of everything, on top of the commit that was looked at.
 *
 * @returns the new commit
 * @throws SFT_HUB_CONFLICT where the branch moved since, and the other codes of the Hub
 */
export async function commitChanges(
  { dataset, sha }: HubState,
  { upload, remove }: Changes,
  branch: string,
  signal: AbortSignal,
  log: Logger,
): Promise<string> {
  const operations: CommitOperation[] = [
    ...upload.map((file) => ({
      operation: 'addOrUpdate' as const,
      path: file.path,
      content: contentOf(file),
    })),
    ...remove.map((path) => ({ operation: 'delete' as const, path })),
  ]
  const bytes = upload.reduce((sum, file) => sum + file.bytes, 0)
  log.info(
    `${dataset.repo}: ${counted(upload.length, 'file')} to upload (${(bytes / 1e6).toFixed(1)} MB), ${remove.length} to remove`,
  )
  const steps = commitIter({
    repo: { type: dataset.type, name: dataset.repo },
    title: `Publish the ${dataset.type} of a run`,
    description: 'Made by sftkit.',
    branch,
    parentCommit: sha,
    operations,
    hubUrl: dataset.endpoint.url,
    fetch: dataset.fetch,
    abortSignal: signal,
  })
  let step = await steps.next()
  for (; !step.done; step = await steps.next()) {
    const event = step.value
    if (event.event === 'fileProgress' && event.state === 'uploading' && event.progress === 1)
      log.debug(`uploaded ${event.path}`)
  }
  if (step.value === undefined) throw new Error('the Hub names no commit')
  return step.value.commit.oid
}

const SMALL_BYTES = 1 << 20

/**
 * The library opens every file that is part of the commit itself at the same moment, which a task set of thousands is
 * too many for: small ones are read before. Large ones are read while they are sent.
 */
function contentOf({ file, bytes }: PublishedFile): Blob | URL {
  return bytes > SMALL_BYTES ? pathToFileURL(file) : new Blob([readFileSync(file)])
}
