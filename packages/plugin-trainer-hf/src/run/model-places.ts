import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { sftError } from '@sftkit/core'
import type { TrainerSettings } from '../options.ts'

/** A model of the config and the folder that it is trained into. */
export interface ModelPlace {
  readonly model: string
  readonly folder: string
  /** After the model: `Qwen2.5-0.5B` of `Qwen/Qwen2.5-0.5B`. */
  readonly name: string
}

/** One model is trained into the folder itself; several each into one that is named after it. */
export function modelPlaces({ model }: TrainerSettings, folder: string, root: string): ModelPlace[] {
  const models = [model].flat()
  const names = models.map((one) => basename(one).replace(/[^\w.-]/g, '-'))
  return models.map((one, at) => {
    const named = names[at] ?? String(at)
    const name = names.indexOf(named) === names.lastIndexOf(named) ? named : `${named}-${at + 1}`
    return {
      model: modelPath(one, root),
      folder: typeof model === 'string' ? folder : join(folder, name),
      name,
    }
  })
}

/** A folder beside the config, else a name on the Hub. @throws SFT_TRAIN_MODEL for a path that does not exist */
function modelPath(model: string, root: string): string {
  const path = resolve(root, model)
  if (existsSync(path)) return path
  if (/^(\.{0,2}\/|~|[A-Za-z]:\\)/.test(model) || model.split('/').length > 2)
    throw sftError('SFT_TRAIN_MODEL', `There is no model folder ${model}.`, {
      source: model,
      fix: 'Relative paths are relative to the config; a name on the Hugging Face Hub is ORG/NAME.',
    })
  return model
}
