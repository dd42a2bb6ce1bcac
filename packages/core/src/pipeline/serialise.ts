import { isRawNumber } from '../data/json.ts'
import { sftError } from '../errors/error.ts'

/** Texts of frozen lists, which cannot change: the tools that most rows of a source share. */
const frozenLists = new WeakMap<object, string>()

/** Frozen lists longer than it are written element by element too: their text could be longer than a string can be. */
const LONG_LIST = 256

/** A text from which on it is quoted while it is written. */
const LONG_TEXT = 512

/** A piece of a line: JSON, or a long text that is to be written as a JSON string. */
export type Piece = string | { readonly text: string }

/** A line of JSON in pieces, and how many lone surrogates were replaced in those that are JSON. */
export interface SerialisedRow {
  readonly pieces: readonly Piece[]
  readonly replaced: number
}

/**
 * A row as one line of JSON, without its newline. Keys keep their order; nothing is escaped that need not be.
 * The pieces are written one after another: joining them would copy what is mostly one long text.
 *
 * @throws SFT_ROW_TOO_DEEP where the value is nested beyond what can be written
 */
export function serialiseRow(row: Readonly<Record<string, unknown>>): SerialisedRow {
  const pieces: Piece[] = []
  let replaced = 0
  try {
    for (const key in row) {
      const texts = piecesOf(row[key])
      if (texts === undefined) continue
      pieces.push(`${pieces.length === 0 ? '{' : ','}${JSON.stringify(key)}:`)
      for (const piece of texts) {
        if (typeof piece !== 'string' || piece.length === 1) {
          pieces.push(piece)
          continue
        }
        const clean = replaceLoneSurrogates(piece)
        replaced += clean.replaced
        pieces.push(clean.text)
      }
    }
  } catch (error) {
    if (error instanceof RangeError)
      throw sftError('SFT_ROW_TOO_DEEP', 'The record is nested too deeply to be written.')
    throw error
  }
  pieces.push(pieces.length === 0 ? '{}' : '}')
  return { pieces, replaced }
}

/**
 * The JSON of a value in pieces; undefined where JSON has none. Lists go element by element: one letter outside Latin-1
 * makes a text twice as large and slow to encode, and should do so to its own message alone.
 */
function piecesOf(value: unknown): readonly Piece[] | undefined {
  const pieces: Piece[] = []
  if (!Array.isArray(value)) return addPieces(value, pieces) ? pieces : undefined
  if (value.length <= LONG_LIST && Object.isFrozen(value)) return [textOfFrozen(value)]
  for (const element of value) {
    pieces.push(pieces.length === 0 ? '[' : ',')
    if (!addPieces(element, pieces)) pieces.push('null')
  }
  pieces.push(pieces.length === 0 ? '[]' : ']')
  return pieces
}

/** @returns whether JSON has the value */
function addPieces(value: unknown, pieces: Piece[]): boolean {
  if (isLongText(value)) pieces.push({ text: value })
  else if (hasLongText(value)) addFields(value, pieces)
  else {
    const text = JSON.stringify(value)
    if (text === undefined) return false
    pieces.push(text)
  }
  return true
}

function addFields(fields: Readonly<Record<string, unknown>>, pieces: Piece[]): void {
  let text = '{'
  let separator = ''
  for (const [key, field] of Object.entries(fields)) {
    const isLong = isLongText(field)
    const json = isLong ? '' : JSON.stringify(field)
    if (json === undefined) continue
    text += `${separator}${JSON.stringify(key)}:${json}`
    separator = ','
    if (!isLong) continue
    pieces.push(text, { text: field })
    text = ''
  }
  pieces.push(`${text}}`)
}

function isLongText(value: unknown): value is string {
  return typeof value === 'string' && value.length > LONG_TEXT
}

/** Whether a value is an object that has a long text, as messages are. */
function hasLongText(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const fields = value as Readonly<Record<string, unknown>>
  if (typeof fields.toJSON === 'function') return false
  for (const key in fields) if (isLongText(fields[key])) return !isRawNumber(value)
  return false
}

function textOfFrozen(list: readonly unknown[]): string {
  let text = frozenLists.get(list)
  if (text === undefined) {
    text = JSON.stringify(list)
    frozenLists.set(list, text)
  }
  return text
}

/** Rules nearly every text out: a regular expression of several letters skips faster than `includes` finds. */
const MAYBE_LONE = /\\ud[89a-f][0-9a-f]/
const LONE_SURROGATE = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g

/**
 * Replaces lone surrogates by U+FFFD: `JSON.stringify` writes them as escapes, and Arrow refuses a file with one.
 *
 * @returns the text, and how many were replaced
 */
export function replaceLoneSurrogates(text: string): { text: string; replaced: number } {
  if (!MAYBE_LONE.test(text)) return { text, replaced: 0 }
  let replaced = 0
  const clean = text.replace(LONE_SURROGATE, (_match, before: string) => {
    replaced++
    return `${before}\uFFFD`
  })
  return { text: clean, replaced }
}
