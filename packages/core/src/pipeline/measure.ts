import { hash } from 'node:crypto'
import type { Example } from '../data/example.ts'
import type { JsonValue } from '../data/json.ts'
import { type Message, messageText } from '../data/message.ts'
import type { Trace } from '../data/trace.ts'

/** Counts the tokens of a text. */
export type TokenCounter = (text: string) => number

/** Characters for each token where no tokenizer is configured: the usual rule of thumb for English and code. */
const CHARACTERS_PER_TOKEN = 4

/** Tokens of a trace's or example's texts. With a counter they are counted, else estimated from the length. */
export function tokensOf(item: Trace | Example, count: TokenCounter | undefined): number {
  let total = 0
  const add = (text: string): void => {
    total += count === undefined ? text.length : count(text)
  }
  if (!('kind' in item)) addMessages(item.messages, add)
  else forEachText(item, add)
  return tokensFrom(total, count)
}

function forEachText(example: Example, add: (text: string) => void): void {
  switch (example.kind) {
    case 'chat':
      addMessages(example.messages, add)
      return
    case 'prompt-completion':
      addTextOrMessages(example.prompt, add)
      addTextOrMessages(example.completion, add)
      return
    case 'preference':
      addMessages(example.prompt, add)
      addMessages(example.chosen, add)
      addMessages(example.rejected, add)
      return
    case 'unpaired':
      addMessages(example.prompt, add)
      addMessages(example.completion, add)
      return
    case 'text':
      add(example.text)
      return
    case 'task':
      add(example.instruction)
      return
  }
}

function addTextOrMessages(value: string | readonly Message[], add: (text: string) => void): void {
  if (typeof value === 'string') add(value)
  else addMessages(value, add)
}

function addMessages(messages: readonly Message[], add: (text: string) => void): void {
  for (const message of messages) {
    if (typeof message.content === 'string') add(message.content)
    else add(messageText(message))
    if (message.reasoning !== undefined) add(message.reasoning)
    if (message.name !== undefined) add(message.name)
    if (message.toolCallId !== undefined) add(message.toolCallId)
    if (message.toolCalls === undefined) continue
    for (const call of message.toolCalls) {
      add(call.id)
      add(call.name)
      if (call.argumentsText !== undefined) add(call.argumentsText)
      else addJson(call.arguments, add)
    }
  }
}

/** Keys and texts, without making the JSON text only to measure it. */
function addJson(value: JsonValue | undefined, add: (text: string) => void): void {
  if (typeof value === 'string') add(value)
  else if (typeof value !== 'object' || value === null) add(String(value))
  else if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) addJson(item, add)
  else {
    for (const [key, item] of Object.entries(value as Record<string, JsonValue>)) {
      add(key)
      addJson(item, add)
    }
  }
}

/** What is known of an example from one walk over its texts. */
export interface Survey {
  /** Counted, or estimated from the length. */
  readonly tokens: number
  /**
   * A cheap likeness: the number of texts, their lengths, beginnings and ends. Equal examples have equal sketches;
   * two that differ only in the middle of a long text may too.
   */
  readonly sketch: string
}

const SAMPLE = 64

export function surveyOf(example: Example, count: TokenCounter | undefined): Survey {
  let total = 0
  let sketch: string = example.kind
  forEachText(example, (text) => {
    const { length } = text
    total += count === undefined ? length : count(text)
    sketch += length > SAMPLE ? `\n${length} ${text.slice(0, SAMPLE)} ${text.slice(-SAMPLE)}` : `\n${text}`
  })
  return { tokens: tokensFrom(total, count), sketch: hash('sha256', sketch).slice(0, 32) }
}

function tokensFrom(total: number, count: TokenCounter | undefined): number {
  return count === undefined ? Math.ceil(total / CHARACTERS_PER_TOKEN) : total
}

/** sha256 over what an example teaches: its kind, sides, roles, texts, calls, label, files and tools; not when or whence. */
export function fingerprintOf(example: Example): string {
  const { id, parents, source, session, group, model, startedAt, tags, metadata, ...taught } = example
  const withoutTimes = Object.entries(taught).map(([key, value]) => [
    key,
    isMessageList(key, value) ? value.map(untimed) : value,
  ])
  return hash('sha256', JSON.stringify(withoutTimes)).slice(0, 32)
}

function isMessageList(key: string, value: unknown): value is readonly Message[] {
  return key !== 'tools' && Array.isArray(value)
}

function untimed({ timestamp, ...message }: Message): Omit<Message, 'timestamp'> {
  return message
}
