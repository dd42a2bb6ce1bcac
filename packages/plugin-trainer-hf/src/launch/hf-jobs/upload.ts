import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createRepo, modelInfo, uploadFiles, whoAmI } from '@huggingface/hub'
import { type SftError, sftError } from '@sftkit/core'
import { cudaRequirementsFile, requirementsFile } from '../../environment/files.ts'
import type { WorkerRun } from '../../worker/protocol.ts'
import type { Launch } from '../types.ts'
import { asking, type HubClient } from './client.ts'
import { inputOf, outputOf } from './script.ts'

interface Upload {
  readonly path: string
  readonly content: URL | Blob
}

/** The account's own name. */
export async function accountOf(hub: HubClient): Promise<string> {
  const { name } = await asking(hub, 'say whose token it is', () =>
    whoAmI({ hubUrl: hub.url, accessToken: hub.token, fetch: hub.fetch }),
  )
  return name
}

/**
 * Makes the repository where it does not exist. Rows are private: a public one is refused.
 *
 * @throws SFT_HUB_PUBLIC, SFT_HUB_…
 */
export async function openRepo(repo: string, hub: HubClient): Promise<void> {
  const common = { hubUrl: hub.url, accessToken: hub.token, fetch: hub.fetch }
  try {
    const found = await modelInfo({ name: repo, ...common })
    if (found.private) return
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 404)
      await asking(hub, `look at ${repo}`, () => Promise.reject(error))
    await asking(hub, `make the repository ${repo}`, () =>
      createRepo({ repo: { type: 'model', name: repo }, visibility: 'private', ...common }),
    )
    return
  }
  throw isPublic(`The repository ${repo}`, 'the rows to train on', 'repo')
}

export function isPublic(place: string, what: string, option: string): SftError {
  return sftError('SFT_HUB_PUBLIC', `${place} is public, and ${what} would be too.`, {
    fix: `Make it private on its page, or choose another \`${option}\`.`,
  })
}

/**
 * Uploads all that the job needs: rows, the worker, what it is told, a model of this machine, and the checkpoint to go
 * on from.
 *
 * @returns the commit
 */
export async function uploadInput(
  repo: string,
  path: string,
  launch: Launch,
  hub: HubClient,
): Promise<string> {
  const { run, folder, workerFile } = launch
  const model = statSync(run.model.path, { throwIfNoEntry: false })?.isDirectory() === true
  const told = remoteRun(run, model)
  const rows = (['train', 'validation'] as const).flatMap((split) =>
    run.dataset[split].map((file, at) => ({
      path: told.dataset[split][at]?.path ?? '',
      content: pathToFileURL(resolve(folder, file.path)),
    })),
  )
  const requirements = [
    requirementsFile(),
    ...(run.quantization === undefined ? [] : [cudaRequirementsFile()]),
  ]
  const input: Upload[] = [
    ...rows,
    { path: 'run.json', content: new Blob([JSON.stringify(told, undefined, 2)]) },
    { path: 'sftkit_worker.py', content: pathToFileURL(workerFile) },
    {
      path: 'requirements.txt',
      content: new Blob([requirements.map((file) => readFileSync(file, 'utf8')).join('\n')]),
    },
    ...(model ? filesBelow(run.model.path, 'model') : []),
  ]
  const checkpoint = run.resume ? lastCheckpoint(folder) : undefined
  const output = checkpoint === undefined ? [] : filesBelow(checkpoint, `checkpoints/${basename(checkpoint)}`)
  const done = await asking(hub, `upload to ${repo}`, () =>
    uploadFiles({
      repo: { type: 'model', name: repo },
      files: [
        ...input.map((file) => ({ ...file, path: `${inputOf(path)}/${file.path}` })),
        ...output.map((file) => ({ ...file, path: `${outputOf(path)}/${file.path}` })),
      ],
      commitTitle: `Input of ${path}`,
      hubUrl: hub.url,
      accessToken: hub.token,
      fetch: hub.fetch,
      abortSignal: launch.signal,
    }),
  )
  if (done === undefined) throw sftError('SFT_TRAIN_JOB', `The Hub names no commit of the upload to ${repo}.`)
  return done.commit.oid
}

/** What the worker is told, with the places that files have in the container. */
function remoteRun(run: WorkerRun, hasModel: boolean): WorkerRun {
  const placed = (split: 'train' | 'validation'): WorkerRun['dataset']['train'] =>
    run.dataset[split].map((file, at) => ({ ...file, path: `dataset/${split}-${at}${endingOf(file.path)}` }))
  return {
    ...run,
    model: hasModel ? { ...run.model, path: './model' } : run.model,
    dataset: { ...run.dataset, train: placed('train'), validation: placed('validation') },
    output: { folder: '../out', events: '../out/events.jsonl' },
  }
}

function endingOf(path: string): string {
  return path.endsWith('.parquet') ? '.parquet' : '.jsonl'
}

function filesBelow(folder: string, prefix: string): Upload[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ parentPath, name }) => {
      const file = join(parentPath, name)
      return {
        path: `${prefix}${file.slice(folder.length).replaceAll('\\', '/')}`,
        content: pathToFileURL(file),
      }
    })
}

function lastCheckpoint(folder: string): string | undefined {
  const checkpoints = join(folder, 'checkpoints')
  const last = readdirSync(checkpoints)
    .filter((name) => /^checkpoint-\d+$/.test(name) && existsSync(join(checkpoints, name, 'sftkit.json')))
    .sort((a, b) => Number(b.slice(11)) - Number(a.slice(11)))[0]
  return last === undefined ? undefined : join(checkpoints, last)
}
