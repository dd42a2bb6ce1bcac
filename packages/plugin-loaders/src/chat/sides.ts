import { createHash } from 'node:crypto'
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LossRecorder,
  parseJson,
  type ToolDefinition,
} from '@sftkit/core'
import { isMessageList } from '../detect/first-message.ts'
import { firstOf } from '../detect/shape.ts'
import { type DraftMessage, draftMessage } from '../drafts.ts'
import { readTurns } from '../sharegpt/turns.ts'
import { describeType, readText } from '../values.ts'
import { readDialogue } from './dialogue.ts'
import { readChatDrafts } from './messages.ts'

/** A part of a conversation: a prompt, or an answer to it. */
export interface Side {
  readonly drafts: readonly DraftMessage[]
  /** Definitions that stood among the messages. */
  readonly tools: readonly ToolDefinition[]
}

/**
 * Reads a prompt or an answer, whose calls are paired once both are there: Chat Completions messages, ShareGPT turns, one
 * of either, or a text, which `role` says; a text that names its speakers is several messages.
 *
 * @param key the value's in the record, for the ledger's paths
 */
export function readSide(
  value: JsonValue | undefined,
  key: string,
  role: 'user' | 'assistant',
  losses: LossRecorder,
): Side {
  if (value == null || value === '') return { drafts: [], tools: [] }
  if (typeof value === 'string') {
    const list = isMessageList(value) ? listIn(value, key, losses) : undefined
    if (list !== undefined) return readSide(list, key, role, losses)
    return { drafts: readDialogue(value, key, losses) ?? [draftMessage(role, value)], tools: [] }
  }
  if (Array.isArray(value)) {
    const list = value as readonly JsonValue[]
    if (firstOf(value)?.from !== undefined) return { drafts: readTurns(list, losses, key), tools: [] }
    return readChatDrafts(list, key, losses)
  }
  if (isJsonObject(value) && (value.role !== undefined || value.from !== undefined))
    return readSide([value], key, role, losses)
  losses.loss(key, 'changed', `${describeType(value)} written as JSON text`)
  return { drafts: [draftMessage(role, JSON.stringify(value))], tools: [] }
}

function listIn(text: string, key: string, losses: LossRecorder): JsonValue | undefined {
  try {
    const list = parseJson(text)
    losses.loss(key, 'changed', 'JSON text read as a list')
    return list
  } catch {
    return undefined
  }
}

/** The messages of a prompt, of which nothing is learned; a system prompt beside it comes first. */
export function promptDrafts(row: JsonObject, { drafts }: Side, losses: LossRecorder): DraftMessage[] {
  const prompt = drafts.map((draft) => unlearned(draft))
  const [key, other] = ['system', 'system_prompt'].filter((name) => row[name] != null && row[name] !== '')
  if (key === undefined) return prompt
  if (other !== undefined && row[other] !== row[key]) losses.loss(other, 'dropped', `beside ${key}`)
  const text = readText(row[key]) ?? JSON.stringify(row[key])
  if (typeof row[key] !== 'string') losses.loss(key, 'changed', 'written as JSON text')
  const first = prompt[0]
  if (first?.role !== 'system') return [draftMessage('system', text), ...prompt]
  if (first.content !== text) losses.loss(key, 'dropped', 'the prompt begins with another one')
  return prompt
}

/** A message that is context, or an answer that is not to be learned. */
export function unlearned(draft: DraftMessage): DraftMessage {
  return draft.role === 'assistant'
    ? draftMessage('assistant', draft.content, { ...draft, train: false })
    : draft
}

/** A name for a prompt, so that all that was answered to it stands in one split. */
export function promptTask(prompt: readonly DraftMessage[]): string {
  const said = prompt.map(({ role, content }) => [role, content])
  return `prompt-${createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 16)}`
}
