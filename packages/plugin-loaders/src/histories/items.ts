import { isJsonObject, type JsonObject, type JsonValue, type LossRecorder, type Message } from '@sftkit/core'
import { readChatFields } from '../chat/fields.ts'
import { roleOf } from '../chat/roles.ts'
import { readContent } from '../content.ts'
import { type DraftMessage, draftMessage } from '../drafts.ts'
import { recordUnknownKeys, UNKNOWN } from '../losses.ts'
import { pairCalls } from '../pairing.ts'
import { describeType, readId } from '../values.ts'
import { CALLS, readCallItem, readOutput } from './call-items.ts'
import { createTurn, type Turn } from './turn.ts'

const PATH = 'history[]'

/**
 * Reads Responses items. Reasoning, texts and calls of the assistant that follow each other are one message; outputs
 * become tool messages. Items that are no message (hosted tools, approvals, unknown ones) are recorded.
 */
export function readItems(history: readonly JsonValue[], losses: LossRecorder): Message[] {
  const drafts: DraftMessage[] = []
  let turn: Turn | undefined
  const currentTurn = (): Turn => {
    turn ??= createTurn(losses)
    return turn
  }
  const endTurn = (): void => {
    const message = turn?.message()
    if (message !== undefined) drafts.push(message)
    turn = undefined
  }
  for (const [index, item] of history.entries()) {
    if (!isJsonObject(item)) {
      if (item !== null) losses.loss(PATH, 'dropped', `no item: ${describeType(item)}`)
      continue
    }
    const type = kindOf(item)
    const place = `/history/${index}`
    if (type === 'message') {
      const message = readMessageItem(item, place, losses)
      if (message.role === 'assistant') currentTurn().add(message, true)
      else {
        endTurn()
        drafts.push(message)
      }
    } else if (type === 'reasoning') currentTurn().add(readReasoning(item, losses))
    else if (CALLS.has(type)) {
      const { call, output } = readCallItem(item, type, losses)
      currentTurn().add(draftMessage('assistant', '', { toolCalls: [call] }))
      if (output !== undefined) {
        endTurn()
        drafts.push(draftMessage('tool', output, { toolCallId: call.id === '' ? undefined : call.id }))
      }
    } else if (type.endsWith('_output')) {
      endTurn()
      drafts.push(readOutput(item, type, place, losses))
    } else
      losses.loss(`${PATH}(${type})`, 'dropped', HOSTED.test(type) ? 'an item that is no message' : UNKNOWN)
  }
  endTurn()
  return pairCalls(drafts, { callId: `${PATH}.call_id`, resultId: `${PATH}(output).call_id` }, losses)
}

/** Tools that the provider runs itself, lists of tools, approvals. */
const HOSTED = /_call$|^mcp_|^compaction$|^item_reference$/

function kindOf(item: JsonObject): string {
  const { type, role } = item
  if (typeof type === 'string') return type
  return typeof role === 'string' ? 'message' : 'no type'
}

/** Keys of a message item that say nothing about the conversation. */
const MESSAGE_STATE = ['id', 'status', 'phase'] as const

function readMessageItem(item: JsonObject, place: string, losses: LossRecorder): DraftMessage {
  const { id, status, phase, type, ...source } = item
  recordState({ id, status, phase }, MESSAGE_STATE, losses)
  const { roleName, content, ...fields } = readChatFields(source, PATH, place, losses)
  const role = roleOf(roleName ?? '') ?? 'user'
  if (role !== roleName) losses.loss(`${PATH}.role`, 'changed', `${roleName ?? 'absent'} read as ${role}`)
  if (role !== 'assistant') {
    if (fields.toolCalls !== undefined) losses.loss(`${PATH}.tool_calls`, 'dropped', `on role ${role}`)
    delete fields.toolCalls
    delete fields.train
  }
  if (role !== 'tool') delete fields.toolCallId
  return draftMessage(role, content, fields)
}

const REASONING_KEYS = new Set(['type', 'id', 'status', 'summary', 'content', 'encrypted_content'])

function readReasoning(item: JsonObject, losses: LossRecorder): DraftMessage {
  recordUnknownKeys(item, REASONING_KEYS, `${PATH}(reasoning).`, losses)
  recordState(item, ['id', 'status'], losses)
  if (item.encrypted_content != null) {
    losses.loss(`${PATH}(reasoning).encrypted_content`, 'dropped', 'encrypted')
  }
  const texts = [...textsOf(item.summary, 'summary', losses), ...textsOf(item.content, 'content', losses)]
  return draftMessage('assistant', '', { reasoning: texts.length === 0 ? undefined : texts.join('\n\n') })
}

function textsOf(value: JsonValue | undefined, key: string, losses: LossRecorder): readonly string[] {
  if (value == null) return []
  const path = `${PATH}(reasoning).${key}`
  const typed = Array.isArray(value) ? (value as readonly JsonValue[]).map(asTextPart) : value
  const { content } = readContent(typed, path, '', {
    loss: (field, kind, detail, count) => {
      if (kind === 'dropped') losses.loss(field, kind, detail, count)
    },
  })
  const parts =
    typeof content === 'string'
      ? [content]
      : content.flatMap((part) => (part.type === 'text' ? part.text : []))
  return parts.filter((text) => text !== '')
}

function asTextPart(part: JsonValue): JsonValue {
  const isText = isJsonObject(part) && (part.type === 'summary_text' || part.type === 'reasoning_text')
  return isText ? { ...part, type: 'text' } : part
}

/** Ids and states of items: a message has no place for them. */
function recordState(item: JsonObject, keys: readonly string[], losses: LossRecorder): void {
  for (const key of keys) {
    if (readId(item[key]) !== undefined)
      losses.loss(`${PATH}.${key}`, 'dropped', 'of the item, not of the call')
  }
}
