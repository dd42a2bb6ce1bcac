import { isJsonObject, isRawNumber, type JsonObject, type JsonValue } from '@sftkit/core'

/** A non-empty string, else undefined. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A number: also one kept as written, or one in a string; else undefined. */
export function readNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  const text = isRawNumber(value) ? value.rawJSON : readText(value)?.trim()
  if (text === undefined || text === '') return undefined
  const number = Number(text)
  return Number.isFinite(number) ? number : undefined
}

/** An id or name as text: numbers become their digits. */
export function readId(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return isRawNumber(value) ? value.rawJSON : readText(value)
}

/** An object of the named keys that are there; undefined where none is. The order is that of the names. */
export function pick(object: JsonObject, names: readonly string[]): JsonObject | undefined {
  const picked: Record<string, JsonValue> = {}
  let found = false
  for (const name of names) {
    const value = object[name]
    if (value == null) continue
    picked[name] = value
    found = true
  }
  return found ? picked : undefined
}

/** Sets a key as an own property, whatever its name. */
export function setOwn(object: object, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
  } else {
    ;(object as Record<string, unknown>)[key] = value
  }
}

/** What a value is, in a word, for messages. */
export function describeType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (isJsonObject(value)) return 'an object'
  return isRawNumber(value) ? 'a number' : `a ${typeof value}`
}
