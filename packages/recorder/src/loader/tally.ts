import type { FieldLedger } from '@sftkit/core'

/** Counts what became of the fields of many rows, and hands the counts on once. */
export interface FieldTally extends FieldLedger {
  flush(to: FieldLedger): void
}

export function createTally(): FieldTally {
  const carried = new Map<string, number>()
  const lost = new Map<string, { readonly loss: Parameters<FieldLedger['loss']>; count: number }>()
  return {
    kept: (field, count = 1) => void carried.set(field, (carried.get(field) ?? 0) + count),
    loss(field, kind, detail, count = 1) {
      const key = `${kind} ${field} ${detail ?? ''}`
      const known = lost.get(key)
      if (known === undefined) lost.set(key, { loss: [field, kind, detail], count })
      else known.count += count
    },
    flush(to) {
      for (const [field, count] of carried) to.kept(field, count)
      for (const { loss, count } of lost.values()) to.loss(loss[0], loss[1], loss[2], count)
      carried.clear()
      lost.clear()
    },
  }
}
