import type { JsonValue } from '@sftkit/core'
import { numberOf } from '../../json-values.ts'

/** The last lifetime that is a number, in whole seconds. */
export function lastLifetime(lifetimes: readonly JsonValue[]): number {
  return Math.trunc(lifetimes.map(numberOf).findLast((seconds) => seconds !== undefined) ?? 0)
}
