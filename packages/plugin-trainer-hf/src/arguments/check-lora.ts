import { nearestName, sftError } from '@sftkit/core'
import type { TrainEnvironment } from '../environment/open-environment.ts'
import type { TrainerSettings } from '../options.ts'

/** What LoRA's numbers are called elsewhere. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  rank: 'r',
  lora_r: 'r',
  alpha: 'lora_alpha',
  dropout: 'lora_dropout',
  modules: 'target_modules',
}

/** peft's own arguments, as far as they can be told before it is asked. @throws SFT_TRAIN_ARGUMENT, SFT_TRAIN_ENVIRONMENT */
export function checkLora(settings: TrainerSettings, { fields, versions }: TrainEnvironment): void {
  const needsPeft = settings.lora !== false || settings.quantization !== undefined
  if (needsPeft && versions.peft === null)
    throw sftError('SFT_TRAIN_ENVIRONMENT', '`lora` needs the package peft, which the environment lacks.')
  if (settings.quantization !== undefined && versions.bitsandbytes === null)
    throw sftError(
      'SFT_TRAIN_ENVIRONMENT',
      '`quantization` needs the package bitsandbytes, which the environment lacks.',
      {
        fix: 'Where there is an NVIDIA GPU `sft setup train --fresh` installs it; else install it for SFT_PYTHON.',
      },
    )
  if (typeof settings.lora !== 'object' || fields.lora === undefined) return
  const names = fields.lora
  const known = new Set(names)
  const unknown = Object.keys(settings.lora).filter((name) => !known.has(name))
  if (unknown.length > 0)
    throw sftError(
      'SFT_TRAIN_ARGUMENT',
      `The installed peft's LoraConfig does not take ${unknown.map((name) => withNearest(name, names)).join('; ')}.`,
      { fix: "`lora` takes the arguments of peft's LoraConfig: { r: 16, lora_alpha: 32 }." },
    )
}

function withNearest(name: string, names: readonly string[]): string {
  const other = OTHER_NAMES[name]
  const nearest = other !== undefined && names.includes(other) ? other : nearestName(name, names)
  return nearest === undefined ? name : `${name} (the nearest is ${nearest})`
}
