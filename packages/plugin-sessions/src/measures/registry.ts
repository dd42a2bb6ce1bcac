import { nearestName, sftError } from '@sftkit/core'
import { definedMeasures, requireMeasure } from './define.ts'
import { answered, noError, resolved } from './ending.ts'
import type { Measure, MeasureChoice } from './types.ts'

/** Those that need nothing said: their names stand for them. */
const builtIn: ReadonlyMap<string, Measure> = new Map(
  [noError(), answered(), resolved()].map((measure) => [measure.name, measure]),
)

/**
 * The measure of a name: one that was defined with `defineMeasure`, else a built-in one that takes no options
 * (`no-error`, `answered`, `resolved`).
 *
 * @throws SFT_MEASURE_UNKNOWN with the names that there are
 */
export function getMeasure(name: string): Measure {
  const found = definedMeasures().get(name) ?? builtIn.get(name)
  if (found !== undefined) return found
  const names = [...new Set([...definedMeasures().keys(), ...builtIn.keys()])].sort()
  const nearest = nearestName(name, names)
  const hint = nearest === undefined ? '' : ` (did you mean ${nearest}?)`
  throw sftError('SFT_MEASURE_UNKNOWN', `There is no measure ${name}${hint}. Measures: ${names.join(', ')}.`)
}

/**
 * The measure that an option means. A function is named by its own name, else `measure`.
 *
 * @throws SFT_MEASURE_UNKNOWN for a name that nothing has; SFT_MEASURE_INVALID for what is no measure
 */
export function measureOf(choice: MeasureChoice): Measure {
  if (typeof choice === 'string') return getMeasure(choice)
  if (typeof choice === 'function') {
    const name = /^[\w.-]+$/.test(choice.name) ? choice.name : 'measure'
    return { name, options: String(choice), run: choice }
  }
  if (typeof choice !== 'object' || choice === null)
    throw sftError(
      'SFT_MEASURE_INVALID',
      `A measure is a name, a function or an object, and got ${typeof choice}.`,
    )
  requireMeasure(choice)
  return choice
}
