import { isJsonObject, isRawNumber, type JsonObject, type JsonValue } from '@sftkit/core'
import type { LossTally } from './losses.ts'

/**
 * A text that every JSON reader takes: half of a surrogate pair becomes U+FFFD.
 * Left alone, Python's `datasets` would delete it without a word.
 */
export function writableText(text: string, field: string, losses: LossTally): string {
  if (text.isWellFormed()) return text
  losses.add(field, 'changed', 'half of a surrogate pair, written as U+FFFD')
  return text.toWellFormed()
}

/**
 * A value that every JSON reader takes: texts as in {@link writableText}, and whole numbers beyond 64 bits as
 * texts, because one of them makes `datasets` refuse the file. The very same value where nothing is to be changed.
 */
export function writableJson<T extends JsonValue | undefined>(value: T, field: string, losses: LossTally): T {
  return writable(value, field, losses) as T
}

function writable(value: JsonValue | undefined, field: string, losses: LossTally): JsonValue | undefined {
  switch (typeof value) {
    case 'string':
      return writableText(value, field, losses)
    case 'number':
      return Number.isInteger(value) && beyond64Bits(value)
        ? asText(String(BigInt(value)), field, losses)
        : value
    case 'object':
      break
    default:
      return value
  }
  if (value === null) return null
  if (Array.isArray(value)) return writableList(value as readonly JsonValue[], field, losses)
  if (isJsonObject(value)) return writableObject(value, field, losses)
  const spelling = isRawNumber(value) ? value.rawJSON : ''
  return /^-?\d{19,}$/.test(spelling) && beyond64Bits(BigInt(spelling))
    ? asText(spelling, field, losses)
    : value
}

function writableList(list: readonly JsonValue[], field: string, losses: LossTally): readonly JsonValue[] {
  let copy: JsonValue[] | undefined
  for (let index = 0; index < list.length; index++) {
    const before = list[index]
    const after = writable(before, field, losses)
    if (after === before) continue
    copy ??= list.slice()
    copy[index] = after as JsonValue
  }
  return copy ?? list
}

function writableObject(object: JsonObject, field: string, losses: LossTally): JsonObject {
  let copy: [string, JsonValue | undefined][] | undefined
  for (const key in object) {
    const before = object[key]
    const after = writable(before, field, losses)
    const name = writableText(key, field, losses)
    if (copy === undefined && (after !== before || name !== key)) copy = entriesBefore(object, key)
    copy?.push([name, after])
  }
  return copy === undefined ? object : Object.fromEntries(copy)
}

function entriesBefore(object: JsonObject, end: string): [string, JsonValue | undefined][] {
  const entries = Object.entries(object)
  return entries.slice(
    0,
    entries.findIndex(([key]) => key === end),
  )
}

function beyond64Bits(value: number | bigint): boolean {
  return value >= 2n ** 64n || value < -(2n ** 63n)
}

function asText(digits: string, field: string, losses: LossTally): string {
  losses.add(field, 'changed', 'a whole number beyond 64 bits, written as a text')
  return digits
}
