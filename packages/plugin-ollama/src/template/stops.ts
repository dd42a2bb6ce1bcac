import type { ModelFolder } from '../checkpoint/model-folder.ts'
import { renderJinja } from './jinja.ts'

const ANSWER = 'sftkit-answer'

/**
 * The texts at which an answer ends: the tokenizer's end token, those of the generation config, and the special token
 * with which the template ends an assistant's turn.
 */
export function stopTokens(model: ModelFolder): string[] {
  const { special, eos, template, bos } = model.tokenizer
  const byId = model.endIds.flatMap((id) => special.get(id) ?? [])
  const turnEnd =
    template === undefined ? undefined : endOfTurn(template, [...special.values()], { bos, eos })
  return [
    ...new Set([...(eos === undefined ? [] : [eos]), ...byId, ...(turnEnd === undefined ? [] : [turnEnd])]),
  ]
}

/**
 * The id of the special token with which the template ends an assistant's turn. An engine has to have it in the GGUF:
 * llama.cpp gives special tokens no text, so that a stop in words does not find them.
 */
export function endOfTurnId({ tokenizer }: ModelFolder): number | undefined {
  const { special, template, bos, eos } = tokenizer
  if (template === undefined) return undefined
  const end = endOfTurn(template, [...special.values()], { bos, eos })
  return [...special].find(([, text]) => text === end)?.[0]
}

/** The special token that follows an assistant's text at once, or after white space. */
export function endOfTurn(
  template: string,
  special: readonly string[],
  tokens: { bos: string | undefined; eos: string | undefined },
): string | undefined {
  let text: string
  try {
    const messages = [
      { role: 'user', content: 'sftkit-question' },
      { role: 'assistant', content: ANSWER },
    ]
    text = renderJinja(template, { name: 'end of a turn', messages }, tokens, false)
  } catch {
    // What our Jinja cannot render is found by the gate that compares renderings.
    return undefined
  }
  const after = text.slice(text.lastIndexOf(ANSWER) + ANSWER.length).trimStart()
  return special.filter((token) => after.startsWith(token)).sort((a, b) => b.length - a.length)[0]
}
