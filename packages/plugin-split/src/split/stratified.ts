import { splitPosition } from '@sftkit/core'
import { quotas } from './quotas.ts'
import type { Unit } from './unit.ts'

/**
 * Gives each split its share of every stratum. What whole numbers leave over in one stratum is made good in the next,
 * so that the shares of all units together are kept too, however small the strata are. Which units of a stratum go
 * where depends on seed and keys, never on the order of rows.
 */
export function stratifiedPlan(
  units: readonly Unit[],
  ratios: Readonly<Record<string, number>>,
  seed: number,
): Map<string, string> {
  const plan = new Map<string, string>()
  const carried = new Map<string, number>()
  const strata = Object.entries(Object.groupBy(units, ({ stratum }) => stratum))
  for (const [, members = []] of strata.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const given = quotas(members.length, targetsOf(members.length, ratios, carried))
    for (const [split, count] of given) {
      const target = members.length * (ratios[split] ?? 0)
      carried.set(split, (carried.get(split) ?? 0) + target - count)
    }
    deal(inSeedOrder(members, seed), given, plan)
  }
  return plan
}

function targetsOf(
  count: number,
  ratios: Readonly<Record<string, number>>,
  carried: ReadonlyMap<string, number>,
): Map<string, number> {
  const shares = Object.entries(ratios).filter(([, ratio]) => ratio > 0)
  return new Map(shares.map(([split, ratio]) => [split, count * ratio + (carried.get(split) ?? 0)]))
}

function inSeedOrder(units: readonly Unit[], seed: number): Unit[] {
  const placed = units.map((unit) => ({ unit, position: splitPosition(seed, unit.key) }))
  return placed
    .sort((a, b) => a.position - b.position || (a.unit.key < b.unit.key ? -1 : 1))
    .map(({ unit }) => unit)
}

/** Puts the units, in order, into the splits, in order, as many as each is given. */
export function deal(
  units: readonly Unit[],
  given: ReadonlyMap<string, number>,
  plan: Map<string, string>,
): void {
  let start = 0
  for (const [split, count] of given) {
    for (const unit of units.slice(start, start + count)) for (const key of unit.keys) plan.set(key, split)
    start += count
  }
}
