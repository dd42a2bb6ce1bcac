import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sftError } from '@sftkit/core'
import type { PythonProcess } from '../python/process.ts'
import { cachedModel } from './hub-cache.ts'
import { readJson } from './model-folder.ts'

const SCRIPT = fileURLToPath(new URL('../../python/merge.py', import.meta.url))

export interface MergeRequest {
  readonly python: PythonProcess
  /** The adapter's folder. */
  readonly adapter: string
  /** Where the merged model is written. */
  readonly into: string
}

/** Whether a folder holds an adapter instead of a whole model. */
export function isAdapter(folder: string): boolean {
  return existsSync(join(folder, 'adapter_config.json')) && !existsSync(join(folder, 'config.json'))
}

/**
 * The folder of an adapter's base: a path, or what was downloaded of a name on the Hub.
 *
 * @throws SFT_CHECKPOINT_ADAPTER where it is not on this machine
 */
export function baseFolder(adapter: string): string {
  const { base_model_name_or_path: base, revision } = readJson(adapter, 'adapter_config.json') ?? {}
  if (typeof base !== 'string' || base === '')
    throw sftError(
      'SFT_CHECKPOINT_ADAPTER',
      `${adapter} is an adapter, and its adapter_config.json names no base.`,
    )
  const folder = existsSync(base)
    ? resolve(base)
    : cachedModel(base, typeof revision === 'string' ? revision : undefined)
  if (folder !== undefined) return folder
  throw sftError(
    'SFT_CHECKPOINT_ADAPTER',
    `${adapter} is an adapter of ${base}, which is neither a folder here nor in the cache of the Hugging Face Hub.`,
  )
}

/**
 * Merges an adapter into its base, which has to be on this machine.
 *
 * @throws SFT_CHECKPOINT_ADAPTER where the base is not there, or the two do not belong together
 */
export async function mergeAdapter({ python, adapter, into }: MergeRequest): Promise<void> {
  const base = baseFolder(adapter)
  const result = await python.run(SCRIPT, [adapter, base, into])
  if (result.ok) return
  throw sftError(
    'SFT_CHECKPOINT_ADAPTER',
    `The adapter ${adapter} could not be merged into ${base}: ${result.reason}`,
  )
}
