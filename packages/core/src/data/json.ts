/** A number whose text a JavaScript number would change (`12345678901234567890`, `1.0`, `1e5`): kept as written. */
export interface RawNumber {
  readonly rawJSON: string
}

export type JsonPrimitive = string | number | boolean | null | RawNumber
export type JsonValue = JsonPrimitive | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined
}

/** Whether a value is a JSON object: not a list, not null, not a {@link RawNumber}. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value)
}

/** Whether a value is a number kept as written. */
export function isRawNumber(value: unknown): value is RawNumber {
  return typeof value === 'object' && value !== null && rawJson.isRawJSON(value)
}

/** `JSON.rawJSON` is in every supported Node; TypeScript's library does not list it yet. */
const rawJson = JSON as unknown as { rawJSON(text: string): RawNumber; isRawJSON(value: unknown): boolean }

/**
 * A number that JavaScript would respell: 16 digits or more, a fraction that ends in 0, an exponent, minus zero.
 * It may match inside strings too; then the exact parser runs for nothing, which is only slower.
 */
const RESPELLED = /[:[,]\s*-?(?:\d{16}|\d+(?:\.\d*0(?!\d)|(?:\.\d+)?[eE]|\.\d{15})|(?<=-)0(?![.\d]))|^-?\d/

/**
 * Parses JSON without changing any number: what a double cannot carry, or would spell differently,
 * becomes a {@link RawNumber}, which `JSON.stringify` writes out as it was read.
 *
 * @throws SyntaxError as `JSON.parse` does.
 */
export function parseJson(text: string): JsonValue {
  return RESPELLED.test(text) ? parseExact(text) : (JSON.parse(text) as JsonValue)
}

type ReviverContext = { source?: string }

function parseExact(text: string): JsonValue {
  const keepSpelling = (_key: string, value: unknown, context?: ReviverContext): unknown =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
      ? rawJson.rawJSON(context.source)
      : value
  return JSON.parse(text, keepSpelling as (key: string, value: unknown) => unknown) as JsonValue
}
