import {
  type FieldLedger,
  isJsonObject,
  type JsonObject,
  type LossKind,
  type LossRecorder,
} from '@sftkit/core'
import { describeType } from './values.ts'

/** A recorder that counts: many values of one field become one row of the ledger. */
export interface LossLedger extends FieldLedger {
  /** Hands the counts on; the detail is that of the first value. */
  flush(to: FieldLedger): void
}

export function createLosses(): LossLedger {
  const entries = new Map<string, { field: string; kind: LossKind; detail?: string; count: number }>()
  const carried = new Map<string, number>()
  return {
    kept: (field, count = 1) => void carried.set(field, (carried.get(field) ?? 0) + count),
    loss: (field, kind, detail, count = 1) => {
      const key = `${kind} ${field}`
      const entry = entries.get(key)
      if (entry !== undefined) entry.count += count
      else entries.set(key, { field, kind, ...(detail !== undefined && { detail }), count })
    },
    flush: (to) => {
      for (const { field, kind, detail, count } of entries.values()) to.loss(field, kind, detail, count)
      for (const [field, count] of carried) to.kept(field, count)
      entries.clear()
      carried.clear()
    },
  }
}

/** The detail of a key that a loader has never heard of. */
export const UNKNOWN = 'unknown'

/** A recorder that may count what is carried too. */
export type Ledger = LossRecorder & Partial<Pick<FieldLedger, 'kept'>>

/**
 * Counts every known key as carried, and records the others as `dropped`, `unknown`. A null value means absent. What
 * is then changed or dropped of a known one is recorded where it is read, and is no longer counted as carried.
 *
 * @param path the object's place, ending in a dot, or `''` for the record itself
 */
export function recordUnknownKeys(
  object: object,
  known: ReadonlySet<string>,
  path: string,
  losses: Ledger,
): void {
  const values = object as Readonly<Record<string, unknown>>
  for (const key of Object.keys(object)) {
    if (values[key] == null) continue
    if (known.has(key)) losses.kept?.(path + key)
    else losses.loss(path + key, 'dropped', UNKNOWN)
  }
}

/**
 * The objects of a list of records; whatever else stands among them is recorded.
 *
 * @param path the elements' place (`nodes[]`)
 * @param what what they are, for the ledger
 */
export function objectsOf(
  list: readonly unknown[],
  path: string,
  what: string,
  losses: LossRecorder,
): JsonObject[] {
  return list.filter((element): element is JsonObject => {
    if (isJsonObject(element)) return true
    if (element !== null) losses.loss(path, 'dropped', `no ${what}: ${describeType(element)}`)
    return false
  })
}
