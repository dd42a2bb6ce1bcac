import { createHash } from 'node:crypto'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { downloadFile, listFiles } from '@huggingface/hub'
import { makeFolders, sftError } from '@sftkit/core'
import { z } from 'zod'
import { asking, type HubClient } from './client.ts'

/** Downloaded here first: what is in the model's folder is whole. */
const INCOMING = '.incoming'

/** Where a job leaves what it made: a folder of a repository or of a bucket. */
export interface OutputPlace {
  readonly repo: { readonly type: 'model' | 'bucket'; readonly name: string }
  readonly path: string
}

/**
 * Downloads what a job left, checks the weights against the hashes that the worker took, and puts all of it into the
 * model's folder.
 *
 * @returns the lines of the worker's event file
 * @throws SFT_TRAIN_OUTPUT
 */
export async function bringBack(from: OutputPlace, folder: string, hub: HubClient): Promise<string[]> {
  const incoming = join(folder, INCOMING)
  rmSync(incoming, { recursive: true, force: true })
  for (const file of await filesBelow(from, hub))
    await download(from, file, join(incoming, file.slice(from.path.length + 1)), hub)
  if (!existsSync(incoming)) return []
  await checkWeights(incoming)
  const events = join(incoming, 'events.jsonl')
  const lines = existsSync(events) ? readFileSync(events, 'utf8').split('\n') : []
  // What this process has written of it goes on; it may have those of earlier jobs before.
  rmSync(events, { force: true })
  moveInto(incoming, folder)
  rmSync(incoming, { recursive: true, force: true })
  return lines
}

async function filesBelow({ repo, path }: OutputPlace, hub: HubClient): Promise<string[]> {
  const files: string[] = []
  const common = {
    repo,
    hubUrl: hub.url,
    accessToken: hub.token,
    fetch: hub.fetch,
  }
  await asking(hub, `list ${repo.name}`, async () => {
    try {
      for await (const entry of listFiles({ ...common, path, recursive: true }))
        if (entry.type === 'file') files.push(entry.path)
    } catch (error) {
      // A job that never began its work left nothing.
      if ((error as { statusCode?: number }).statusCode !== 404) throw error
    }
  })
  return files
}

async function download({ repo }: OutputPlace, path: string, to: string, hub: HubClient): Promise<void> {
  makeFolders(dirname(to))
  await asking(hub, `fetch ${path}`, async () => {
    const blob = await downloadFile({
      repo,
      path,
      hubUrl: hub.url,
      accessToken: hub.token,
      fetch: hub.fetch,
    })
    if (blob === null)
      throw sftError('SFT_TRAIN_OUTPUT', `${path} is not in ${repo.name} any more.`, { source: path })
    await pipeline(
      Readable.fromWeb(blob.stream() as Parameters<typeof Readable.fromWeb>[0]),
      createWriteStream(to),
    )
  })
}

const metricsSchema = z.object({ weights: z.record(z.string(), z.string()) })

async function checkWeights(folder: string): Promise<void> {
  const file = join(folder, 'metrics.json')
  if (!existsSync(file)) return
  const { weights } = metricsSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  for (const [path, sha256] of Object.entries(weights)) {
    if (!existsSync(join(folder, path)))
      throw sftError('SFT_TRAIN_OUTPUT', `The job wrote ${path}, and did not leave it.`, { source: path })
    const digest = createHash('sha256')
    await pipeline(createReadStream(join(folder, path)), digest)
    if (digest.digest('hex') !== sha256)
      throw sftError('SFT_TRAIN_OUTPUT', `${path} is not the file that the worker wrote.`, { source: path })
  }
}

/** Folders replace those of the same name, but for logs, which other starts have left as well. */
function moveInto(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const target = join(to, entry.name)
    if (entry.name === 'logs') {
      makeFolders(target)
      moveInto(join(from, entry.name), target)
      continue
    }
    rmSync(target, { recursive: true, force: true })
    renameSync(join(from, entry.name), target)
  }
}
