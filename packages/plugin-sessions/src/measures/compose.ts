import { measureOf } from './registry.ts'
import { runMeasure } from './run-measure.ts'
import type { Measure, MeasureChoice, MeasureContext, MeasureResult } from './types.ts'

/** Every one passes; the first that does not says why. */
export function all(...choices: readonly MeasureChoice[]): Measure {
  return composed('all', choices, async (parts, context) => {
    for (const part of parts) {
      const result = await resultOf(part, context)
      if (!result.passed) return result
    }
    return { passed: true }
  })
}

/** One of them passes. */
export function any(...choices: readonly MeasureChoice[]): Measure {
  return composed('any', choices, async (parts, context) => {
    const reasons: string[] = []
    for (const part of parts) {
      const result = await resultOf(part, context)
      if (result.passed) return result
      reasons.push(result.reason ?? part.name)
    }
    return { passed: false, reason: reasons.join('; ') }
  })
}

/** It does not pass. One that cannot say does neither. */
export function not(choice: MeasureChoice): Measure {
  return composed('not', [choice], async ([part], context) => {
    if (part === undefined) return { passed: true }
    const { passed, reason } = await resultOf(part, context)
    return { passed: !passed, ...(reason !== undefined && { reason }) }
  })
}

function composed(
  how: string,
  choices: readonly MeasureChoice[],
  run: (parts: readonly Measure[], context: MeasureContext) => Promise<MeasureResult>,
): Measure {
  const parts = choices.map((choice) => measureOf(choice))
  return {
    name: `${how}.${parts.map(({ name }) => name).join('.')}`,
    options: { [how]: parts.map(({ name, options = null }) => ({ name, options })) },
    run: (context) => run(parts, context),
  }
}

/** @throws Error with the part's name where the part cannot say */
async function resultOf(part: Measure, context: MeasureContext): Promise<MeasureResult> {
  const { status, reason, ...rest } = await runMeasure(part, context)
  if (status === 'error') throw new Error(`${part.name}: ${reason}`)
  const why = reason === undefined ? part.name : `${part.name}: ${reason}`
  return { passed: status === 'passed', reason: why, ...rest }
}
