import { isTrained, type Message } from '@sftkit/core'
import { textContent } from './content.ts'
import type { LossTally } from './losses.ts'

export interface TextPair {
  readonly prompt: string
  readonly completion: string
  /** The completed message's place. */
  readonly turn: number
}

const LABEL = { system: 'System', user: 'User', assistant: 'Assistant' } as const

/**
 * Prompts and completions in plain text: messages as `User: …`, `Assistant: …`, `System: …` with a blank line
 * between, without surrounding white space; tool calls and results are left out.
 *
 * `last` is the exchange that the reference exports: everything up to the last user message, and the last
 * assistant text after it. `each` makes a pair of every learned turn, with all that stands before it.
 */
export function textPairs(
  messages: readonly Message[],
  turns: 'each' | 'last',
  losses: LossTally,
): TextPair[] {
  const texts = messages.map((message) => plainText(message, losses))
  return turns === 'last' ? lastPair(messages, texts, losses) : everyPair(messages, texts, losses)
}

function lastPair(messages: readonly Message[], texts: readonly string[], losses: LossTally): TextPair[] {
  const user = messages.findLastIndex((message) => message.role === 'user')
  const turn = messages.findLastIndex((message) => message.role === 'assistant')
  const answer = messages[turn]
  if (user === -1 || answer === undefined || turn < user || !isTrained(answer)) return []
  const prompt = labelled(messages, texts, user + 1)
  const completion = texts[turn] ?? ''
  if (prompt === '' || completion === '') return []
  const between = messages
    .slice(user + 1)
    .filter((message, index) => user + 1 + index !== turn && message.role !== 'tool')
  losses.add('messages[]', 'dropped', 'beside the last exchange', between.length)
  return [{ prompt, completion, turn }]
}

function everyPair(messages: readonly Message[], texts: readonly string[], losses: LossTally): TextPair[] {
  const pairs: TextPair[] = []
  for (const [turn, message] of messages.entries()) {
    if (!isTrained(message)) continue
    const prompt = labelled(messages, texts, turn)
    const completion = texts[turn] ?? ''
    if (prompt === '' || completion === '')
      losses.add('messages[]', 'dropped', 'a turn without text or prompt')
    else pairs.push({ prompt, completion, turn })
  }
  return pairs
}

/** The texts of messages one after the other, with the speaker before each where `withLabels` says so. */
export function transcript(messages: readonly Message[], withLabels: boolean, losses: LossTally): string {
  const texts = messages.map((message) => plainText(message, losses))
  return withLabels ? labelled(messages, texts, messages.length) : texts.filter(Boolean).join('\n\n')
}

function labelled(messages: readonly Message[], texts: readonly string[], end: number): string {
  const parts: string[] = []
  for (let index = 0; index < end; index++) {
    const role = messages[index]?.role
    const text = texts[index]
    if (role !== undefined && role !== 'tool' && text) parts.push(`${LABEL[role]}: ${text}`)
  }
  return parts.join('\n\n')
}

function plainText(message: Message, losses: LossTally): string {
  if (message.role === 'tool') {
    losses.add('messages[role=tool]', 'dropped', 'the format carries text only')
    return ''
  }
  losses.add(
    'messages[].toolCalls',
    'dropped',
    'the format carries text only',
    message.toolCalls?.length ?? 0,
  )
  if (message.reasoning) losses.add('messages[].reasoning', 'dropped', 'the format carries text only')
  return textContent(message, losses).trim()
}
