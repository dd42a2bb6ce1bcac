import { sftError } from '@sftkit/core'
import type { Measure } from './types.ts'

const defined = new Map<string, Measure>()

/**
 * Defines a measure of one's own. Where a measure is asked for, its name stands for it from then on.
 *
 * ```ts
 * export const polite = defineMeasure({
 *   name: 'polite',
 *   run: ({ finalAnswer }) => ({ passed: !/stupid/i.test(finalAnswer), reason: 'an insult' }),
 * })
 * ```
 *
 * @throws SFT_MEASURE_INVALID where the name cannot be part of a tag, or `run` is no function
 */
export function defineMeasure(measure: Measure): Measure {
  requireMeasure(measure)
  defined.set(measure.name, measure)
  return measure
}

/** The measures that were defined so far, by name. */
export function definedMeasures(): ReadonlyMap<string, Measure> {
  return defined
}

const NAME = /^[\w.-]+$/

/** @throws SFT_MEASURE_INVALID where it is none */
export function requireMeasure(measure: Measure): void {
  const { name, run } = measure
  if (typeof name !== 'string' || !NAME.test(name))
    throw sftError(
      'SFT_MEASURE_INVALID',
      `A measure's name has letters, digits, "-", "_" and ".", and got ${JSON.stringify(name)}.`,
    )
  if (typeof run !== 'function')
    throw sftError('SFT_MEASURE_INVALID', `The measure ${name} has no function \`run\`.`)
}
