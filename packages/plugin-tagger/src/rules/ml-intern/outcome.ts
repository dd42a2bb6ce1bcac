import type { Outcome } from '@sftkit/core'
import type { EndSignal } from '../../facts/facts.ts'
import type { OutcomeTag } from '../../namespaces.ts'

/** A completed turn counts only before the first error, and an error only where nothing else ended the session. */
export function endOfSignals(signals: readonly EndSignal[]): OutcomeTag {
  const firstError = signals.indexOf('errored')
  const last = signals.findLast(
    (signal, place) =>
      signal === 'interrupted' || (signal === 'completed' && (firstError === -1 || place < firstError)),
  )
  return last ?? (firstError === -1 ? 'ongoing' : 'errored')
}

/** The reference knows event logs only; a run that a limit stopped was, in its words, interrupted. */
export const endOfStatus: Readonly<Record<Outcome['status'], OutcomeTag>> = {
  completed: 'completed',
  errored: 'errored',
  limit: 'interrupted',
  cancelled: 'interrupted',
  unknown: 'ongoing',
}
