import type { LossKind } from '../plugin/types.ts'
import type { LossRow } from './task.ts'

/** Gathers losses; equal ones of a trace become one row with a count. */
export interface LossLedger {
  add(about: { readonly id: string; readonly uri: string; readonly plugin: string }, loss: Loss): void
  rows(): LossRow[]
}

export interface Loss {
  readonly field: string
  readonly kind: LossKind
  readonly detail?: string | undefined
  readonly count?: number | undefined
}

/** A sample is to show what was lost, not to keep it. */
const DETAIL_CHARACTERS = 120

export function createLossLedger(): LossLedger {
  const rows = new Map<string, { -readonly [K in keyof LossRow]: LossRow[K] }>()
  return {
    add({ id, uri, plugin }, { field, kind, detail, count = 1 }) {
      const key = `${id}\n${plugin}\n${field}\n${kind}`
      const row = rows.get(key)
      if (row !== undefined) {
        row.count += count
        return
      }
      const sample = detail === undefined ? {} : { detail: sampleOf(detail) }
      rows.set(key, { uri, id, field, kind, count, plugin, ...sample })
    },
    rows: () => [...rows.values()],
  }
}

/** A copy: a slice would keep the whole text that it is a piece of alive. */
function sampleOf(text: string): string {
  return text.length <= DETAIL_CHARACTERS ? text : Buffer.from(text.slice(0, DETAIL_CHARACTERS)).toString()
}
