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
  // The property is asked for first: the builtin costs more than the rest of reading a message.
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as Partial<RawNumber>).rawJSON !== undefined &&
    rawJson.isRawJSON(value)
  )
}

/** `JSON.rawJSON` is in every supported Node; TypeScript's library does not list it yet. */
const rawJson = JSON as unknown as { rawJSON(text: string): RawNumber; isRawJSON(value: unknown): boolean }

/**
 * A number that JavaScript would respell: 16 digits or more, a fraction that ends in 0, an exponent, minus zero.
 * It may match inside strings too; then the exact parser runs for nothing, which is only slower.
 */
const RESPELLED = /[:[,]\s*-?(?:[\d.]{16}|\d+(?:\.\d*0(?!\d)|(?:\.\d+)?[eE]|\.\d{15})|(?<=-)0(?![.\d]))|^-?\d/

/**
 * Parses JSON without changing any number: what a double cannot carry, or would spell differently,
 * becomes a {@link RawNumber}, which `JSON.stringify` writes out as it was read.
 *
 * @throws SyntaxError as `JSON.parse` does.
 */
export function parseJson(text: string): JsonValue {
  if (text.length > LONG_TEXT) {
    const value = JSON.parse(text) as JsonValue
    return isPlainlySpelled(value, text) || !RESPELLED.test(text) ? value : parseExact(text)
  }
  return RESPELLED.test(text) ? parseExact(text) : (JSON.parse(text) as JsonValue)
}

/** Above it, looking through the text costs more than looking at the value first. */
const LONG_TEXT = 16_384
/** Where the numbers of a flat record stand: its long texts are rarely first and last at once. */
const EDGE = 4096

/**
 * Whether a value is an object without nested ones whose numbers all stand in the text as JavaScript spells them.
 * Rows with their columns as JSON text are: then what looks like a number inside those texts need not be ruled out.
 */
function isPlainlySpelled(value: JsonValue, text: string): boolean {
  if (!isJsonObject(value)) return false
  for (const key in value) {
    const field = value[key]
    if (typeof field === 'object' && field !== null) return false
    if (
      typeof field === 'number' &&
      !isSpelledAt(text.slice(0, EDGE), key, field) &&
      !isSpelledAt(text.slice(-EDGE), key, field)
    ) {
      return false
    }
  }
  return true
}

/** A quoted key before a colon is a key: within a text its second quote would have a backslash before it. */
function isSpelledAt(part: string, key: string, number: number): boolean {
  const name = `${JSON.stringify(key)}:`
  const at = part.indexOf(name)
  if (at === -1) return false
  const rest = part.slice(at + name.length).trimStart()
  const spelling = String(number)
  return rest.startsWith(spelling) && /^[,}\s]/.test(rest.slice(spelling.length))
}

type ReviverContext = { source?: string }

function parseExact(text: string): JsonValue {
  const keepSpelling = (_key: string, value: unknown, context?: ReviverContext): unknown =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
      ? rawJson.rawJSON(context.source)
      : value
  return JSON.parse(text, keepSpelling as (key: string, value: unknown) => unknown) as JsonValue
}
