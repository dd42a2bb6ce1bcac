import { nearestName } from '@sftkit/core'
import { OLD_NAMES } from './old-names.ts'

/** What is often written, and shares too few letters or words with the argument that is meant. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  lr: 'learning_rate',
  batch_size: 'per_device_train_batch_size',
  scheduler: 'lr_scheduler_type',
}

/**
 * The argument that a wrong name most likely meant: one that differs by a few letters, else one with the same words
 * (`num_epochs`: num_train_epochs). Names that TRL once had count too, as they are translated.
 *
 * @param fields the arguments that TRL's config takes
 */
export function nearestArgument(name: string, fields: readonly string[]): string | undefined {
  const short = SHORT_NAMES[name.toLowerCase()]
  if (short !== undefined && fields.includes(short)) return short
  const old = Object.entries(OLD_NAMES).flatMap(([before, what]) =>
    'now' in what && fields.includes(what.now) ? [before] : [],
  )
  return nearestName(name, [...fields, ...old]) ?? nearestByWords(name, fields)
}

/** Of the names with all of a name's words, or most of them, the one with the fewest others. */
function nearestByWords(name: string, fields: readonly string[]): string | undefined {
  const words = wordsOf(name)
  let best: { readonly field: string; readonly share: number } | undefined
  for (const field of fields) {
    const others = wordsOf(field)
    const common = words.filter((word) => others.includes(word)).length
    if (common * 2 <= words.length) continue
    const share = (2 * common) / (words.length + others.length)
    if (best === undefined || share > best.share) best = { field, share }
  }
  return best?.field
}

/** `numEpochs` and `num-epochs` have the words of `num_epochs`. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}
