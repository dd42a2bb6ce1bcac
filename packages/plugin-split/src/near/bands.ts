import { SIGNATURE_LENGTH } from './signature.ts'

/** A signature is cut into `bands` pieces of `rows` values; texts that share a piece are compared. */
export interface Bands {
  readonly bands: number
  readonly rows: number
}

/** The chance that a pair which is exactly as similar as asked shares at least one piece. */
const RECALL = 0.99

/** The longest pieces, so the fewest comparisons, that still find a pair at the threshold with {@link RECALL}. */
export function bandsFor(threshold: number): Bands {
  for (let rows = SIGNATURE_LENGTH; rows > 1; rows--) {
    const bands = Math.floor(SIGNATURE_LENGTH / rows)
    if (1 - (1 - threshold ** rows) ** bands >= RECALL) return { bands, rows }
  }
  return { bands: SIGNATURE_LENGTH, rows: 1 }
}
