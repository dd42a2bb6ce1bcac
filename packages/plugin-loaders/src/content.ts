import {
  type ContentPart,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LossRecorder,
} from '@sftkit/core'
import { readArguments } from './arguments.ts'
import type { DraftCall } from './drafts.ts'
import { recordUnknownKeys, UNKNOWN } from './losses.ts'
import { readMedia } from './media.ts'
import { describeType, readText } from './values.ts'

/** What stood in a message's content. */
export interface ReadContent {
  readonly content: string | readonly ContentPart[]
  /** Texts of reasoning parts. */
  readonly reasoning?: readonly string[]
  /** Calls written as parts (LLaMA-Factory). */
  readonly toolCalls?: DraftCall[]
}

const EMPTY: ReadContent = { content: '' }

/**
 * Reads a message's content: a text, a list of parts, or null. One text part alone becomes a text.
 *
 * @param path the content's place in the source (`messages[].content`)
 * @param place the content's JSON pointer in the record, for references to what is inside it
 */
export function readContent(value: unknown, path: string, place: string, losses: LossRecorder): ReadContent {
  if (typeof value === 'string') return { content: value }
  if (value == null) return EMPTY
  if (!Array.isArray(value)) {
    losses.loss(path, 'changed', `${describeType(value)} written as JSON text`)
    return { content: JSON.stringify(value) }
  }
  const parts: ContentPart[] = []
  const reasoning: string[] = []
  const toolCalls: DraftCall[] = []
  for (const [index, part] of (value as readonly JsonValue[]).entries()) {
    readPart(part, `${path}[]`, `${place}/${index}`, { parts, reasoning, toolCalls }, losses)
  }
  const only = parts[0]
  if (parts.length === 1 && only?.type === 'text') losses.loss(path, 'changed', 'one text part read as text')
  return {
    content: only === undefined ? '' : parts.length === 1 && only.type === 'text' ? only.text : parts,
    ...(reasoning.length > 0 && { reasoning }),
    ...(toolCalls.length > 0 && { toolCalls }),
  }
}

interface Collected {
  readonly parts: ContentPart[]
  readonly reasoning: string[]
  readonly toolCalls: DraftCall[]
}

function readPart(part: JsonValue, path: string, place: string, into: Collected, losses: LossRecorder): void {
  if (typeof part === 'string') {
    into.parts.push({ type: 'text', text: part })
    return
  }
  if (!isJsonObject(part)) {
    if (part !== null) losses.loss(path, 'dropped', `a part that is ${describeType(part)}`)
    return
  }
  switch (part.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      readTextPart(part, path, into, losses)
      return
    case 'reasoning':
    case 'thinking':
      readReasoningPart(part, path, into, losses)
      return
    case 'tool_call':
      readCallPart(part, path, into, losses)
      return
    case 'refusal':
      losses.loss(`${path}.refusal`, 'changed', 'a refusal read as text')
      into.parts.push({ type: 'text', text: readText(part.refusal) ?? '' })
      recordUnknownKeys(part, REFUSAL_KEYS, `${path}.`, losses)
      return
    default: {
      const media = readMedia(part, path, place, losses)
      if (media !== undefined) into.parts.push(media)
      else readUnknownPart(part, path, into, losses)
    }
  }
}

const TEXT_KEYS = new Set(['type', 'text', 'value', 'annotations', 'logprobs', 'cache_control'])
const REASONING_KEYS = new Set(['type', 'text', 'value', 'thinking', 'signature'])
const CALL_KEYS = new Set(['type', 'value'])
const REFUSAL_KEYS = new Set(['type', 'refusal'])

function readTextPart(part: JsonObject, path: string, into: Collected, losses: LossRecorder): void {
  const text = part.text ?? part.value
  if (part.text == null && text != null) losses.loss(`${path}.value`, 'changed', 'value read as text')
  if (typeof text === 'string') into.parts.push({ type: 'text', text })
  else if (text != null) {
    losses.loss(`${path}.text`, 'changed', `${describeType(text)} written as JSON text`)
    into.parts.push({ type: 'text', text: JSON.stringify(text) })
  }
  if (part.text != null && part.value != null) losses.loss(`${path}.value`, 'dropped', 'beside a text')
  for (const key of ['annotations', 'logprobs', 'cache_control']) {
    const extra = part[key]
    if (extra != null && !(Array.isArray(extra) && extra.length === 0))
      losses.loss(`${path}.${key}`, 'dropped')
  }
  recordUnknownKeys(part, TEXT_KEYS, `${path}.`, losses)
}

function readReasoningPart(part: JsonObject, path: string, into: Collected, losses: LossRecorder): void {
  const text = readText(part.thinking) ?? readText(part.text) ?? readText(part.value)
  if (text !== undefined) {
    losses.loss(path, 'changed', 'a reasoning part read as the reasoning of its message')
    into.reasoning.push(text)
  }
  if (part.signature != null) losses.loss(`${path}.signature`, 'dropped')
  recordUnknownKeys(part, REASONING_KEYS, `${path}.`, losses)
}

function readCallPart(part: JsonObject, path: string, into: Collected, losses: LossRecorder): void {
  const { arguments: value, argumentsText } = readArguments(part.value, `${path}.value`, losses)
  const name = isJsonObject(value) ? readText(value.name) : undefined
  if (argumentsText !== undefined || name === undefined || !isJsonObject(value)) {
    losses.loss(path, 'changed', 'a call that cannot be read, kept as text')
    into.parts.push({ type: 'text', text: argumentsText ?? JSON.stringify(part.value ?? '') })
  } else {
    recordUnknownKeys(value, NAMED_CALL_KEYS, `${path}.value.`, losses)
    into.toolCalls.push({
      id: '',
      name,
      ...readArguments(value.arguments, `${path}.value.arguments`, losses),
    })
  }
  recordUnknownKeys(part, CALL_KEYS, `${path}.`, losses)
}

const NAMED_CALL_KEYS = new Set(['name', 'arguments'])

function readUnknownPart(part: JsonObject, path: string, into: Collected, losses: LossRecorder): void {
  const text = readText(part.text)
  if (text === undefined) {
    losses.loss(`${path}(${readText(part.type) ?? 'no type'})`, 'dropped', UNKNOWN)
    return
  }
  losses.loss(`${path}.type`, 'changed', `${readText(part.type) ?? 'no type'} read as text`)
  into.parts.push({ type: 'text', text })
  recordUnknownKeys(part, TEXT_KEYS, `${path}.`, losses)
}
