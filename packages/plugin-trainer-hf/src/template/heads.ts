import { fitted } from './facts.ts'
import { PROBES, type ProbeName } from './probes.ts'
import type { ChatTemplate, Rendered } from './render.ts'
import type { ChatTokenizer } from './tokenizer.ts'

/**
 * What stands at the beginning of an assistant turn and is given to the model, not made by it: the words of the
 * generation prompt, as far as the finished turn has them too. By whole tokens: half of one is no place to begin.
 *
 * @param marked a copy of the template that marks whole turns
 * @returns the heads that were found, longest first
 */
export function turnHeads(
  template: ChatTemplate,
  marked: ChatTemplate,
  tokenizer: ChatTokenizer,
  form: 'object' | 'text',
): string[] {
  const heads = new Set<string>()
  for (const name of Object.keys(PROBES) as ProbeName[]) {
    const { messages, tools = null } = fitted(PROBES[name], form)
    let copy: Rendered
    try {
      copy = marked.render(messages, { tools })
    } catch {
      continue
    }
    const { text, spans } = copy
    const turns = [...messages.keys()].filter((at) => messages[at]?.role === 'assistant')
    if (spans.length !== turns.length) continue
    turns.forEach((turn, at) => {
      const from = spans[at]?.from ?? 0
      const prompt = template.render(messages.slice(0, turn), { tools, prompt: true }).text
      const until = commonByTokens(text, prompt, tokenizer)
      if (until > from) heads.add(text.slice(from, until))
    })
  }
  return [...heads].sort((a, b) => b.length - a.length)
}

/** How many characters of a text are the same tokens in another one. */
function commonByTokens(text: string, other: string, tokenizer: ChatTokenizer): number {
  const encoded = tokenizer.encode(text)
  const { ids } = tokenizer.encode(other)
  let same = 0
  while (same < ids.length && same < encoded.ids.length && ids[same] === encoded.ids[same]) same++
  const bytes = tokenizer.ends(text, encoded)?.[same - 1] ?? 0
  const until = Buffer.from(text).subarray(0, bytes).toString().length
  return text.startsWith(other.slice(0, until)) ? until : 0
}
