import { type DatasetRow, type Sequence, sequencesOf } from './dataset-rows.ts'
import { commonLength, fitted } from './facts.ts'
import type { Span } from './marks.ts'
import { tokenMask } from './mask.ts'
import type { ChatTemplate } from './render.ts'
import type { ChatTokenizer, Encoded } from './tokenizer.ts'
import { turnsOf } from './turn-rows.ts'

/** What tells the learned tokens of conversations. */
export interface Learning {
  readonly tokenizer: ChatTokenizer
  /** The model's own template; absent where rows are plain texts. */
  readonly template?: ChatTemplate
  /** With generation marks; absent: one sequence is made of each learned turn. */
  readonly marked?: ChatTemplate
  /** False: every token of a conversation is learned. */
  readonly assistantOnly: boolean
  readonly argumentsAs: 'object' | 'text'
}

/** The sequences that a row is trained as. */
export function trainedSequences(row: DatasetRow, { marked, assistantOnly }: Learning): readonly Sequence[] {
  const sequences = sequencesOf(row)
  return marked === undefined && assistantOnly ? sequences.flatMap(turnsOf) : sequences
}

/** A text as it is trained, and which parts of it are learned. */
export interface LearnedText {
  readonly text: string
  readonly spans: readonly Span[]
  /** What is given, as it is rendered alone: what the text has more, by tokens, is learned. */
  readonly prompt?: string
  /** A plain text, to which the tokenizer adds its own begin of text. */
  readonly plain?: boolean
}

/** The text of a sequence. @throws what the template raises */
export function learnedText(sequence: Sequence, learning: Learning): LearnedText {
  if (sequence.kind === 'text') {
    const end = learning.tokenizer.special.eos_token ?? ''
    const { prompt, completion } = sequence
    const text = prompt + completion + (completion.endsWith(end) ? '' : end)
    return { text, spans: [{ from: prompt.length, until: text.length }], prompt, plain: true }
  }
  const { tools, variables, given } = sequence
  const { messages } = fitted(sequence, learning.argumentsAs)
  const { template, marked, assistantOnly } = learning
  if (template === undefined) throw new Error('there is no chat template')
  if (given !== undefined) {
    const { text } = template.render(messages, { tools, variables })
    const prompt = template.render(messages.slice(0, given), { tools, variables, prompt: true }).text
    return { text, spans: [{ from: commonLength(text, prompt), until: text.length }], prompt }
  }
  if (assistantOnly && marked !== undefined) return marked.render(messages, { tools, variables })
  const { text } = template.render(messages, { tools, variables })
  return { text, spans: assistantOnly ? [] : [{ from: 0, until: text.length }] }
}

/** A sequence's tokens, and for each whether it is learned. */
export interface LearnedTokens {
  readonly encoded: Encoded
  readonly mask: Uint8Array
}

/** The tokens of a text; undefined where the tokenizer's tokens do not spell it, so that none can be placed. */
export function learnedTokens(learned: LearnedText, tokenizer: ChatTokenizer): LearnedTokens | undefined {
  const { text, spans, prompt, plain = false } = learned
  const encoded = tokenizer.encode(text, plain)
  if (prompt !== undefined) return { encoded, mask: behind(tokenizer.encode(prompt, plain), encoded) }
  const seen = tokenizer.normalise(text)
  const ends = tokenizer.ends(seen, encoded)
  if (ends === undefined) return undefined
  const place = (at: number): number => (seen === text ? at : tokenizer.normalise(text.slice(0, at)).length)
  const placed = spans.map(({ from, until }) => ({ from: place(from), until: place(until) }))
  return { encoded, mask: tokenMask(seen, placed, ends) }
}

/** All tokens from the first one on that the prompt alone does not have there (TRL's `common_prefix_length`). */
function behind(prompt: Encoded, whole: Encoded): Uint8Array {
  let same = 0
  while (same < prompt.ids.length && prompt.ids[same] === whole.ids[same]) same++
  return new Uint8Array(whole.ids.length).fill(1, same)
}
