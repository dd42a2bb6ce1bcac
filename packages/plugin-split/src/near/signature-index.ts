import type { Bands } from './bands.ts'

/** Finds signatures that share a band with a given one. Two flat tables: 4 bytes a band and signature each. */
export interface SignatureIndex {
  add(item: number, signature: Uint16Array): void
  /** Items added before that may be similar, latest first; an item may come several times, and some in vain. */
  candidates(signature: Uint16Array): Iterable<number>
}

/** @param capacity how many items will be added at most */
export function signatureIndex({ bands, rows }: Bands, capacity: number): SignatureIndex {
  const slots = 2 ** Math.ceil(Math.log2(Math.max(2, capacity * bands)))
  // An entry is item × bands + band + 1; 0 ends a chain.
  const heads = new Int32Array(slots)
  const next = new Int32Array(capacity * bands + 1)
  const slotOf = (signature: Uint16Array, band: number): number => {
    let hash = band + 1
    for (let row = band * rows; row < (band + 1) * rows; row++) {
      hash = Math.imul(hash ^ (signature[row] ?? 0), 0x9e37_79b1)
      hash ^= hash >>> 15
    }
    return (hash >>> 0) % slots
  }
  return {
    add(item, signature) {
      for (let band = 0; band < bands; band++) {
        const slot = slotOf(signature, band)
        const entry = item * bands + band + 1
        next[entry] = heads[slot] ?? 0
        heads[slot] = entry
      }
    },
    *candidates(signature) {
      for (let band = 0; band < bands; band++) {
        let entry = heads[slotOf(signature, band)] ?? 0
        for (; entry !== 0; entry = next[entry] ?? 0) yield Math.floor((entry - 1) / bands)
      }
    },
  }
}
