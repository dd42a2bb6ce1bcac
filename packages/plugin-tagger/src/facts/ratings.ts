import { isJsonObject, type JsonValue } from '@sftkit/core'
import type { Facts } from './facts.ts'

export function countRating(rating: JsonValue | undefined, facts: Facts): void {
  if (rating === 'up') facts.ratings.up += 1
  else if (rating === 'down') facts.ratings.down += 1
}

/** Feedback that a loader keeps beside the trace: `'up'`, `{ rating: 'up' }`, or a list of either. */
export function gatherRatings(feedback: JsonValue | undefined, facts: Facts): void {
  const entries: readonly JsonValue[] = Array.isArray(feedback) ? feedback : [feedback ?? null]
  for (const entry of entries) countRating(isJsonObject(entry) ? entry.rating : entry, facts)
}
