import { sftError } from '@sftkit/core'
import { askFields, askVersions, type InstalledFields, requirePackages, type Versions } from './ask-python.ts'
import { findPython } from './find-python.ts'

/** What trains on this machine. */
export interface TrainEnvironment {
  /** The interpreter. */
  readonly python: string
  readonly versions: Versions
  readonly fields: InstalledFields
}

/**
 * The environment to train with. Nothing is installed: that is what `sft setup train` is for.
 *
 * @throws SFT_TRAIN_ENVIRONMENT with what is missing and how to get it
 */
export async function openEnvironment(): Promise<TrainEnvironment> {
  const found = findPython()
  if (found === undefined)
    throw sftError(
      'SFT_TRAIN_ENVIRONMENT',
      'There is no Python environment to train with: SFT_PYTHON is not set, and `sft setup train` has not been run on this machine.',
    )
  const versions = await askVersions(found)
  requirePackages(found, versions)
  return { python: found.path, versions, fields: await askFields(found, versions) }
}

/** For a trainer that brings its own: nothing is asked of a Python here. @param taken the arguments that it is told */
export function noEnvironment(taken: readonly string[]): TrainEnvironment {
  const own = 'its own'
  return {
    python: 'python3',
    versions: {
      python: own,
      torch: own,
      trl: own,
      transformers: own,
      datasets: own,
      accelerate: own,
      peft: own,
      bitsandbytes: own,
    },
    fields: { configs: { sft: [...taken], dpo: [...taken], kto: [...taken] } },
  }
}
