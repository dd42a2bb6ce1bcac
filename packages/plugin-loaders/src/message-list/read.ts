import { isJsonObject, type JsonObject, type JsonValue, type LoadedTrace, type Message } from '@sftkit/core'
import { contentOf } from '../anthropic/blocks.ts'
import { readAnthropicContent } from '../anthropic/messages.ts'
import { readChatMessages } from '../chat/messages.ts'
import { roleOf } from '../chat/roles.ts'
import { createToolsReader, withTools } from '../chat/tools.ts'
import { breakOffLast, saysCutOff } from '../cut-off.ts'
import { type DraftMessage, draftMessage } from '../drafts.ts'
import { readGeminiParts } from '../gemini-cli/parts.ts'
import { recordFields } from '../ledger/record.ts'
import type { LossLedger } from '../losses.ts'
import { pairCalls } from '../pairing.ts'
import { createFacts, ownMetadata, type SessionFacts } from '../session/facts.ts'
import { readTime } from '../times.ts'
import { pick, readId, readText } from '../values.ts'
import { anthropicMessage, besideChat, geminiMessage, sessionMeta } from './fields.ts'
import { withBlocks } from './sdk-parts.ts'

/** Whose messages a list holds; told by the whole list, as a single message seldom says it. */
type Shape = 'anthropic' | 'chat' | 'gemini'

/** Reads a list of messages as one trace. A head of role `session_meta` says what the session was run with. */
export function readList(list: readonly JsonObject[], losses: LossLedger): LoadedTrace {
  const facts = createFacts()
  const head = list.find(({ role }) => role === 'session_meta') ?? {}
  recordFields(head, sessionMeta, losses, '[](session_meta)')
  const messages = list.filter(({ role }) => role !== 'session_meta').map(withBlocks)
  for (const message of messages) readBeside(message, facts)
  const tools = createToolsReader()(head.tools, '[](session_meta).tools', losses)
  const read = readers[shapeOf(messages)](messages, losses)
  const session = readId(head.session_id)
  const prompt = readText(head.system_prompt)
  facts.model(head.model)
  const startedAt = readTime(head.timestamp)
  return {
    ...facts.fields(),
    ...(session !== undefined && { session, group: { session } }),
    ...(startedAt !== undefined && { startedAt }),
    messages: prompt === undefined ? read.messages : [{ role: 'system', content: prompt }, ...read.messages],
    ...withTools(tools, read.tools),
    ...ownMetadata('message-list', pick(head, ['platform']), facts.otherModels()),
  }
}

interface Read {
  readonly messages: readonly Message[]
  readonly tools: NonNullable<LoadedTrace['tools']>
}

const readers: Readonly<Record<Shape, (messages: readonly JsonObject[], losses: LossLedger) => Read>> = {
  anthropic: readAnthropic,
  chat: readChat,
  gemini: readGemini,
}

function shapeOf(messages: readonly JsonObject[]): Shape {
  if (messages.some(({ parts, content }) => Array.isArray(parts) && content === undefined)) return 'gemini'
  return messages.some(isAnthropic) ? 'anthropic' : 'chat'
}

function isAnthropic({ content, ts, modelInfo }: JsonObject): boolean {
  if (ts !== undefined || modelInfo !== undefined) return true
  if (!Array.isArray(content)) return false
  return content.some((block: JsonValue) => {
    if (!isJsonObject(block)) return false
    return (
      /tool_use$|tool_result$|^(?:redacted_)?thinking$/.test(readText(block.type) ?? '') ||
      isJsonObject(block.source)
    )
  })
}

function readBeside(message: JsonObject, facts: SessionFacts): void {
  facts.time(message.ts ?? message.timestamp)
  facts.model(isJsonObject(message.modelInfo) ? message.modelInfo.modelId : message.model)
  const { tokens, cost } = isJsonObject(message.metrics) ? message.metrics : {}
  const { prompt, completion } = isJsonObject(tokens) ? tokens : {}
  facts.spent({ input: prompt, output: completion, costUsd: cost })
}

function readAnthropic(list: readonly JsonObject[], losses: LossLedger): Read {
  const drafts: DraftMessage[] = []
  for (const [index, message] of list.entries()) {
    recordFields(message, anthropicMessage, losses, '[]')
    const role = roleOf(readText(message.role) ?? '') ?? 'user'
    const timestamp = readTime(message.ts) ?? readTime(message.timestamp)
    const place = { path: '[].content', place: `/${index}/content` }
    const read = readAnthropicContent(role, message.content, place, { timestamp }, losses)
    const [first] = read
    const reasoning = readText(message.reasoning_content)
    if (reasoning !== undefined && first?.role === 'assistant') first.reasoning ??= reasoning
    if (role === 'assistant' && saysCutOff(message)) breakOffLast(read)
    drafts.push(...read)
  }
  const paths = { callId: '[].content[](tool_use).id', resultId: '[].content[](tool_result).tool_use_id' }
  return { messages: pairCalls(drafts, paths, losses), tools: [] }
}

const BESIDE = new Set(besideChat.is === 'object' ? besideChat.keys.keys() : [])

function readChat(list: readonly JsonObject[], losses: LossLedger): Read {
  const messages = list.map((message) => {
    const beside: Record<string, JsonValue> = {}
    const own: Record<string, JsonValue> = {}
    for (const [key, value] of Object.entries(message)) {
      if (value !== undefined) (BESIDE.has(key) && key !== 'timestamp' ? beside : own)[key] = value
    }
    recordFields(beside, besideChat, losses, '[]')
    return own
  })
  return readChatMessages(messages, '', losses)
}

function readGemini(list: readonly JsonObject[], losses: LossLedger): Read {
  const drafts: DraftMessage[] = []
  for (const [index, message] of list.entries()) {
    recordFields(message, geminiMessage, losses, '[]')
    const role = roleOf(readText(message.role) ?? '') ?? 'user'
    const read = readGeminiParts(message.parts, '[].parts', `/${index}/parts`, losses)
    for (const { id, content } of read.results)
      drafts.push(draftMessage('tool', content, id === undefined ? {} : { toolCallId: id }))
    if (
      read.parts.length === 0 &&
      read.calls.length === 0 &&
      read.reasoning.length === 0 &&
      read.results.length > 0
    )
      continue
    drafts.push(
      draftMessage(role, contentOf(read.parts), {
        ...(read.reasoning.length > 0 && { reasoning: read.reasoning.join('\n') }),
        ...(read.calls.length > 0 && role === 'assistant' && { toolCalls: [...read.calls] }),
      }),
    )
  }
  const paths = { callId: '[].parts[].functionCall.id', resultId: '[].parts[].functionResponse.id' }
  return { messages: pairCalls(drafts, paths, losses), tools: [] }
}
