import type { Tokenizer } from '@huggingface/tokenizers'
import type { AddedToken, TokenizerJson } from './tokenizer.ts'

const KEPT_WORDS = 400_000
const COMPARED = 8

interface Step {
  readonly type?: string
  readonly behavior?: string
  readonly invert?: boolean
  readonly add_prefix_space?: boolean
  readonly pretokenizers?: readonly Step[]
}

/**
 * Counts a text's tokens. Where a tokenizer cuts texts into words that are tokenised by themselves (those of Qwen,
 * Llama 3, GPT-OSS), each word is tokenised once: ten times as fast as tokenising it all. The first texts are counted
 * both ways; a single difference, and words are never trusted again.
 */
export function tokenCounter(
  json: TokenizerJson,
  config: object,
  slow: (text: string) => number,
  make: typeof Tokenizer,
): (text: string) => number {
  const split = wordStep(json.pre_tokenizer as Step | null | undefined)
  const added = (json.added_tokens ?? []) as readonly AddedToken[]
  if (split === undefined || added.some(({ lstrip, rstrip }) => lstrip || rstrip)) return slow
  const cutter = new make({ ...json, added_tokens: [], normalizer: null, pre_tokenizer: split }, config)
    .pre_tokenizer
  if (cutter === null) return slow
  const control = controlPattern(added)
  const words = new Map<string, number>()
  const ofWord = (word: string): number => {
    const known = words.get(word)
    if (known !== undefined) return known
    if (words.size >= KEPT_WORDS) words.clear()
    const count = slow(word)
    words.set(word, count)
    return count
  }
  const composes = JSON.stringify(json.normalizer ?? null).includes('"NFC"')
  const fast = (text: string): number => {
    let count = 0
    for (const [at, part] of (control === undefined ? [text] : text.split(control)).entries()) {
      if (part === '') continue
      if (at % 2 === 1) count++
      else
        for (const word of cutter.pre_tokenize(composes ? part.normalize('NFC') : part)) count += ofWord(word)
    }
    return count
  }
  let compared = 0
  let trusted = true
  return (text) => {
    if (!trusted) return slow(text)
    if (compared >= COMPARED) return fast(text)
    compared++
    const count = slow(text)
    trusted = fast(text) === count
    return count
  }
}

/** The step that cuts texts into words, where what follows works on each word alone. */
function wordStep(step: Step | null | undefined): Step | undefined {
  const [first, ...rest] = step?.type === 'Sequence' ? (step.pretokenizers ?? []) : []
  const alone = rest.every(
    ({ type, add_prefix_space }) =>
      type === 'Split' || type === 'Digits' || (type === 'ByteLevel' && add_prefix_space !== true),
  )
  return first?.type === 'Split' && first.behavior === 'Isolated' && first.invert !== true && alone
    ? first
    : undefined
}

/** The added tokens, longest first as the tokenizer takes them. */
function controlPattern(added: readonly AddedToken[]): RegExp | undefined {
  const texts = added.map(({ content }) => content).filter((content) => content !== '')
  if (texts.length === 0) return undefined
  const escaped = texts
    .sort((a, b) => b.length - a.length)
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
  return new RegExp(`(${escaped.join('|')})`)
}
