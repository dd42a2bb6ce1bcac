import { isJsonObject, type JsonObject, type LossRecorder, type Role } from '@sftkit/core'
import { breakOffLast, saysCutOff } from '../../cut-off.ts'
import { type DraftCall, type DraftMessage, draftMessage } from '../../drafts.ts'
import { UNKNOWN } from '../../losses.ts'
import { readId, readText } from '../../values.ts'
import { callsOfText, readCall, readCallList } from './calls.ts'
import { type Place, readParts } from './parts.ts'
import { contentOf, createPieces, type Pieces } from './pieces.ts'
import { spanRole } from './roles.ts'

/** What a message's keys hold, before it becomes one or several canonical messages. */
interface Fields {
  roleName: string | undefined
  readonly pieces: Pieces
  readonly calls: DraftCall[]
  toolCallId?: string | undefined
  name?: string | undefined
  timestamp?: string | undefined
}

/** Keys that belong to a message in some framework and say nothing about the conversation. */
const STATE = new Set(
  `id index status finish_reason finishReason stop_reason stop_sequence logprobs annotations audio response_metadata
   usage_metadata usage example artifact invalid_tool_calls meta metadata phase lc additional_kwargs model object created
   gen_ai.message.index gen_ai.system event.name encrypted_content provider providerOptions providerMetadata
   system_fingerprint tool_call_chunks chunk_position`.split(/\s+/),
)

/** Items of the Responses API that are no messages: a call, its output, reasoning. */
const ITEMS: ReadonlySet<string> = new Set([
  'function_call',
  'function_call_output',
  'reasoning',
  'tool_call',
  'tool_call_response',
  'tool_result',
  'tool_use',
])
const OUTPUTS = /_output$|^tool_result$|^tool_call_response$/

/** Whether an object can be read as a message. */
export function isMessage(value: unknown): value is JsonObject {
  if (!isJsonObject(value)) return false
  if (isJsonObject(value.message) || isJsonObject(value.kwargs)) return true
  const { role, type } = value
  if (typeof role === 'string') return true
  if (typeof type !== 'string') return Array.isArray(value.parts)
  return (
    ITEMS.has(type) ||
    (spanRole(type) !== undefined && (value.content !== undefined || value.data !== undefined))
  )
}

/**
 * Reads one message of any provider or framework. It may become several: results inside a user message are tool
 * messages of their own.
 *
 * @param before what stands before it, by which a role that is a tool's name is told
 * @param role what it is where it does not say
 */
export function readMessage(
  source: JsonObject,
  role: Role,
  place: Place,
  before: readonly DraftMessage[],
  losses: LossRecorder,
): DraftMessage[] {
  const inner = unwrap(source, place.path, losses)
  const fields: Fields = { roleName: undefined, pieces: createPieces(), calls: [] }
  if (typeof inner.type === 'string' && inner.role === undefined && ITEMS.has(inner.type)) {
    readParts([inner], place, fields.pieces, losses)
    fields.roleName = OUTPUTS.test(inner.type) ? 'tool' : 'assistant'
  } else {
    for (const key of Object.keys(inner)) {
      const value = inner[key]
      if (value != null) readField(key, value, inner, fields, place, losses)
    }
  }
  const drafts = toDrafts(fields, settleRole(fields, role, before, place.path, losses), place, losses)
  if ([source, source.generation_info, inner, inner.response_metadata].some(saysCutOff)) breakOffLast(drafts)
  return drafts
}

/** LangChain's `{lc, id, kwargs}` and `{type, data}`, OpenInference's and a choice's `{message}`. */
function unwrap(source: JsonObject, path: string, losses: LossRecorder): JsonObject {
  const { kwargs, message, data, id } = source
  if (isJsonObject(kwargs)) {
    const className = Array.isArray(id) ? id.at(-1) : undefined
    const type = readText(kwargs.type) ?? readText(className) ?? readText(source.type)
    return { ...kwargs, ...(type !== undefined && { type }) }
  }
  if (isJsonObject(message)) {
    for (const key of Object.keys(source)) {
      if (key === 'message' || source[key] == null) continue
      losses.loss(`${path}.${key}`, 'dropped', STATE.has(key) ? 'of the answer, not of the message' : UNKNOWN)
    }
    return message
  }
  if (isJsonObject(data) && source.content === undefined && typeof source.type === 'string')
    return { ...data, type: source.type }
  return source
}

function readField(
  key: string,
  value: NonNullable<unknown>,
  source: JsonObject,
  fields: Fields,
  place: Place,
  losses: LossRecorder,
): void {
  const path = `${place.path}.${key}`
  const { pieces } = fields
  const inside = { path, pointer: `${place.pointer}/${key}` }
  switch (key) {
    case 'role':
      fields.roleName = readText(value)
      return
    case 'type':
      if (source.role === undefined) fields.roleName ??= readText(value)
      else if (value !== 'message') losses.loss(path, 'dropped', 'beside a role')
      return
    case 'content':
      readContent(value, source, fields, inside, losses)
      return
    case 'parts':
    case 'contents':
      readParts(value, inside, pieces, losses)
      return
    case 'text':
      if (source.content == null && source.parts == null) readParts(value, inside, pieces, losses)
      else if (value !== source.content && value !== '') losses.loss(path, 'dropped', 'beside a content')
      return
    case 'tool_calls':
    case 'toolCalls':
    case 'tool_call':
      fields.calls.push(...readCallList(value, path, losses))
      return
    case 'function_call':
    case 'function_call_name':
      readOldCall(value, source, fields, path, losses)
      return
    case 'function_call_arguments_json':
      return
    case 'additional_kwargs':
      if (isJsonObject(value)) readAdditional(value, source, fields, inside, losses)
      return
    case 'tool_call_id':
    case 'toolCallId':
    case 'tool_use_id':
      fields.toolCallId = readId(value)
      return
    case 'name':
    case 'tool_name':
      fields.name ??= readId(value)
      return
    case 'timestamp':
      fields.timestamp = readText(value)
      return
    case 'reasoning':
    case 'reasoning_content':
    case 'thinking':
      readReasoning(value, pieces, path, losses)
      return
    case 'refusal':
      if (typeof value !== 'string' || value === '') return
      losses.loss(path, 'changed', 'a refusal read as text')
      pieces.content.push({ type: 'text', text: value })
      return
    default:
      if (isEmpty(value)) return
      losses.loss(path, 'dropped', STATE.has(key) ? 'of the answer, not of the message' : UNKNOWN)
  }
}

/** Some tracers write a message's calls as its text. */
function readContent(
  value: NonNullable<unknown>,
  source: JsonObject,
  fields: Fields,
  place: Place,
  losses: LossRecorder,
): void {
  const calls = typeof value === 'string' ? callsOfText(value, place.path, losses) : undefined
  if (calls !== undefined) {
    fields.calls.push(...calls)
    if (source.role !== 'assistant') {
      losses.loss(place.path, 'changed', `calls under role ${String(source.role)}`)
      fields.roleName = 'assistant'
    }
  } else readParts(value, place, fields.pieces, losses)
}

function readAdditional(
  value: JsonObject,
  source: JsonObject,
  fields: Fields,
  place: Place,
  losses: LossRecorder,
): void {
  for (const key of Object.keys(value)) {
    const inner = value[key]
    if (inner == null || isEmpty(inner)) continue
    const path = `${place.path}.${key}`
    if (key === 'tool_calls' || key === 'function_call') {
      const repeats = Array.isArray(source.tool_calls) && source.tool_calls.length > 0
      if (repeats) losses.loss(path, 'dropped', 'repeats tool_calls')
      else if (key === 'tool_calls') fields.calls.push(...readCallList(inner, path, losses))
      else readOldCall(inner, source, fields, path, losses)
    } else if (key === 'reasoning_content') readReasoning(inner, fields.pieces, path, losses)
    else losses.loss(path, 'dropped', 'of the provider')
  }
}

/** The old single call: `{name, arguments}`, or flattened into two keys. */
function readOldCall(
  value: unknown,
  source: JsonObject,
  fields: Fields,
  path: string,
  losses: LossRecorder,
): void {
  const whole =
    typeof value === 'string'
      ? { name: value, arguments: source.function_call_arguments_json ?? null }
      : value
  const call = isJsonObject(whole) ? readCall(whole, path, losses) : undefined
  if (call === undefined) losses.loss(path, 'dropped', 'no call')
  else fields.calls.push(call)
}

function readReasoning(value: unknown, pieces: Pieces, path: string, losses: LossRecorder): void {
  if (typeof value === 'string') {
    if (value !== '') pieces.reasoning.push(value)
    return
  }
  const inner = createPieces()
  readParts(value, { path, pointer: '' }, inner, losses)
  pieces.reasoning.push(
    ...inner.reasoning,
    ...inner.content.flatMap((part) => (part.type === 'text' ? part.text : [])),
  )
}

/** A role that is none is that of a result where it names a call or has a call's id; else the given one. */
function settleRole(
  fields: Fields,
  role: Role,
  before: readonly DraftMessage[],
  path: string,
  losses: LossRecorder,
): Role {
  const { roleName } = fields
  if (roleName === undefined) {
    losses.loss(`${path}.role`, 'changed', `absent: read as ${role}`)
    return role
  }
  const known = spanRole(roleName)
  const settled = known ?? guessRole(fields, before, role)
  if (settled !== roleName)
    losses.loss(`${path}.role`, 'changed', `${roleName.slice(0, 60)} read as ${settled}`)
  if (known === undefined && settled === 'tool') fields.name ??= roleName
  return settled
}

function guessRole({ roleName, toolCallId }: Fields, before: readonly DraftMessage[], role: Role): Role {
  if (toolCallId !== undefined) return 'tool'
  const caller = before.findLast((message) => message.toolCalls !== undefined)
  return caller?.toolCalls?.some((call) => call.name === roleName) === true ? 'tool' : role
}

function toDrafts(fields: Fields, role: Role, { path }: Place, losses: LossRecorder): DraftMessage[] {
  const { pieces, name, timestamp, toolCallId } = fields
  const calls = uniqueCalls([...pieces.calls, ...fields.calls])
  const reasoning = pieces.reasoning.length === 0 ? undefined : pieces.reasoning.join('\n\n')
  const speaks = pieces.content.length > 0 || calls.length > 0 || reasoning !== undefined
  const ofCalls = calls.length > 0 && role !== 'assistant' ? 'assistant' : role
  if (ofCalls !== role) losses.loss(`${path}.role`, 'changed', `calls under role ${role}`)
  if (pieces.results.length > 0 && role !== 'tool')
    losses.loss(path, 'changed', `results under role ${role} read as tool messages`, pieces.results.length)
  if (!speaks && pieces.results.length > 0) {
    for (const result of pieces.results) {
      if (toolCallId !== undefined && pieces.results.length === 1) result.toolCallId ??= toolCallId
      if (timestamp !== undefined) result.timestamp = timestamp
    }
    return pieces.results
  }
  const own = draftMessage(ofCalls, contentOf(pieces.content), {
    reasoning: ofCalls === 'assistant' ? reasoning : undefined,
    toolCalls: calls.length === 0 ? undefined : calls,
    toolCallId: ofCalls === 'tool' ? toolCallId : undefined,
    name,
    timestamp,
  })
  if (reasoning !== undefined && ofCalls !== 'assistant')
    losses.loss(path, 'dropped', `reasoning on role ${role}`)
  return ofCalls === 'assistant' ? [own, ...pieces.results] : [...pieces.results, own]
}

/** The same call may stand in the content and beside it. */
function uniqueCalls(calls: readonly DraftCall[]): DraftCall[] {
  if (calls.length < 2) return [...calls]
  const seen = new Set<string>()
  return calls.filter(({ id, name }) => {
    if (id === '') return true
    const key = `${id}\n${name}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

function isEmpty(value: unknown): boolean {
  return value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
}
