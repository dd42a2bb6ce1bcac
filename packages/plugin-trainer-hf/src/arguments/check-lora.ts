import { sftError } from '@sftkit/core'
import type { TrainEnvironment } from '../environment/open-environment.ts'
import type { TrainerSettings } from '../options.ts'

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
  const known = new Set(fields.lora)
  const unknown = Object.keys(settings.lora).filter((name) => !known.has(name))
  if (unknown.length > 0)
    throw sftError(
      'SFT_TRAIN_ARGUMENT',
      `The installed peft's LoraConfig does not take ${unknown.join(', ')}.`,
    )
}
