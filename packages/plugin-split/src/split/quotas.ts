/**
 * How many of `count` things each split gets: as near to its target as whole numbers allow.
 *
 * @param targets by split; they add up to `count`, and need not be whole
 */
export function quotas(count: number, targets: ReadonlyMap<string, number>): Map<string, number> {
  const left = new Map(targets)
  const given = new Map([...targets.keys()].map((split) => [split, 0]))
  const shares = [...targets].map(
    ([split, target]) => [split, Math.max(0, Math.floor(target + EPSILON))] as const,
  )
  let rest = count
  for (const [split, whole] of shares) {
    const taken = Math.min(whole, rest)
    given.set(split, taken)
    left.set(split, (left.get(split) ?? 0) - taken)
    rest -= taken
  }
  for (; rest > 0; rest--) {
    const split = mostWanting(left)
    given.set(split, (given.get(split) ?? 0) + 1)
    left.set(split, (left.get(split) ?? 0) - 1)
  }
  return given
}

/** Targets that are whole but for the rounding of doubles count as whole. */
const EPSILON = 1e-9

function mostWanting(left: ReadonlyMap<string, number>): string {
  let best: readonly [string, number] = ['', Number.NEGATIVE_INFINITY]
  for (const entry of left) if (entry[1] > best[1] + EPSILON) best = entry
  return best[0]
}
