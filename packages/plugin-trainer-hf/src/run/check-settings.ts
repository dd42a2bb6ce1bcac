import { join } from 'node:path'
import type { TrainCheckContext } from '@sftkit/core'
import { checkedArguments } from '../arguments/check.ts'
import { checkLora } from '../arguments/check-lora.ts'
import { environmentFor, environmentIfThere } from '../environment/open-environment.ts'
import type { TrainerSettings } from '../options.ts'
import { modelPlaces } from './model-places.ts'

/**
 * Refuses, before a dataset is made, what could not be trained whatever its rows are: a model folder that is not there,
 * a missing environment, arguments that the installed TRL does not take. A dry run needs no environment.
 *
 * @throws SFT_TRAIN_MODEL, SFT_TRAIN_ENVIRONMENT, SFT_TRAIN_ARGUMENT
 */
export async function checkSettings(
  settings: TrainerSettings,
  { config, out, dryRun }: TrainCheckContext,
): Promise<void> {
  const { args, launcher, method } = settings
  modelPlaces(settings, join(out, 'model'), config.root)
  const environment = dryRun ? await environmentIfThere(launcher) : await environmentFor(launcher)
  if (environment === undefined) return
  checkedArguments(args, method, environment.fields.configs[method])
  checkLora(settings, environment)
}
