import { isJsonObject, type JsonObject, type LossRecorder, type ToolDefinition } from '@sftkit/core'
import { type DraftMessage, draftMessage } from '../../drafts.ts'
import { describeType, readText } from '../../values.ts'
import { asStructure } from '../json-text.ts'
import { readLabelledText } from './labelled-text.ts'
import { isMessage, readMessage } from './message.ts'
import { type Place, readParts } from './parts.ts'
import { contentOf, createPieces } from './pieces.ts'
import { readToolDefinitions } from './tool-definitions.ts'

/** What was read of a model's input or output. */
export interface ReadConversation {
  readonly messages: DraftMessage[]
  readonly tools: ToolDefinition[]
}

export type Side = 'input' | 'output'

interface Reading extends ReadConversation {
  readonly side: Side
  readonly losses: LossRecorder
}

/** Wrappers inside wrappers are rare, and endless ones are no conversation. */
const DEEPEST = 6

/**
 * Reads the messages that a value holds, in whatever shape a tracer recorded it: a list of messages, one message, a
 * request or a response of a provider's API (Chat Completions, Anthropic, Gemini, Responses), what a framework was
 * called with, a plain text, or JSON text of these.
 *
 * @param side whose messages they are where they do not say: the user's, or the model's
 * @returns undefined where the value holds no message
 */
export function readConversation(
  value: unknown,
  side: Side,
  path: string,
  losses: LossRecorder,
): ReadConversation | undefined {
  const reading: Reading = { messages: [], tools: [], side, losses }
  readValue(asStructure(value), { path, pointer: '' }, reading, 0)
  return reading.messages.length + reading.tools.length === 0 ? undefined : reading
}

function readValue(value: unknown, place: Place, into: Reading, depth: number): void {
  if (depth > DEEPEST || value == null || value === '') return
  if (typeof value === 'string') readPlainText(value, into)
  else if (Array.isArray(value)) readList(value, place, into, depth)
  else if (isJsonObject(value)) readObject(value, place, into, depth)
}

function readPlainText(text: string, into: Reading): void {
  const labelled = into.side === 'input' ? readLabelledText(text) : undefined
  if (labelled !== undefined) into.messages.push(...labelled)
  else into.messages.push(draftMessage(roleOfSide(into.side), text))
}

function roleOfSide(side: Side): 'user' | 'assistant' {
  return side === 'input' ? 'user' : 'assistant'
}

function readList(list: readonly unknown[], place: Place, into: Reading, depth: number): void {
  const [first] = list
  if (Array.isArray(first)) {
    readValue(first, place, into, depth + 1)
    if (list.length > 1)
      into.losses.loss(`${place.path}[]`, 'dropped', 'further prompts of a batch', list.length - 1)
    return
  }
  if (list.length > 0 && list.every((part) => isBarePart(part))) {
    readBareParts(list, place, into)
    return
  }
  for (const [index, element] of list.entries()) {
    const item = typeof element === 'string' ? asStructure(element) : element
    const inner = { path: `${place.path}[]`, pointer: `${place.pointer}/${index}` }
    if (typeof item === 'string') readPlainText(item, into)
    else if (isMessage(item)) readOne(item, inner, into)
    else if (isJsonObject(item)) readObject(item, inner, into, depth + 1)
    else if (item != null) into.losses.loss(inner.path, 'dropped', `no message: ${describeType(item)}`)
  }
}

/** Parts without a message around them: an answer's. */
function isBarePart(value: unknown): boolean {
  if (!isJsonObject(value) || isMessage(value)) return false
  const { type, text, functionCall, function_call: call } = value
  return (
    (typeof text === 'string' && (type === undefined || type === 'text')) ||
    (typeof type === 'string' &&
      /^(?:text|image|image_url|thinking|input_text|tool-call|tool-result)$/.test(type)) ||
    functionCall !== undefined ||
    isJsonObject(call)
  )
}

function readBareParts(parts: readonly unknown[], place: Place, into: Reading): void {
  readOne({ role: roleOfSide(into.side), content: parts as never }, place, into)
}

function readOne(message: JsonObject, place: Place, into: Reading): void {
  const definition = definitionOf(message)
  if (definition !== undefined) {
    into.losses.loss(place.path, 'changed', 'a tool definition among the messages, moved to the tools')
    into.tools.push(...readToolDefinitions([definition], `${place.path}.content`, into.losses))
    return
  }
  into.messages.push(...readMessage(message, roleOfSide(into.side), place, into.messages, into.losses))
}

/** Some frameworks list the tools among the messages: role tool, and a definition as the content. */
function definitionOf({ role, content }: JsonObject): JsonObject | undefined {
  if (role !== 'tool' || !isJsonObject(content) || !isJsonObject(content.function)) return undefined
  return content.function.arguments === undefined ? content : undefined
}

/** Keys that hold the conversation, or what the model answered, in the order in which they are looked for. */
const INPUT_LISTS = [
  'messages',
  'contents',
  'input',
  'prompt',
  'history',
  'chat_history',
  'new_message',
] as const
const OUTPUT_LISTS = [
  'choices',
  'candidates',
  'generations',
  'output',
  'messages',
  'message',
  'response',
  'result',
] as const
/** Keys with one text in what a framework's function was called with. */
const PROMPTS = ['query', 'question', 'task', 'instruction', 'user_input', 'text'] as const

function readObject(value: JsonObject, place: Place, into: Reading, depth: number): void {
  if (isTemplateLeftover(value)) return
  if (isMessage(value) && !isRequest(value)) {
    readOne(value, place, into)
    return
  }
  recordRest(value, place, into)
  readTools(value, place, into)
  if (into.side === 'input') readSystem(value, place, into)
  for (const key of into.side === 'input' ? INPUT_LISTS : OUTPUT_LISTS) {
    const inner = value[key]
    if (inner == null || (Array.isArray(inner) && inner.length === 0)) continue
    const before = into.messages.length
    readInner(key, inner, { path: `${place.path}.${key}`, pointer: `${place.pointer}/${key}` }, into, depth)
    if (into.messages.length > before) return
  }
  readLoose(value, place, into, depth)
}

const CONVERSATION = new Set([
  ...INPUT_LISTS,
  ...OUTPUT_LISTS,
  ...PROMPTS,
  ...'system system_instruction systemInstruction instructions system_prompt config tools functions'.split(
    ' ',
  ),
  ...'args kwargs parts text content object tool_calls toolCalls'.split(' '),
])

function recordRest(value: JsonObject, { path }: Place, { losses }: Reading): void {
  for (const key of Object.keys(value)) {
    const inner = value[key]
    if (CONVERSATION.has(key) || inner == null || (Array.isArray(inner) && inner.length === 0)) continue
    losses.loss(`${path}.${key}`, 'dropped', 'of the request or the answer, not of the conversation')
  }
}

/** Some exporters lose all but the names of a message's keys. */
function isTemplateLeftover(value: JsonObject): boolean {
  const keys = Object.keys(value)
  return keys.length === 1 && value.content === 'role'
}

function isRequest(value: JsonObject): boolean {
  return Array.isArray(value.messages) || value.contents !== undefined || Array.isArray(value.choices)
}

function readInner(key: string, value: unknown, place: Place, into: Reading, depth: number): void {
  if (key === 'choices' || key === 'candidates') {
    const [first, ...others] = Array.isArray(value) ? (value as readonly unknown[]) : [value]
    if (others.length > 0) into.losses.loss(`${place.path}[]`, 'dropped', 'further answers', others.length)
    readChoice(first, { ...place, path: `${place.path}[]` }, into, depth + 1)
  } else if (key === 'generations') readGeneration(value, place, into, depth + 1)
  else readValue(typeof value === 'string' ? asStructure(value) : value, place, into, depth + 1)
}

/** `{message}` (Chat Completions), `{content: {role, parts}}` (Gemini), `{text}` (completions), `{delta}`. */
function readChoice(choice: unknown, place: Place, into: Reading, depth: number): void {
  if (!isJsonObject(choice)) return
  const { message, content, text, delta } = choice
  if (isJsonObject(message)) readOne(choice, place, into)
  else if (isJsonObject(content)) readOne(content, { ...place, path: `${place.path}.content` }, into)
  else if (isJsonObject(delta)) readOne(delta, { ...place, path: `${place.path}.delta` }, into)
  else if (typeof text === 'string') readPlainText(text, into)
  else readValue(content, place, into, depth)
}

/** LangChain's `[[{text, message}]]`. */
function readGeneration(value: unknown, place: Place, into: Reading, depth: number): void {
  let found = value
  for (let level = 0; level < 2 && Array.isArray(found); level++) {
    if (found.length > 1) into.losses.loss(`${place.path}[]`, 'dropped', 'further answers', found.length - 1)
    found = (found as readonly unknown[])[0]
  }
  if (!isJsonObject(found)) return
  const { message, text } = found
  if (!isJsonObject(message)) {
    readValue(text, place, into, depth)
    return
  }
  const [own] = Object.hasOwn(message, 'kwargs') ? [message.kwargs] : [message]
  const hasText = isJsonObject(own) && own.content != null
  const whole = hasText || typeof text !== 'string' ? message : { ...message, content: text }
  readOne(
    { ...(whole.role === undefined && whole.type === undefined && { role: 'assistant' }), ...whole },
    place,
    into,
  )
}

/** The prompt beside the messages: Anthropic's `system`, Gemini's `system_instruction`, the Responses API's `instructions`. */
function readSystem(value: JsonObject, place: Place, into: Reading): void {
  const config = isJsonObject(value.config) ? value.config : {}
  for (const [source, path] of [
    [value, place.path],
    [config, `${place.path}.config`],
  ] as const) {
    for (const key of [
      'system',
      'system_instruction',
      'systemInstruction',
      'instructions',
      'system_prompt',
    ]) {
      const found = source[key]
      if (found == null || found === '') continue
      if (key === 'system' && !hasAny(value, ['messages', 'prompt', 'contents', 'input'])) continue
      const pieces = createPieces()
      const parts = isJsonObject(found) && Array.isArray(found.parts) ? found.parts : found
      readParts(parts, { path: `${path}.${key}`, pointer: `${place.pointer}/${key}` }, pieces, into.losses)
      into.losses.loss(`${path}.${key}`, 'changed', 'read as the first message')
      into.messages.push(draftMessage('system', contentOf(pieces.content)))
      return
    }
  }
}

function hasAny(value: JsonObject, keys: readonly string[]): boolean {
  return keys.some((key) => value[key] != null)
}

function readTools(value: JsonObject, place: Place, into: Reading): void {
  const config = isJsonObject(value.config) ? value.config.tools : undefined
  const kwargs = isJsonObject(value.kwargs) ? value.kwargs.tools : undefined
  const tools = value.tools ?? config ?? value.functions ?? kwargs
  if (tools == null || !isDefinitionList(tools)) return
  into.tools.push(...readToolDefinitions(tools, `${place.path}.tools`, into.losses))
}

function isDefinitionList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isJsonObject)
}

/** What is left: a function's arguments (`{args, kwargs}`), an answer's `{text}`, bare `parts`, one named prompt. */
function readLoose(value: JsonObject, place: Place, into: Reading, depth: number): void {
  const { args, kwargs, parts, text, content, object } = value
  if (Array.isArray(args) && into.side === 'input') {
    readValue(args, { path: `${place.path}.args`, pointer: `${place.pointer}/args` }, into, depth + 1)
    if (into.messages.length === 0 && isJsonObject(kwargs)) readObject(kwargs, place, into, depth + 1)
    return
  }
  if (Array.isArray(parts)) readOne({ role: roleOfSide(into.side), parts }, place, into)
  else if (into.side === 'output' && typeof text === 'string') readAnswer(value, text, place, into)
  else if (into.side === 'output' && isJsonObject(object)) readPlainText(JSON.stringify(object), into)
  else if (
    into.side === 'output' &&
    (typeof content === 'string' || Array.isArray(content) || isJsonObject(content))
  ) {
    readValue(isJsonObject(content) ? content : [{ role: 'assistant', content }], place, into, depth + 1)
  } else if (into.side === 'input') {
    const key = PROMPTS.find((name) => readText(value[name]) !== undefined)
    if (key !== undefined) readPlainText(value[key] as string, into)
  }
}

/** `{text, finish_reason}`, also with calls beside it. */
function readAnswer(value: JsonObject, text: string, place: Place, into: Reading): void {
  const { tool_calls: calls, toolCalls = calls } = value
  readOne(
    {
      role: 'assistant',
      content: text,
      ...(toolCalls !== undefined && { tool_calls: toolCalls }),
      ...(value.finish_reason != null && { finish_reason: value.finish_reason }),
    } as JsonObject,
    place,
    into,
  )
}
