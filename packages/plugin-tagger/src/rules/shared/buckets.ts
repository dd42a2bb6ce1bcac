import type { CostTag, TurnsTag } from '../../namespaces.ts'

/** @param turns user turns */
export function turnsBucket(turns: number): TurnsTag {
  if (turns < 5) return 'short'
  return turns <= 20 ? 'medium' : 'long'
}

/** @param cost US dollars */
export function costBucket(cost: number): CostTag {
  if (cost < 0.1) return 'low'
  return cost < 1 ? 'med' : 'high'
}
