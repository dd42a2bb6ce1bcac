import { errorText } from '@sftkit/core'
import { type RowMessage, withTextArguments } from './messages.ts'
import { PROBES, type Probe, type ProbeName, WORDS } from './probes.ts'
import type { ChatTemplate } from './render.ts'

/** What a template does with a part of a conversation: writes it, leaves it out, or raises. */
export type Fate = 'kept' | 'dropped' | { readonly refused: string }

/** What a chat template is found to do, by rendering small conversations. */
export interface TemplateFacts {
  readonly system: Fate
  readonly calls: Fate
  /** A second call of the same turn. */
  readonly parallelCalls: Fate
  readonly results: Fate
  /** Text of a turn that also calls. */
  readonly textBesideCalls: Fate
  /** Thinking of the last turn. */
  readonly reasoning: Fate
  /** Thinking of turns that others follow. */
  readonly earlierReasoning: Fate
  /** What calls' arguments have to be for the template to write them as JSON once. */
  readonly argumentsAs: 'object' | 'text'
  readonly printsDate: boolean
}

/** Tries a template with small conversations. */
export function templateFacts(template: ChatTemplate): TemplateFacts {
  const argumentsAs = argumentForm(template)
  const render = (name: ProbeName): string | { readonly refused: string } =>
    rendered(template, fitted(PROBES[name], argumentsAs))
  const fate = (name: ProbeName, ...words: readonly string[]): Fate => {
    const text = render(name)
    if (typeof text !== 'string') return text
    return words.every((word) => text.includes(word)) ? 'kept' : 'dropped'
  }
  return {
    system: fate('system', WORDS.system),
    calls:
      fate('call', WORDS.key, WORDS.value) === 'kept' ? named(render('call')) : fate('call', WORDS.value),
    parallelCalls: fate('calls', WORDS.valueTwo),
    results: fate('call', WORDS.result),
    textBesideCalls: fate('beside', WORDS.beside),
    reasoning: either(fate('reasoning', WORDS.reasoningLast), fate('reasoningCall', WORDS.reasoningLast)),
    earlierReasoning: fate('reasoning', WORDS.reasoning),
    argumentsAs,
    printsDate: /\bstrftime_now\b/.test(template.source),
  }
}

/** The name of the tool is also in the list of tools: the call's own is the one that stands before its value. */
function named(text: string | { readonly refused: string }): Fate {
  if (typeof text !== 'string') return text
  const value = text.lastIndexOf(WORDS.value)
  return text.slice(text.indexOf(WORDS.user), value).includes(WORDS.name) ? 'kept' : 'dropped'
}

function either(a: Fate, b: Fate): Fate {
  return a === 'kept' || b === 'kept' ? 'kept' : a
}

/** Objects, unless only a text survives: templates that quote an object's text again do not say so. */
function argumentForm(template: ChatTemplate): 'object' | 'text' {
  const asObject = rendered(template, PROBES.call)
  if (typeof asObject === 'string' && asObject.includes(WORDS.value)) return 'object'
  const asText = rendered(template, fitted(PROBES.call, 'text'))
  return typeof asText === 'string' && asText.includes(WORDS.value) ? 'text' : 'object'
}

/** A conversation with arguments as the template needs them. */
export function fitted<P extends { readonly messages: readonly RowMessage[] }>(
  row: P,
  form: 'object' | 'text',
): P {
  return form === 'text' ? { ...row, messages: withTextArguments(row.messages) } : row
}

export function rendered(template: ChatTemplate, probe: Probe): string | { readonly refused: string } {
  try {
    return template.render(probe.messages, { tools: probe.tools ?? null }).text
  } catch (error) {
    return { refused: errorText(error) }
  }
}

/** How many characters two texts begin with in common. */
export function commonLength(a: string, b: string): number {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length++
  return length
}
