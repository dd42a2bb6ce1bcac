import { type SplitInterval, splitIntervals, splitPosition } from './split-position.ts'

/**
 * Moves groups into splits that got none although their ratio is above 0: one group each, out of the split that has
 * most, the one whose position lies nearest to the empty split's interval. A split is never emptied for another, so
 * with fewer groups than splits those of the smallest ratios stay empty. Depends on neither the order of the groups
 * nor that of the assignment.
 *
 * @param groups the groups (or the examples, where the plan is by example) that have rows
 * @param assign their splits; what is not in it is left alone
 * @returns the groups to move, with their new splits; `assign` is not changed
 */
export function fillEmptySplits(
  groups: readonly string[],
  assign: ReadonlyMap<string, string>,
  ratios: Readonly<Record<string, number>>,
  seed: number,
): Map<string, string> {
  const members = membersBySplit(groups, assign)
  const moves = new Map<string, string>()
  const empty = splitIntervals(ratios).filter(({ split }) => !members.has(split))
  for (const interval of empty.toSorted((a, b) => (ratios[b.split] ?? 0) - (ratios[a.split] ?? 0))) {
    const donor = largest(members, ratios)
    if (donor === undefined) break
    const moved = nearest(donor, interval, seed)
    donor.delete(moved)
    members.set(interval.split, new Set([moved]))
    moves.set(moved, interval.split)
  }
  return moves
}

function membersBySplit(
  groups: readonly string[],
  assign: ReadonlyMap<string, string>,
): Map<string, Set<string>> {
  const members = new Map<string, Set<string>>()
  for (const group of groups) {
    const split = assign.get(group)
    if (split === undefined) continue
    const own = members.get(split)
    if (own === undefined) members.set(split, new Set([group]))
    else own.add(group)
  }
  return members
}

/** The split with most groups, if it can spare one; of equal ones the first in the order of the ratios. */
function largest(
  members: ReadonlyMap<string, Set<string>>,
  ratios: Readonly<Record<string, number>>,
): Set<string> | undefined {
  const names = [...Object.keys(ratios), ...[...members.keys()].sort()]
  const sets = names.flatMap((name) => members.get(name) ?? [])
  const size = Math.max(0, ...sets.map((set) => set.size))
  return size < 2 ? undefined : sets.find((set) => set.size === size)
}

function nearest(groups: ReadonlySet<string>, interval: SplitInterval, seed: number): string {
  let best = { group: '', distance: Number.POSITIVE_INFINITY }
  for (const group of groups) {
    const position = splitPosition(seed, group)
    const distance = Math.max(interval.start - position, position - interval.end, 0)
    const wins = distance < best.distance || (distance === best.distance && group < best.group)
    if (wins) best = { group, distance }
  }
  return best.group
}
