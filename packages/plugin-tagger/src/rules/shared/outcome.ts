import type { Outcome, Tag } from '@sftkit/core'
import type { Facts } from '../../facts/facts.ts'
import type { OutcomeTag } from '../../namespaces.ts'
import type { NamespaceRule } from '../rules.ts'

export interface OutcomeReading {
  /** How a session with an event log ended. */
  fromSignals(signals: Facts['endSignals']): OutcomeTag
  /** How a session ended whose trace states its outcome. */
  readonly fromStatus: Readonly<Record<Outcome['status'], OutcomeTag>>
  exceededContext(facts: Facts): boolean
}

/** How the session ended, and beside it what went wrong on the way. */
export function outcomeTags(reading: OutcomeReading): NamespaceRule {
  return (facts) => {
    const end =
      facts.stated === undefined
        ? reading.fromSignals(facts.endSignals)
        : reading.fromStatus[facts.stated.status]
    const tags: Tag[] = [`outcome:${end}`]
    if (facts.doomLoop) tags.push('outcome:doom_loop')
    if (reading.exceededContext(facts)) tags.push('outcome:context_exceeded')
    return tags
  }
}
