import { sftError } from '../errors/error.ts'

/** Texts of frozen lists, which cannot change: the tools that most rows of a source share. */
const frozenLists = new WeakMap<object, string>()

/** Up to it a text is looked at in any case: it may come from elsewhere than the example's messages. */
const SHORT = 16_384

/** Frozen lists longer than it are written element by element too: their text could be longer than a string can be. */
const LONG_LIST = 256

/** A line of JSON in pieces, and how many lone surrogates were replaced in it. */
export interface SerialisedRow {
  readonly pieces: readonly string[]
  readonly replaced: number
}

/**
 * A row as one line of JSON, without its newline. Keys keep their order; nothing is escaped that need not be.
 * The pieces are written one after another: joining them would copy what is mostly one long text.
 *
 * @param wellFormed whether the long texts of the row are known to have no lone surrogate
 * @throws SFT_ROW_TOO_DEEP where the value is nested beyond what can be written
 */
export function serialiseRow(row: Readonly<Record<string, unknown>>, wellFormed = false): SerialisedRow {
  const pieces: string[] = []
  let replaced = 0
  try {
    for (const key in row) {
      const texts = textsOf(row[key])
      if (texts === undefined) continue
      pieces.push(`${pieces.length === 0 ? '{' : ','}${JSON.stringify(key)}:`)
      const isKnown = wellFormed && key !== 'tools' && key !== 'metadata' && lettersOf(texts) > SHORT
      for (const text of texts) {
        const clean = isKnown || text.length === 1 ? { text, replaced: 0 } : replaceLoneSurrogates(text)
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
function textsOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return wholeText(JSON.stringify(value))
  if (value.length <= LONG_LIST && Object.isFrozen(value)) return wholeText(textOfFrozen(value))
  if (value.length < 2) return wholeText(JSON.stringify(value))
  const texts: string[] = []
  for (const element of value) texts.push(texts.length === 0 ? '[' : ',', JSON.stringify(element) ?? 'null')
  texts.push(']')
  return texts
}

function wholeText(text: string | undefined): readonly string[] | undefined {
  return text === undefined ? undefined : [text]
}

function textOfFrozen(list: readonly unknown[]): string {
  let text = frozenLists.get(list)
  if (text === undefined) {
    text = JSON.stringify(list)
    frozenLists.set(list, text)
  }
  return text
}

function lettersOf(texts: readonly string[]): number {
  let letters = 0
  for (const { length } of texts) letters += length
  return letters
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
