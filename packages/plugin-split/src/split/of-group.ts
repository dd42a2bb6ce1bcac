import { splitIntervals, splitPosition } from '@sftkit/core'

/**
 * The split of a key (a group, or an example), from nothing but the seed and the key itself: whatever else is in the
 * dataset, now or later, it stays where it is.
 */
export function splitOfGroup(key: string, ratios: Readonly<Record<string, number>>, seed: number): string {
  const position = splitPosition(seed, key)
  const intervals = splitIntervals(ratios)
  const own = intervals.find(({ end }) => position < end)
  if (own === undefined) throw new RangeError('No split has a ratio above 0.')
  return own.split
}
