import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sftError } from '@sftkit/core'
import type { PythonProcess } from '../python/process.ts'
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
 * Merges an adapter into its base, which has to be on this machine.
 *
 * @throws SFT_CHECKPOINT_ADAPTER where the base is not there, or the two do not belong together
 */
export async function mergeAdapter({ python, adapter, into }: MergeRequest): Promise<void> {
  const base = readJson(adapter, 'adapter_config.json')?.base_model_name_or_path
  if (typeof base !== 'string' || base === '')
    throw sftError(
      'SFT_CHECKPOINT_ADAPTER',
      `${adapter} is an adapter, and its adapter_config.json names no base.`,
    )
  const result = await python.run(SCRIPT, [adapter, base, into])
  if (result.ok) return
  throw sftError(
    'SFT_CHECKPOINT_ADAPTER',
    `The adapter ${adapter} could not be merged into ${base}: ${result.reason}`,
  )
}
