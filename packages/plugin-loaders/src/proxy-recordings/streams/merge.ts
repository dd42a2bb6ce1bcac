import { isJsonObject, type JsonObject, type JsonValue } from '@sftkit/core'
import { readNumber, setOwn } from '../../values.ts'

/** An object while it is put together. */
export type Growing = Record<string, JsonValue>

/** Texts that come whole, and by some servers again and again. */
const WHOLE = new Set(['role', 'id', 'type', 'name', 'object', 'model', 'finish_reason', 'index'])

/** Adds a delta: texts and lists go on, lists of numbered pieces by their numbers, objects key by key. */
export function addDelta(into: Growing, delta: JsonObject): void {
  for (const [key, value] of Object.entries(delta)) {
    if (value == null) continue
    const before = Object.hasOwn(into, key) ? into[key] : undefined
    setOwn(into, key, joined(key, before, value))
  }
}

function joined(key: string, before: JsonValue | undefined, value: JsonValue): JsonValue {
  if (typeof value === 'string') {
    if (WHOLE.has(key)) return before || value
    return typeof before === 'string' ? before + value : value
  }
  if (Array.isArray(value)) return joinedLists(Array.isArray(before) ? before : [], value)
  if (isJsonObject(value)) {
    const inner: Growing = isJsonObject(before) ? (before as Growing) : {}
    addDelta(inner, value)
    return inner
  }
  return value
}

/** Pieces without a number are whole, unless they have the id of one that is there. */
function joinedLists(before: readonly JsonValue[], pieces: readonly JsonValue[]): JsonValue[] {
  const list = [...before]
  for (const piece of pieces) {
    if (!isJsonObject(piece)) {
      list.push(piece)
      continue
    }
    const index = readNumber(piece.index)
    const known = list.find(
      (one) =>
        isJsonObject(one) &&
        (index === undefined ? piece.id != null && one.id === piece.id : readNumber(one.index) === index),
    )
    if (known !== undefined) addDelta(known as Growing, piece)
    else {
      const fresh: Growing = {}
      addDelta(fresh, piece)
      list.push(fresh)
    }
  }
  return list
}
