import type { AddedToken, Encoded } from './tokenizer.ts'

/**
 * Where each token ends, in bytes of the text. The tokens' own bytes are laid along the text: a space that the tokenizer
 * put before it is not there, and white space that it dropped, or that a special token swallowed, is stepped over.
 *
 * @param space what a space is in both
 * @returns undefined where the tokens do not spell the text (an unknown token, a normaliser that changes letters)
 */
export function tokenEnds(
  text: Buffer,
  { tokens, ids }: Encoded,
  bytesOf: (token: string, id: number) => Uint8Array,
  added: ReadonlyMap<number, AddedToken>,
  space: Uint8Array,
): Uint32Array | undefined {
  const ends = new Uint32Array(tokens.length)
  let at = 0
  for (let index = 0; index < tokens.length; index++) {
    const bytes = bytesOf(tokens[index] as string, ids[index] as number)
    const found = place(text, at, bytes, space)
    if (found === undefined) return undefined
    at = found.end
    // A space of the tokenizer's own counts as part of the character that it was put before.
    ends[index] = found.end > found.start ? at : at + characterBytes(text[at])
    if (added.get(ids[index] as number)?.rstrip === true) {
      while (spaceAt(text, at, space) > 0) at += spaceAt(text, at, space)
      ends[index] = at
    }
  }
  return ends
}

function place(
  text: Buffer,
  at: number,
  bytes: Uint8Array,
  space: Uint8Array,
): { readonly start: number; readonly end: number } | undefined {
  const spaced = space.every((byte, index) => bytes[index] === byte)
  for (let start = at; ; ) {
    if (matches(text, start, bytes, 0)) return { start, end: start + bytes.length }
    if (spaced && matches(text, start, bytes, space.length))
      return { start, end: start + bytes.length - space.length }
    const skipped = spaceAt(text, start, space)
    if (skipped === 0) return undefined
    start += skipped
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

/** How many bytes of white space stand at a place: one of it, or none. */
function spaceAt(text: Buffer, at: number, space: Uint8Array): number {
  const byte = text[at]
  if (byte === 0x0a || byte === 0x0d || byte === 0x09) return 1
  return matches(text, at, space, 0) ? space.length : 0
}
