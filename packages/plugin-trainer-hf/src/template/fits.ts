import { fitted, rendered } from './facts.ts'
import { PROBES, type Probe, type ProbeName, WORDS } from './probes.ts'
import type { ChatTemplate, Rendered, RenderOptions } from './render.ts'
import type { Survey } from './survey.ts'

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
 * takes, marks each assistant turn once, all that the model makes and nothing that it is given.
 *
 * @param parts what the rows have; other shapes are not tried
 */
export function fits(
  template: ChatTemplate,
  marked: ChatTemplate,
  form: 'object' | 'text',
  parts: Survey,
): boolean {
  const taken = shapes(parts).filter(
    (name) => typeof rendered(template, fitted(PROBES[name], form)) === 'string',
  )
  return taken.length > 0 && taken.every((name) => marksTurns(template, marked, fitted(PROBES[name], form)))
}

/** The shapes of conversation that rows with such parts have. */
export function shapes(parts: Survey): ProbeName[] {
  const reasons = parts.reasoning !== undefined || parts.earlierReasoning !== undefined
  const needed: Readonly<Record<ProbeName, boolean>> = {
    plain: true,
    turns: parts.severalTurns !== undefined,
    system: parts.system !== undefined,
    call: parts.calls !== undefined,
    calls: parts.parallelCalls !== undefined,
    beside: parts.textBesideCalls !== undefined,
    reasoning: reasons,
    reasoningCall: reasons && parts.calls !== undefined,
  }
  return (Object.keys(needed) as ProbeName[]).filter((name) => needed[name])
}

function marksTurns(template: ChatTemplate, marked: ChatTemplate, { messages, tools }: Probe): boolean {
  const options = { tools: tools ?? null }
  const whole = template.render(messages, options).text
  let copy: Rendered
  try {
    copy = marked.render(messages, options)
  } catch {
    return false
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
