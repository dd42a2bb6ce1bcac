import type { Span } from './marks.ts'

/**
 * Which tokens are learned: for each span the tokens from the one that has its first character to the one that has its
 * last, as transformers tells it (`return_assistant_tokens_mask`, over `char_to_token`).
 *
 * @param ends where each token ends, in bytes of the text
 */
export function tokenMask(text: string, spans: readonly Span[], ends: Uint32Array): Uint8Array {
  const mask = new Uint8Array(ends.length)
  let character = 0
  let byte = 0
  const byteAt = (position: number): number => {
    byte += Buffer.byteLength(text.slice(character, position))
    character = position
    return byte
  }
  for (const { from, until } of spans) {
    // An empty span ends before it begins; transformers then marks from its first token to the one before it.
    if (until <= from) continue
    const first = tokenWith(ends, byteAt(from))
    const last = tokenWith(ends, byteAt(lastCharacter(text, until)))
    if (first === undefined) break
    // A last character in no token, or in the first one, is taken by transformers for the end of the text.
    mask.fill(1, first, last === undefined || last === 0 ? ends.length : last + 1)
  }
  return mask
}

/** Where the last character before a position begins; half of a surrogate pair is no character. */
function lastCharacter(text: string, until: number): number {
  const code = text.charCodeAt(until - 1)
  return code >= 0xdc00 && code <= 0xdfff ? until - 2 : until - 1
}

/** The token that has a byte: the first one that ends after it. */
function tokenWith(ends: Uint32Array, byte: number): number | undefined {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ends[middle] as number) > byte) high = middle
    else low = middle + 1
  }
  return low === ends.length ? undefined : low
}
