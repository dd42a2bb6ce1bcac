import type { FormatContext, LossKind } from '@sftkit/core'

/** Counts what a row loses, so that each field is reported once a row. */
export interface LossTally {
  add(field: string, kind: LossKind, detail?: string, count?: number): void
  /** Hands the counts to the context. A row that lost nothing costs nothing. */
  report(): void
}

type Entry = { field: string; kind: LossKind; detail: string | undefined; count: number }

export function lossTally(context: FormatContext): LossTally {
  let entries: Map<string, Entry> | undefined
  return {
    add(field, kind, detail, count = 1) {
      if (count === 0) return
      entries ??= new Map()
      const key = `${kind} ${field}`
      const entry = entries.get(key)
      if (entry === undefined) entries.set(key, { field, kind, detail, count })
      else entry.count += count
    },
    report() {
      if (entries === undefined) return
      for (const { field, kind, detail, count } of entries.values()) context.loss(field, kind, detail, count)
      entries = undefined
    },
  }
}
