import type { AddedToken, Encoded } from './tokenizer.ts'

/**
 * Where each token ends, in bytes of the text. The tokens' own bytes are laid along the text: a space that the tokenizer
 * put before it is not there, and white space that it dropped, or that a special token swallowed, is stepped over.
 *
 * @returns undefined where the tokens do not spell the text (an unknown token, a normaliser that changes letters)
 */
export function tokenEnds(
  text: Buffer,
  { tokens, ids }: Encoded,
  bytesOf: (token: string, id: number) => Uint8Array,
  added: ReadonlyMap<number, AddedToken>,
): Uint32Array | undefined {
  const ends = new Uint32Array(tokens.length)
  let at = 0
  for (let index = 0; index < tokens.length; index++) {
    const bytes = bytesOf(tokens[index] as string, ids[index] as number)
    const found = place(text, at, bytes)
    if (found === undefined) return undefined
    at = found.end
    // A space of the tokenizer's own counts as part of the character that it was put before.
    ends[index] = found.end > found.start ? at : at + characterBytes(text[at])
    if (added.get(ids[index] as number)?.rstrip === true) {
      while (isSpace(text[at])) at++
      ends[index] = at
    }
  }
  return ends
}

const SPACE = 0x20

function place(
  text: Buffer,
  at: number,
  bytes: Uint8Array,
): { readonly start: number; readonly end: number } | undefined {
  for (let start = at; ; start++) {
    if (matches(text, start, bytes, 0)) return { start, end: start + bytes.length }
    if (bytes[0] === SPACE && matches(text, start, bytes, 1)) return { start, end: start + bytes.length - 1 }
    if (!isSpace(text[start])) return undefined
  }
}

function matches(text: Buffer, at: number, bytes: Uint8Array, from: number): boolean {
  if (at + bytes.length - from > text.length) return false
  for (let index = from; index < bytes.length; index++)
    if (text[at + index - from] !== bytes[index]) return false
  return true
}

function characterBytes(first = 0): number {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09
}
