import { hash } from 'node:crypto'

/** Positions are whole numbers below this, so that comparing them is exact. */
const POSITIONS = 2 ** 48

/**
 * Where a group (or an example) stands on the line from 0 to 1 that the ratios cut up: spread evenly, and the same
 * for ever, as it depends on seed and key alone.
 */
export function splitPosition(seed: number, key: string): number {
  return hash('sha256', `${seed}:${key}`, 'buffer').readUIntBE(0, 6) / POSITIONS
}

/** A split's share of the line: from `start`, up to but without `end`. */
export interface SplitInterval {
  readonly split: string
  readonly start: number
  readonly end: number
}

/** Cuts the line in the order of the ratios. Splits of ratio 0 have no part; the last other one ends at exactly 1. */
export function splitIntervals(ratios: Readonly<Record<string, number>>): readonly SplitInterval[] {
  const shares = Object.entries(ratios).filter(([, ratio]) => ratio > 0)
  let start = 0
  let sum = 0
  return shares.map(([split, ratio], place) => {
    sum += ratio
    const end = place === shares.length - 1 ? 1 : Math.round(sum * POSITIONS) / POSITIONS
    const interval = { split, start, end }
    start = end
    return interval
  })
}
