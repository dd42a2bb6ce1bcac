import type { JsonValue } from '@sftkit/core'
import { amountOf } from '../../json-values.ts'

/** The longest lifetime, in seconds; of several sandboxes one long-lived one is enough. */
export function longestLifetime(lifetimes: readonly JsonValue[]): number {
  return Math.max(0, ...lifetimes.map((lifetime) => amountOf(lifetime) ?? 0))
}
