import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LossRecorder,
  type TraceEvent,
} from '@sftkit/core'
import { saysCutOff } from '../cut-off.ts'
import type { TreeRow } from '../row-tree/rows.ts'
import { readTime } from '../times.ts'
import { describeType, readId, readNumber, readText } from '../values.ts'
import { type Blocks, readBlocks } from './blocks.ts'
import { ENVELOPE_KEYS, EVENT_ROWS } from './fields.ts'
import { withoutBytes } from './without-bytes.ts'

/** A row of a session, without what nobody asks for again. */
export interface Row extends TreeRow {
  readonly line: number
  readonly session: string | undefined
  readonly agentId: string | undefined
  readonly sidechain: boolean
  readonly timestamp: string | undefined
  readonly turn: Turn | undefined
  readonly event: TraceEvent | undefined
  /** Given by the newest versions: what the model was told and which tools it had. */
  readonly systemPrompt: JsonValue | undefined
  readonly tools: JsonValue | undefined
}

/** What a user or assistant row says. All have the same keys: there are very many of them. */
export interface Turn {
  readonly role: 'user' | 'assistant'
  readonly said: Blocks
  /** Written by the tool, not by a person. */
  readonly harness: boolean
  readonly messageId: string | undefined
  readonly model: string | undefined
  readonly usage: JsonObject | undefined
  readonly costUsd: number | undefined
  /** Not written by the model. */
  readonly synthetic: boolean
  readonly failed: boolean
  /** Whether the response was broken off. */
  readonly cut: boolean
  /** Results without an id: the row of their call, and its id. */
  readonly caller: string | undefined
  readonly callId: string | undefined
  /** The agent whose work a result is. */
  readonly agent: string | undefined
  /** Who wrote a prompt: a person, another agent, a hook. */
  readonly origin: string | undefined
}

/** iFlow writes Claude Code's rows, with message ids of its own. */
export function isIflow(messageId: string | undefined): boolean {
  return messageId !== undefined && /^response-\d/.test(messageId)
}

const FAILURE_KEYS = ['error', 'errorDetails', 'apiError', 'apiErrorStatus', 'isAbortedMidStream'] as const

/** @returns undefined for a row that is neither a message nor an event nor a link of the tree */
export function readRow(value: JsonObject, line: number, losses: LossRecorder): Row | undefined {
  const type = readText(value.type) ?? ''
  const turn = type === 'user' || type === 'assistant' ? readTurn(value, type, line, losses) : undefined
  const event = turn === undefined ? readEvent(value, type, line, losses) : failureOf(value, turn)
  const uuid = readId(value.uuid)
  if (turn === undefined && event === undefined && uuid === undefined) return undefined
  const attachment = isJsonObject(value.attachment) ? value.attachment : value
  const systemPrompt = attachment.systemPrompt ?? value.systemPrompt
  const tools = attachment.tools ?? value.tools
  return {
    uuid,
    parent: readId(value.parentUuid),
    joins:
      type === 'system' && value.subtype === 'compact_boundary'
        ? (readId(value.logicalParentUuid) ?? '')
        : undefined,
    says: turn !== undefined,
    apart: value.isSidechain === true,
    chain: value.isSidechain === true ? `agent ${readId(value.agentId) ?? ''}` : '',
    line,
    session: readId(value.sessionId) ?? readId(value.session_id),
    agentId: readId(value.agentId),
    sidechain: value.isSidechain === true,
    timestamp: readTime(value.timestamp),
    turn,
    event,
    systemPrompt: systemPrompt ?? undefined,
    tools: tools ?? undefined,
  }
}

function readTurn(
  value: JsonObject,
  type: 'user' | 'assistant',
  line: number,
  losses: LossRecorder,
): Turn | undefined {
  const { message } = value
  if (!isJsonObject(message) || message.content === undefined) {
    const why = isJsonObject(message) ? 'no content' : `${describeType(message)} for a message`
    losses.loss(`${type}.message`, 'dropped', `not readable: ${why}`)
    return undefined
  }
  const isUser = type === 'user'
  const model = isUser ? undefined : readText(message.model)
  const failed = !isUser && value.isApiErrorMessage === true
  return {
    role: type,
    said: readBlocks(message.content, type, line, losses),
    harness: value.isCompactSummary === true || (isUser && value.isMeta === true),
    messageId: isUser ? undefined : readId(message.id),
    model,
    usage: !isUser && isJsonObject(message.usage) ? message.usage : undefined,
    costUsd: isUser ? undefined : readNumber(value.costUSD),
    synthetic: failed || model === '<synthetic>',
    failed,
    cut: !isUser && (value.isAbortedMidStream === true || saysCutOff(message)),
    caller: isUser ? readId(value.sourceToolAssistantUUID) : undefined,
    callId: isUser ? readId(value.sourceToolUseID) : undefined,
    agent: isUser && isJsonObject(value.toolUseResult) ? readId(value.toolUseResult.agentId) : undefined,
    origin: isUser && isJsonObject(value.origin) ? readText(value.origin.kind) : undefined,
  }
}

/** What went wrong with a response, and blocks of it that are no part of a message. */
function failureOf(value: JsonObject, turn: Turn): TraceEvent | undefined {
  const data: Record<string, JsonValue> = {}
  for (const key of FAILURE_KEYS) if (value[key] != null && value[key] !== false) data[key] = value[key]
  if (turn.said.others.length > 0) data.blocks = turn.said.others
  for (const _ in data) return eventOf('response', value, data)
  return undefined
}

/** What a row says, as an event: for rows that are no part of the conversation. */
export function eventOfTurn(type: string, { turn, timestamp }: Row): TraceEvent | undefined {
  if (turn === undefined) return undefined
  const { role, said, model } = turn
  const data = { role, ...said, ...(model !== undefined && { model }) }
  return eventOf(type, { ...(timestamp !== undefined && { timestamp }) }, JSON.parse(JSON.stringify(data)))
}

function readEvent(
  value: JsonObject,
  type: string,
  line: number,
  losses: LossRecorder,
): TraceEvent | undefined {
  if (!EVENT_ROWS.has(type)) return undefined
  const data: Record<string, JsonValue> = {}
  for (const key of Object.keys(value)) {
    const inner = value[key]
    if (inner != null && !ENVELOPE_KEYS.has(key))
      data[key] = withoutBytes(inner, `L${line}/${key}`, type, losses)
  }
  const { subtype, attachment } = value
  const kind = readText(subtype) ?? (isJsonObject(attachment) ? readText(attachment.type) : undefined)
  return eventOf(kind ?? type, value, data)
}

function eventOf(type: string, { timestamp }: JsonObject, data: JsonObject): TraceEvent {
  const time = readText(timestamp)
  return time === undefined ? { type, data } : { type, timestamp: time, data }
}
