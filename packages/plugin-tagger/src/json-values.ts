import { isJsonObject, isRawNumber, type JsonObject, type JsonValue } from '@sftkit/core'

/** The object, or an empty one for anything else. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

/** The number, whether JavaScript's or one kept as written; undefined for anything else. */
export function numberOf(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return value
  return isRawNumber(value) ? Number(value.rawJSON) : undefined
}

/** The text, or undefined where it is empty or no text. */
export function filledText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Truth as Python has it, in which the reference is written: empty texts, lists and objects are false. */
export function isTruthy(value: JsonValue | undefined): boolean {
  const number = numberOf(value)
  if (number !== undefined) return number !== 0
  if (Array.isArray(value)) return value.length > 0
  if (isJsonObject(value)) return Object.keys(value).length > 0
  return Boolean(value)
}

/** A number, also one given as decimal text; undefined where it is neither. */
export function amountOf(value: JsonValue | undefined): number | undefined {
  if (typeof value !== 'string') return value === true ? 1 : numberOf(value)
  return DECIMAL.test(value) ? Number(value) : undefined
}

const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i
