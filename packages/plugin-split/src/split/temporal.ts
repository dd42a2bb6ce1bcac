import { quotas } from './quotas.ts'
import { deal } from './stratified.ts'
import type { Unit } from './unit.ts'

/**
 * Puts the earliest units into the first split and the latest into the last, in the order of the ratios. Units that
 * do not say when they began count as earliest: nothing of unknown age is held out as the future.
 */
export function temporalPlan(
  units: readonly Unit[],
  ratios: Readonly<Record<string, number>>,
): Map<string, string> {
  const plan = new Map<string, string>()
  const shares = Object.entries(ratios).filter(([, ratio]) => ratio > 0)
  const targets = new Map(shares.map(([split, ratio]) => [split, units.length * ratio]))
  deal(units.toSorted(byTime), atLeastOne(quotas(units.length, targets), units.length), plan)
  return plan
}

/** No split goes without while there are units enough: the largest gives, and time decides which unit that is. */
function atLeastOne(given: ReadonlyMap<string, number>, count: number): Map<string, number> {
  const filled = new Map(given)
  if (count < filled.size) return filled
  for (const [split, number] of given) {
    if (number > 0) continue
    const [largest = ''] = [...filled].toSorted(([, a], [, b]) => b - a)[0] ?? []
    filled.set(largest, (filled.get(largest) ?? 0) - 1)
    filled.set(split, 1)
  }
  return filled
}

function byTime(a: Unit, b: Unit): number {
  const first = a.startedAt ?? Number.NEGATIVE_INFINITY
  const second = b.startedAt ?? Number.NEGATIVE_INFINITY
  if (first !== second) return first < second ? -1 : 1
  return a.key < b.key ? -1 : 1
}
