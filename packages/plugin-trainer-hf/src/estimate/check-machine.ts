import { availableParallelism, totalmem } from 'node:os'
import { isSftError, type Plugin } from '@sftkit/core'
import { askDevices, type Devices } from '../environment/ask-devices.ts'
import { askVersions, requirePackages, type Versions } from '../environment/ask-python.ts'
import { findPython } from '../environment/find-python.ts'
import { modelPlaces } from '../run/model-places.ts'
import { settingsOf } from '../settings.ts'
import { estimateMemory, type MemoryEstimate } from './memory.ts'
import { modelShape } from './model-shape.ts'
import { secondsPerMillionTokens } from './time.ts'

/** What this machine has to train with. */
export interface TrainingMachine {
  /** Absent where there is no interpreter. */
  readonly python?: string
  readonly versions?: Versions
  readonly devices?: Devices
  /** Why it cannot train, and what to do. */
  readonly problem?: { readonly text: string; readonly fix?: string }
}

/** A model of a config's trainer, and what its training needs. */
export interface ModelNeeds {
  readonly model: string
  /** Absent where its sizes are not known without fetching it. */
  readonly memory?: MemoryEstimate
  /** Bytes of the device that it would train on. */
  readonly available: number
  readonly fits?: boolean
  readonly secondsPerMillionTokens?: number
  /** Bytes on disk for the weights, a checkpoint with the optimizer, and what a merge writes. */
  readonly disk?: number
}

/** Looks for the training environment and asks it what it finds; importing torch takes some seconds. */
export async function trainingMachine(): Promise<TrainingMachine> {
  const found = findPython()
  if (found === undefined)
    return { problem: { text: 'no environment', fix: 'Needed for training only: `sft setup train`.' } }
  try {
    const versions = await askVersions(found)
    requirePackages(found, versions)
    const devices = await askDevices(found.path)
    if (devices === undefined)
      return {
        python: found.path,
        versions,
        problem: { text: 'torch cannot be imported', fix: 'sft setup train --fresh' },
      }
    return { python: found.path, versions, devices }
  } catch (error) {
    if (!isSftError(error)) throw error
    return {
      python: found.path,
      problem: { text: error.message, ...(error.fix !== undefined && { fix: error.fix }) },
    }
  }
}

/** What the trainers of a config need, against what the machine has. */
export function modelNeeds(plugins: readonly Plugin[], root: string, devices?: Devices): ModelNeeds[] {
  return plugins.flatMap((plugin) => {
    const settings = settingsOf(plugin)
    if (settings === undefined) return []
    const [gpu] = settings.device === 'cpu' ? [] : (devices?.gpus ?? [])
    const available = gpu?.memory ?? totalmem()
    return modelPlaces(settings, '', root).map(({ model }): ModelNeeds => {
      const shape = modelShape(model)
      if (shape === undefined) return { model, available }
      const memory = estimateMemory(shape, settings)
      const seconds = secondsPerMillionTokens(memory.parameters, {
        cores: availableParallelism(),
        ...(gpu !== undefined && { gpu: gpu.name }),
      })
      return {
        model,
        memory,
        available,
        fits: memory.total <= available,
        disk: memory.weights * 2 + memory.trainable * 12,
        ...(seconds !== undefined && { secondsPerMillionTokens: seconds }),
      }
    })
  })
}
