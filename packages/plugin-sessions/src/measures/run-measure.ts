import { errorText, isSftError } from '@sftkit/core'
import type { Measure, MeasureContext, MeasureOutcome } from './types.ts'

/**
 * Runs a measure on a session. A measure that throws, or returns something else than a result, is an outcome of its
 * own and no failure of the run.
 *
 * @throws what stops a run: the signal's reason, and a question that cannot be asked (a wrong key, a spent budget)
 */
export async function runMeasure(measure: Measure, context: MeasureContext): Promise<MeasureOutcome> {
  let result: unknown
  try {
    result = await measure.run(context)
  } catch (error) {
    context.signal.throwIfAborted()
    if (isSftError(error)) throw error
    return { status: 'error', reason: errorText(error) }
  }
  if (typeof result === 'boolean') return { status: result ? 'passed' : 'failed' }
  if (!isResult(result)) {
    const given = JSON.stringify(result) ?? String(result)
    return { status: 'error', reason: `it returned ${given.slice(0, 200)}, and no { passed: true or false }` }
  }
  const { passed, reason, value } = result
  return {
    status: passed ? 'passed' : 'failed',
    ...(typeof reason === 'string' && { reason }),
    ...(typeof value === 'number' && { value }),
  }
}

function isResult(result: unknown): result is { passed: boolean; reason?: unknown; value?: unknown } {
  return (
    typeof result === 'object' &&
    result !== null &&
    typeof (result as { passed?: unknown }).passed === 'boolean'
  )
}
