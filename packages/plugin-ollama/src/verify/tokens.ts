import type { EmbeddedModel } from '../library/embedded.ts'
import { firstDifference } from './difference.ts'
import { failed, type GateResult, notRun, passed } from './gate.ts'

export interface TokenisedText {
  readonly text: string
  /** By the Hugging Face tokenizer. */
  readonly ids: readonly number[]
}

/**
 * Whether llama.cpp cuts texts into the ids that the model was trained with. It composes no characters, as some
 * tokenizers do (NFC): a text that is only cut otherwise because of that is counted and said, since nothing in a
 * conversion can mend it.
 */
export async function checkTokens(
  embedded: EmbeddedModel,
  texts: readonly TokenisedText[],
): Promise<GateResult> {
  if (texts.length === 0) return notRun('tokens', 'there is no text to compare')
  const tokenise = (all: readonly string[]): Promise<readonly (readonly number[])[]> =>
    embedded.call('tokenize', { texts: all })
  const found = await tokenise(texts.map(({ text }) => text))
  const composed = await tokenise(texts.map(({ text }) => text.normalize('NFC')))
  let tokens = 0
  let decomposed = 0
  for (const [at, { text, ids }] of texts.entries()) {
    const own = found[at] ?? []
    tokens += ids.length
    const place = firstDifference(ids, own)
    if (place === undefined) continue
    if (firstDifference(ids, composed[at] ?? []) === undefined) {
      decomposed++
      continue
    }
    const around = (list: readonly number[]): number[] => list.slice(Math.max(0, place - 3), place + 4)
    return failed('tokens', `token ${place} of ${quoted(text)} is another one`, {
      text: text.slice(0, 500),
      token: place,
      expected: around(ids),
      found: around(own),
    })
  }
  const rest = decomposed === 0 ? '' : `; ${decomposed} only once its characters are composed (NFC)`
  return passed('tokens', `${tokens} tokens of ${texts.length} texts equal${rest}`)
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
