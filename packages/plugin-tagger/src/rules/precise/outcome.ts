import type { Outcome } from '@sftkit/core'
import type { EndSignal, Facts } from '../../facts/facts.ts'
import type { OutcomeTag } from '../../namespaces.ts'

/** The last signal decides: what came before it was recovered from, or undone. */
export function endOfSignals(signals: readonly EndSignal[]): OutcomeTag {
  return signals.at(-1) ?? 'ongoing'
}

export const endOfStatus: Readonly<Record<Outcome['status'], OutcomeTag>> = {
  completed: 'completed',
  errored: 'errored',
  limit: 'limit',
  cancelled: 'interrupted',
  unknown: 'unknown',
}

const CONTEXT_OVERFLOW =
  /context(?:[ _-]?(?:length|window|size))?[ _-](?:is )?(?:exceeded|overflow|too long)|exceed\w* [^\n]{0,40}\bcontext\b|maximum context length|prompt is too long|too many (?:input )?tokens/i

/** The conversation was compacted, or an error says that it no longer fitted. */
export function exceededContext(facts: Facts): boolean {
  return facts.compacted || facts.errors.some((error) => CONTEXT_OVERFLOW.test(error))
}
