import { mixBits } from './mix-bits.ts'
import { wordHashes } from './words.ts'

/** Values of a signature: an estimate's standard error is at most 1/(2·√128) = 0.045. */
export const SIGNATURE_LENGTH = 128

const WORDS_PER_RUN = 5

/**
 * A text's signature: 128 values of 16 bits. Two texts' signatures agree in about as many places as their sets of
 * runs of five words do (Jaccard), and by chance in 1 of 65,536. A text of fewer words is one run. Undefined for a
 * text without words. The same on every machine.
 *
 * It is a MinHash made in one pass over a long text, not in 128: each run competes for one place only, and further
 * passes go on until every place is taken. Source: Dahlgaard, Knudsen, Thorup, "Fast Similarity Sketching" (2017).
 */
export function textSignature(text: string): Uint16Array | undefined {
  const words = wordHashes(text)
  if (words.length === 0) return undefined
  const runs = runHashes(words)
  const smallest = new Uint32Array(SIGNATURE_LENGTH).fill(EMPTY)
  for (let pass = 0; pass < 2 * SIGNATURE_LENGTH && smallest.includes(EMPTY); pass++) {
    takeRuns(runs, pass, smallest)
  }
  return Uint16Array.from(smallest, mixBits)
}

/** The share of places in which two signatures agree: an estimate of the texts' Jaccard similarity. */
export function estimatedJaccard(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let equal = 0
  for (let place = 0; place < SIGNATURE_LENGTH; place++) if (one[place] === other[place]) equal += 1
  return equal / SIGNATURE_LENGTH
}

function runHashes(words: Uint32Array): Int32Array {
  const runs = new Int32Array(Math.max(1, words.length - WORDS_PER_RUN + 1))
  for (let run = 0; run < runs.length; run++) {
    let hash = 0
    const end = Math.min(run + WORDS_PER_RUN, words.length)
    for (let word = run; word < end; word++) hash = Math.imul(hash ^ words[word]!, 0x9e37_79b1) + 1
    runs[run] = mixBits(hash)
  }
  return runs
}

const EMPTY = 0xffff_ffff
const VALUE_BITS = 24

/**
 * One pass: each run's hash says for which place it competes (in the last 128 passes, the pass does) and with which
 * value. The pass is the value's high part, so that no later pass changes a place that is taken.
 */
function takeRuns(runs: Int32Array, pass: number, smallest: Uint32Array): void {
  const seed = mixBits(pass + 1)
  for (const run of runs) {
    const hash = mixBits(run ^ seed) >>> 0
    const place = pass < SIGNATURE_LENGTH ? hash >>> 25 : pass - SIGNATURE_LENGTH
    const value = ((pass << VALUE_BITS) >>> 0) + (hash & 0xff_ffff)
    if (value < smallest[place]!) smallest[place] = value
  }
}
