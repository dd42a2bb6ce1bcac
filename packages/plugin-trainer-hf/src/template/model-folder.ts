import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { errorText, sftError } from '@sftkit/core'
import { TOKENIZER_FILES } from './tokenizer-files.ts'

/** A model as a config names it: a folder, or a name on the Hugging Face Hub. */
export interface ModelName {
  readonly path: string
  readonly revision?: string
}

/**
 * The folder with a model's tokenizer: its own, that of the Hugging Face cache, else its few small files fetched from the
 * Hub (HF_ENDPOINT, HF_TOKEN) into sftkit's cache. No weights are read.
 *
 * @throws SFT_TEMPLATE_MODEL where there is none, it is gated, or the Hub cannot be reached
 */
export async function modelFolder(
  { path, revision = 'main' }: ModelName,
  signal: AbortSignal,
): Promise<string> {
  if (existsSync(path) && statSync(path).isDirectory()) return path
  if (!/^[\w.-]+\/[\w.-]+$/.test(path) || path.startsWith('.'))
    throw sftError(
      'SFT_TEMPLATE_MODEL',
      `There is no folder ${path}, and no model of the Hub has such a name.`,
      {
        source: path,
        fix: 'Give the folder of a model (with its tokenizer), or a name like `ORG/NAME`.',
      },
    )
  const cached = huggingFaceSnapshot(path, revision)
  if (cached !== undefined) return cached
  if (process.env.HF_HUB_OFFLINE === '1')
    throw sftError(
      'SFT_TEMPLATE_MODEL',
      `${path} is not in the Hugging Face cache, and HF_HUB_OFFLINE is set.`,
      {
        source: path,
        fix: 'Unset HF_HUB_OFFLINE so that the model is fetched, or give a folder that has it.',
      },
    )
  return await fetchTokenizer(path, revision, signal)
}

/** As `huggingface_hub` keeps it: `models--ORG--NAME/refs/REVISION` names the commit below `snapshots/`. */
function huggingFaceSnapshot(name: string, revision: string): string | undefined {
  const { env } = process
  const home = env.HF_HOME ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface')
  const cache = env.HF_HUB_CACHE ?? env.HUGGINGFACE_HUB_CACHE ?? join(home, 'hub')
  const folder = join(cache, `models--${name.replaceAll('/', '--')}`)
  const reference = join(folder, 'refs', revision)
  const commit = existsSync(reference) ? readFileSync(reference, 'utf8').trim() : revision
  const snapshot = join(folder, 'snapshots', commit)
  return existsSync(join(snapshot, 'tokenizer.json')) ? snapshot : undefined
}

async function fetchTokenizer(name: string, revision: string, signal: AbortSignal): Promise<string> {
  const first = await fetchFile(name, revision, 'tokenizer.json', signal)
  if (first === undefined)
    throw sftError(
      'SFT_TEMPLATE_MODEL',
      `The Hugging Face Hub has no ${name} with a tokenizer.json at ${revision}.`,
      {
        source: name,
        fix: 'Check the name and the revision. For a private model put a token that may read it into HF_TOKEN.',
      },
    )
  const folder = join(cacheFolder(), 'tokenizers', name.replaceAll('/', '--'), first.commit ?? revision)
  await mkdir(folder, { recursive: true })
  for (const file of TOKENIZER_FILES) {
    const target = join(folder, file)
    // A branch may have moved on; a commit does not.
    if (first.commit !== undefined && existsSync(target)) continue
    const got =
      file === 'tokenizer.json' ? first : await fetchFile(name, first.commit ?? revision, file, signal)
    if (got === undefined) continue
    await writeFile(`${target}.part`, got.bytes)
    await rename(`${target}.part`, target)
  }
  return folder
}

async function fetchFile(
  name: string,
  revision: string,
  file: string,
  signal: AbortSignal,
): Promise<{ readonly bytes: Uint8Array; readonly commit: string | undefined } | undefined> {
  const endpoint = (process.env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '')
  const token = process.env.HF_TOKEN
  let response: Response
  try {
    response = await fetch(`${endpoint}/${name}/resolve/${encodeURIComponent(revision)}/${file}`, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
      signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]),
    })
    if (response.ok)
      return {
        bytes: new Uint8Array(await response.arrayBuffer()),
        commit: response.headers.get('x-repo-commit') ?? undefined,
      }
  } catch (cause) {
    signal.throwIfAborted()
    throw sftError('SFT_TEMPLATE_MODEL', `The tokenizer of ${name} cannot be fetched: ${errorText(cause)}.`, {
      source: name,
      cause,
      fix: 'Give a folder that has it, or run again where the Hugging Face Hub can be reached.',
    })
  }
  if (response.status === 404) return undefined
  const gated = response.headers.get('x-error-code') === 'GatedRepo'
  throw sftError(
    'SFT_TEMPLATE_MODEL',
    gated
      ? `${name} is gated: its owners ask readers to accept conditions first.`
      : `The Hugging Face Hub does not give the tokenizer of ${name}: status ${response.status}.`,
    {
      source: name,
      ...(gated && {
        fix: "Accept the conditions on the model's page, and put that account's token into HF_TOKEN.",
      }),
    },
  )
}

function cacheFolder(): string {
  const { env } = process
  return env.SFT_CACHE_DIR || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sftkit')
}
