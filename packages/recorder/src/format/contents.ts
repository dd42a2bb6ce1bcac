import { isJsonObject, isRawNumber, type JsonObject, type JsonValue } from '@sftkit/core'

/** A text in the content store: UTF-8, named by the sha256 of its bytes. */
export interface ContentReference {
  /** Hex. */
  readonly sha256: string
  readonly bytes: number
}

/**
 * Which texts of a row stand in the content store, by their place in the row as a JSON Pointer (RFC 6901):
 * `{"/observation_snapshot/text": {"sha256": …, "bytes": …}}`. In the row itself they are `""`.
 */
export type ContentReferences = Readonly<Record<string, ContentReference>>

/** Texts of so many UTF-16 units and more go to the store: below, a file of its own costs more than it saves. */
export const STORED_FROM = 4096

/**
 * The line of a row, without its line break. Long texts are given to `keep` and replaced by `""`, with their places in
 * `contents`. A text with a lone surrogate has no UTF-8 and stays where it is.
 *
 * @param keep stores a text before the line that names it is written
 * @throws TypeError, RangeError as `JSON.stringify` does, for what is no JSON
 */
export function encodeRow(row: object, keep: (text: string) => ContentReference): string {
  const line = JSON.stringify(row)
  if (line.length < STORED_FROM) return line
  const contents: Record<string, ContentReference> = {}
  const without = withoutLongTexts(row, '', (text, pointer) => {
    contents[pointer] = keep(text)
  })
  return without === row ? line : JSON.stringify({ ...(without as object), contents })
}

/** A copy without the long texts; the value itself where it has none. */
function withoutLongTexts(
  value: unknown,
  pointer: string,
  take: (text: string, pointer: string) => void,
): unknown {
  if (typeof value === 'string') {
    if (value.length < STORED_FROM || !value.isWellFormed()) return value
    take(value, pointer)
    return ''
  }
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return value
  if ('toJSON' in value) return value
  if (Array.isArray(value)) {
    const copy = value.map((item, at) => withoutLongTexts(item, `${pointer}/${at}`, take))
    return copy.some((item, at) => item !== value[at]) ? copy : value
  }
  let changed = false
  const entries = Object.entries(value).map(([key, inner]) => {
    const left = withoutLongTexts(inner, `${pointer}/${escaped(key)}`, take)
    if (left !== inner) changed = true
    return [key, left]
  })
  return changed ? Object.fromEntries(entries) : value
}

/** A row with its texts, and the places of those that the store does not have. */
export interface RestoredRow<Row> {
  readonly row: Row
  readonly missing: readonly string[]
}

/**
 * Puts the texts of the store back into a row that was read, and takes `contents` away.
 *
 * @param read the text, or undefined where the store does not have it (whole)
 */
export function restoreContents<Row extends { readonly contents?: ContentReferences }>(
  row: Row,
  read: (reference: ContentReference) => string | undefined,
): RestoredRow<Omit<Row, 'contents'>> {
  const { contents, ...rest } = row
  if (!isJsonObject(contents)) return { row: rest, missing: [] }
  const missing: string[] = []
  let restored: JsonValue = rest as unknown as JsonObject
  for (const [pointer, reference] of Object.entries(contents as unknown as ContentReferences)) {
    const text = isReference(reference) ? read(reference) : undefined
    if (text === undefined) missing.push(pointer)
    else restored = withText(restored, pointer.split('/').slice(1).map(unescaped), text)
  }
  return { row: restored as unknown as Omit<Row, 'contents'>, missing }
}

function isReference(value: unknown): value is ContentReference {
  return isJsonObject(value) && typeof value.sha256 === 'string' && /^[0-9a-f]{64}$/.test(value.sha256)
}

/** A copy in which the text stands at the path; a path that leads nowhere changes nothing. */
function withText(value: JsonValue, [key, ...below]: readonly string[], text: string): JsonValue {
  if (key === undefined) return text
  if (Array.isArray(value)) {
    const index = Number(key)
    return (value as readonly JsonValue[]).map((item, at) =>
      at === index ? withText(item, below, text) : item,
    )
  }
  if (!isJsonObject(value) || !Object.hasOwn(value, key)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === key && inner !== undefined ? withText(inner, below, text) : inner,
    ]),
  )
}

function escaped(key: string): string {
  return key.includes('~') || key.includes('/') ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key
}

function unescaped(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
