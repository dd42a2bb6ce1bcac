import {
  isJsonObject,
  type JsonObject,
  type LossRecorder,
  type Message,
  type ToolDefinition,
} from '@sftkit/core'
import { type DraftMessage, draftMessage } from '../drafts.ts'
import { pairCalls } from '../pairing.ts'
import { describeType } from '../values.ts'
import { readChatFields } from './fields.ts'
import { roleOf } from './roles.ts'
import { readTool } from './tools.ts'

interface ReadDrafts {
  readonly drafts: DraftMessage[]
  /** Definitions that stood among the messages. */
  readonly tools: readonly ToolDefinition[]
}

export interface ReadChat extends Pick<ReadDrafts, 'tools'> {
  readonly messages: Message[]
}

/**
 * Reads a list of Chat Completions messages, in the spellings of several writers, and pairs calls with results.
 *
 * @param key the list's key in the record, for the ledger's paths
 * @param pointer its place in the record, as a JSON pointer
 */
export function readChatMessages(
  list: readonly unknown[],
  key: string,
  losses: LossRecorder,
  pointer = `/${key}`,
): ReadChat {
  const { drafts, tools } = readChatDrafts(list, key, losses, pointer)
  const fields = { callId: `${key}[].tool_calls[].id`, resultId: `${key}[].tool_call_id` }
  return { messages: pairCalls(drafts, fields, losses), tools }
}

/** The same for a part of a conversation, whose calls are paired once all its parts are read. */
export function readChatDrafts(
  list: readonly unknown[],
  key: string,
  losses: LossRecorder,
  pointer = `/${key}`,
): ReadDrafts {
  const path = `${key}[]`
  const drafts: DraftMessage[] = []
  const tools: ToolDefinition[] = []
  for (const [index, source] of list.entries()) {
    if (!isJsonObject(source)) {
      if (source !== null) losses.loss(path, 'dropped', `no message: ${describeType(source)}`)
      continue
    }
    const definition = toolDefinition(source, path, losses)
    if (definition !== undefined) {
      tools.push(definition)
      continue
    }
    const draft = readMessage(source, path, `${pointer}/${index}`, drafts, losses)
    if (draft !== undefined) drafts.push(draft)
  }
  return { drafts, tools }
}

/** Some writers list the tools among the messages: role tool, and a definition as the content. */
function toolDefinition(source: JsonObject, path: string, losses: LossRecorder): ToolDefinition | undefined {
  const { role, content } = source
  if (role !== 'tool' || !isJsonObject(content) || !isJsonObject(content.function)) return undefined
  const tool = readTool(content, `${path}.content`, losses)
  if (tool !== undefined)
    losses.loss(path, 'changed', 'a tool definition among the messages, moved to the tools')
  return tool
}

function readMessage(
  source: JsonObject,
  path: string,
  place: string,
  before: readonly DraftMessage[],
  losses: LossRecorder,
): DraftMessage | undefined {
  const { roleName, content, ...fields } = readChatFields(source, path, place, losses)
  if (roleName === 'session_meta') {
    losses.loss(path, 'dropped', 'role session_meta: no message')
    return undefined
  }
  const role =
    (roleName === undefined ? undefined : roleOf(roleName)) ?? guessRole(roleName, fields.toolCallId, before)
  if (role !== roleName) losses.loss(`${path}.role`, 'changed', `${roleName ?? 'absent'} read as ${role}`)
  if (roleName !== undefined && role === 'user' && roleOf(roleName) === undefined) fields.name ??= roleName
  if (role !== 'assistant') {
    if (fields.toolCalls !== undefined) losses.loss(`${path}.tool_calls`, 'dropped', `on role ${role}`)
    if (fields.train === true) losses.loss(`${path}.train`, 'dropped', 'only assistant turns are learned')
    delete fields.toolCalls
    delete fields.train
  }
  if (role !== 'tool' && fields.toolCallId !== undefined) {
    losses.loss(`${path}.tool_call_id`, 'dropped', `on role ${role}`)
    delete fields.toolCallId
  }
  return draftMessage(role, content, fields)
}

/** A role that is no role's name is that of a result where it names a call or has a call's id; else a user's. */
function guessRole(
  name: string | undefined,
  toolCallId: string | undefined,
  before: readonly DraftMessage[],
): 'tool' | 'user' {
  if (toolCallId !== undefined) return 'tool'
  const caller = before.findLast((message) => message.role === 'assistant')
  return caller?.toolCalls?.some((call) => call.name === name) ? 'tool' : 'user'
}
