import { isSftError, sftError } from '@sftkit/core'
import type { Launcher } from '../launch/types.ts'
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

/**
 * The environment that a launcher's training needs here: none, where it runs a trainer of its own.
 *
 * @throws SFT_TRAIN_ENVIRONMENT
 */
export async function environmentFor(launcher: Launcher | undefined): Promise<TrainEnvironment> {
  const own = launcher?.ownTrainer
  return own === undefined ? openEnvironment() : noEnvironment(own.arguments)
}

/** The same for a look at what would be done, which also serves where nothing is installed yet. */
export async function environmentIfThere(
  launcher: Launcher | undefined,
): Promise<TrainEnvironment | undefined> {
  try {
    return await environmentFor(launcher)
  } catch (error) {
    if (isSftError(error) && error.code === 'SFT_TRAIN_ENVIRONMENT') return undefined
    throw error
  }
}

/** For a trainer that brings its own: nothing is asked of a Python here. @param taken the arguments that it is told */
function noEnvironment(taken: readonly string[]): TrainEnvironment {
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
