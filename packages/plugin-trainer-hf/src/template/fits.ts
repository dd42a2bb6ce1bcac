import { fitted, rendered } from './facts.ts'
import { PROBES, type Probe, type ProbeName, WORDS } from './probes.ts'
import type { ChatTemplate, Rendered, RenderOptions } from './render.ts'

/** Words that a model never makes. */
const GIVEN = [WORDS.system, WORDS.user, WORDS.userLater, WORDS.result, WORDS.resultTwo]
/** Words that a model makes. */
const MADE = [
  WORDS.answer,
  WORDS.beside,
  WORDS.reasoning,
  WORDS.reasoningLast,
  WORDS.value,
  WORDS.valueTwo,
  WORDS.end,
]

/**
 * Whether a marked copy of a template may stand for it: it writes the same text for every conversation that the original
 * takes, marks each assistant turn once, all that the model makes and nothing that it is given. Of text beside calls it
 * may say that it cannot tell: no other shape.
 */
export function fits(template: ChatTemplate, marked: ChatTemplate, form: 'object' | 'text'): boolean {
  const taken = (Object.keys(PROBES) as ProbeName[]).filter(
    (name) => typeof rendered(template, fitted(PROBES[name], form)) === 'string',
  )
  return (
    taken.length > 0 && taken.every((name) => marksTurns(template, marked, fitted(PROBES[name], form), name))
  )
}

function marksTurns(
  template: ChatTemplate,
  marked: ChatTemplate,
  { messages, tools }: Probe,
  name: ProbeName,
): boolean {
  const options = { tools: tools ?? null }
  const whole = template.render(messages, options).text
  let copy: Rendered
  try {
    copy = marked.render(messages, options)
  } catch {
    return name === 'beside'
  }
  const parts = copy.spans.map(({ from, until }) => copy.text.slice(from, until))
  const learned = parts.join('\n')
  const turns = messages.filter(({ role }) => role === 'assistant').length
  return (
    copy.text === whole &&
    parts.filter((part) => part !== '').length === turns &&
    GIVEN.every((word) => !learned.includes(word)) &&
    MADE.every((word) => count(learned, word) === count(whole, word)) &&
    samePrompt(template, marked, messages, options)
  )
}

function samePrompt(
  template: ChatTemplate,
  marked: ChatTemplate,
  messages: Probe['messages'],
  options: RenderOptions,
): boolean {
  const before = messages.slice(0, -1)
  const prompted = { ...options, prompt: true }
  return template.render(before, prompted).text === marked.render(before, prompted).text
}

function count(text: string, word: string): number {
  return text.split(word).length - 1
}
