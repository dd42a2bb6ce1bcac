import { type Checkpoint, sftError } from '@sftkit/core'
import { modelName } from './model-name.ts'

/** Stands in a name for what a model was trained from. */
export const MODEL = '{model}'

/**
 * The name in Ollama of one of a run's models.
 *
 * @param named what the config names: one of a list for each, or one for all
 * @throws SFT_CONFIG_INVALID where a list has more or fewer names than there are models, SFT_OLLAMA_NAME
 */
export function trainedName(
  named: string | readonly string[],
  checkpoint: Checkpoint,
  checkpoints: readonly Checkpoint[],
): string {
  const at = checkpoints.indexOf(checkpoint)
  const base = (checkpoint.name ?? `model-${at + 1}`).toLowerCase()
  if (typeof named !== 'string') {
    const name = named[at]
    if (name !== undefined && named.length === checkpoints.length) return name.replaceAll(MODEL, base)
    throw sftError(
      'SFT_CONFIG_INVALID',
      `ollama() has ${named.length} names, and ${checkpoints.length} models were trained: ${checkpoints.map(({ name: model }) => model).join(', ')}.`,
      { fix: `Give as many names as models, in the same order, or one with ${MODEL} in it.` },
    )
  }
  if (named.includes(MODEL) || checkpoints.length === 1) return named.replaceAll(MODEL, base)
  const { model, tag } = modelName(named)
  return `${model}:${named.endsWith(`:${tag}`) ? `${tag}-` : ''}${base}`
}
