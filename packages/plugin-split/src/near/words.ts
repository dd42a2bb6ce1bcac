/** From here on, scripts are written without spaces between words: each character counts as a word. */
const CJK = 0x2e80

/** For ASCII: 0 where a character parts words, else the character itself, letters in lower case. */
const ASCII = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  return /[a-z\d]/i.test(character) ? character.toLowerCase().charCodeAt(0) : 0
})

/**
 * Hashes of the words of a text, in order. A word is a run of ASCII letters and digits (case does not count) and of
 * other characters below the CJK blocks; punctuation and white space part words and are no part of them.
 */
export function wordHashes(text: string): Uint32Array {
  const hashes = new Uint32Array(text.length)
  let count = 0
  let hash = NO_WORD
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place)
    const inWord = code < 128 ? ASCII[code]! : wordCode(code)
    if (inWord > 0 && inWord < CJK) hash = step(hash, inWord)
    else {
      if (hash !== NO_WORD) hashes[count++] = hash
      if (inWord > 0) hashes[count++] = step(NO_WORD, inWord)
      hash = NO_WORD
    }
  }
  if (hash !== NO_WORD) hashes[count++] = hash
  return hashes.subarray(0, count)
}

/** FNV-1a, over UTF-16 code units; its start stands for the word that has not begun. */
const NO_WORD = 0x811c_9dc5 | 0
const FNV_PRIME = 0x0100_0193

function step(hash: number, code: number): number {
  return Math.imul(hash ^ code, FNV_PRIME)
}

/** 0 for a non-breaking space and the general punctuation, else the character itself. */
function wordCode(code: number): number {
  return code === 0xa0 || (code >= 0x2000 && code < 0x2070) ? 0 : code
}
