import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LossRecorder,
  type Message,
  type ToolDefinition,
} from '@sftkit/core'
import { readChatFields } from '../chat/fields.ts'
import { roleOf } from '../chat/roles.ts'
import { readTool } from '../chat/tools.ts'
import { type DraftMessage, draftMessage } from '../drafts.ts'
import { pairCalls } from '../pairing.ts'
import { describeType, pick, readNumber } from '../values.ts'
import { isCall, isOutput, readCallItem, readOutput } from './call-items.ts'
import { CHAT_KEYS } from './item-fields.ts'
import { readReasoningItem } from './reasoning-item.ts'
import { createTurn, type Turn } from './turn.ts'

/** Where items stand: for the ledger (`history[]`), and as a JSON pointer in the record (`/history`). */
export interface ItemsPlace {
  readonly path: string
  readonly pointer: string
}

export interface ReadItems {
  readonly messages: Message[]
  /** Definitions that stood among the items. */
  readonly tools: readonly ToolDefinition[]
}

/**
 * Reads Responses items. Reasoning, texts and calls of the assistant that follow each other are one message; outputs
 * become tool messages. Fields, and items that are no message (hosted tools, approvals, unknown ones), are entered
 * into the ledger by the table of `item-fields.ts`, which the caller applies; here only what depends on values is.
 */
export function readItems(items: readonly JsonValue[], at: ItemsPlace, losses: LossRecorder): ReadItems {
  const { drafts, tools } = draftItems(items, at, losses)
  return { messages: pairItems(drafts, at, losses), tools }
}

/** Pairs the calls and outputs of items whose drafts may have been joined from several lists. */
export function pairItems(drafts: DraftMessage[], { path }: ItemsPlace, losses: LossRecorder): Message[] {
  return pairCalls(drafts, { callId: `${path}.call_id`, resultId: `${path}(output).call_id` }, losses)
}

/** The messages before calls and outputs are paired. */
export function draftItems(
  items: readonly JsonValue[],
  { path, pointer }: ItemsPlace,
  losses: LossRecorder,
): { drafts: DraftMessage[]; tools: ToolDefinition[] } {
  const drafts: DraftMessage[] = []
  const tools: ToolDefinition[] = []
  let turn: Turn | undefined
  const endTurn = (): void => {
    const message = turn?.message()
    if (message !== undefined) drafts.push(message)
    turn = undefined
  }
  const addToTurn = (part: DraftMessage, isMessage = false): void => {
    if (turn !== undefined && !turn.takes(part)) endTurn()
    turn ??= createTurn(path, losses)
    turn.add(part, isMessage)
  }
  for (const [index, item] of items.entries()) {
    if (!isJsonObject(item)) continue
    const type = kindOf(item)
    const itemPath = `${path}(${typeof item.type === 'string' ? type.slice(0, 60) : 'no type'})`
    const place = `${pointer}/${index}`
    if (type === 'message') {
      const message = readMessageItem(item, itemPath, place, losses)
      if (message.role === 'assistant') addToTurn(message, true)
      else {
        endTurn()
        drafts.push(message)
      }
    } else if (type === 'reasoning') {
      const reasoning = readReasoningItem(item, itemPath, losses)
      addToTurn(draftMessage('assistant', '', { reasoning, train: readTrain(item) }))
    } else if (isCall(type)) {
      const { call, output } = readCallItem(item, type, itemPath, losses)
      addToTurn(draftMessage('assistant', '', { toolCalls: [call], train: readTrain(item) }))
      if (output !== undefined) {
        endTurn()
        drafts.push(draftMessage('tool', output, { toolCallId: call.id === '' ? undefined : call.id }))
      }
    } else if (isOutput(type)) {
      endTurn()
      drafts.push(readOutput(item, type, itemPath, place, losses))
    } else if (Array.isArray(item.tools)) {
      for (const tool of item.tools as readonly JsonValue[]) {
        const definition = readTool(tool, `${itemPath}.tools`, losses)
        if (definition !== undefined) tools.push(definition)
      }
    }
  }
  endTurn()
  return { drafts, tools }
}

/** An item's type; of a message that is written without one, `message`. */
export function kindOf(item: JsonObject): string {
  const { type, role } = item
  if (typeof type === 'string') return type
  return typeof role === 'string' ? 'message' : 'no type'
}

function readMessageItem(item: JsonObject, path: string, place: string, losses: LossRecorder): DraftMessage {
  const source = pick(item, CHAT_KEYS) ?? {}
  const { roleName, content, ...fields } = readChatFields(source, path, place, losses)
  const role = roleOf(roleName ?? '') ?? 'user'
  if (role !== roleName) losses.loss(`${path}.role`, 'changed', `${roleName ?? 'absent'} read as ${role}`)
  if (role !== 'assistant') {
    if (fields.toolCalls !== undefined) losses.loss(`${path}.tool_calls`, 'dropped', `on role ${role}`)
    delete fields.toolCalls
    delete fields.train
  }
  if (role !== 'tool') delete fields.toolCallId
  return draftMessage(role, content, fields)
}

/** Whether the item is learned, where it says so. */
function readTrain({ train, weight, status }: JsonObject): boolean | undefined {
  if (status === 'incomplete') return false
  if (typeof train === 'boolean') return train
  const number = readNumber(weight)
  return number === undefined ? undefined : number !== 0
}

/** Enters elements that are no items; null is none. */
export function recordNoItems(items: readonly unknown[], path: string, losses: LossRecorder): void {
  for (const item of items) {
    if (item !== null && !isJsonObject(item)) losses.loss(path, 'dropped', `no item: ${describeType(item)}`)
  }
}
