import {
  type ContentPart,
  isJsonObject,
  type JsonObject,
  type LossRecorder,
  type Outcome,
} from '@sftkit/core'
import { contentOf } from '../anthropic/blocks.ts'
import { readArguments } from '../arguments.ts'
import { breakOffLast, isCutOff } from '../cut-off.ts'
import { type DraftMessage, draftMessage } from '../drafts.ts'
import { outcomeOf, type SessionFacts, sum } from '../session/facts.ts'
import { readId, readText } from '../values.ts'

/** A message's own file, and its parts in their order. */
export interface StoredMessage {
  readonly info: JsonObject
  readonly parts: readonly JsonObject[]
}

/**
 * Adds a user's or an assistant's message. Each step of an assistant is one answer of the model.
 *
 * @param prompts the system prompts so far: every message of the user repeats its own
 */
export function addMessage(
  { info, parts }: StoredMessage,
  drafts: DraftMessage[],
  prompts: Set<string>,
  facts: SessionFacts,
  losses: LossRecorder,
): void {
  const created = isJsonObject(info.time) ? info.time.created : undefined
  const timestamp = facts.time(created)
  const model = isJsonObject(info.model) ? info.model.modelID : undefined
  if (info.role === 'user') {
    const system = readText(info.system)
    if (system !== undefined && !prompts.has(system)) {
      prompts.add(system)
      drafts.push(draftMessage('system', system, { timestamp }))
    }
    drafts.push(draftMessage('user', contentOf(userParts(info, parts, facts, losses)), { timestamp }))
    return
  }
  facts.model(info.modelID ?? model)
  const counted = addUsage(info.tokens, info.cost, facts)
  const before = drafts.length
  addSteps(parts, timestamp, counted, drafts, facts, losses)
  const last = parts.findLast(({ type }) => type === 'step-start' || type === 'step-finish')
  const failed = isJsonObject(info.error) && last?.type !== 'step-finish'
  if (failed || isCutOff(info.finish)) breakOffLast(drafts.slice(before))
}

/** What a message says about how the run ended. */
export function outcomeAfter({ role, error }: JsonObject): Outcome {
  if (role === 'user' || !isJsonObject(error)) return outcomeOf('unknown')
  const data = isJsonObject(error.data) ? error.data : {}
  const message = readText(data.message) ?? readText(error.message) ?? readText(error.name)
  return outcomeOf(error.name === 'MessageAbortedError' ? 'cancelled' : 'errored', message)
}

function userParts(
  info: JsonObject,
  parts: readonly JsonObject[],
  facts: SessionFacts,
  losses: LossRecorder,
): ContentPart[] {
  const content = parts.flatMap((part): ContentPart[] => {
    if (part.type === 'text' && part.ignored !== true) return textPart(part.text)
    if (part.type === 'file') return filePart(part)
    if (part.type === 'subtask') return textPart(part.prompt)
    addEvent(part, facts)
    return []
  })
  const body = isJsonObject(info.summary) ? readText(info.summary.body) : undefined
  if (content.length > 0 || parts.length > 0 || body === undefined) return content
  losses.loss('message.summary.body', 'changed', 'the parts are missing: the summary stands for the text')
  return [{ type: 'text', text: body }]
}

/**
 * Adds the answers of an assistant's parts: a new one begins with each step. Where no step is marked, one begins with
 * what is said after a result.
 */
export function addSteps(
  parts: readonly JsonObject[],
  timestamp: string | undefined,
  counted: boolean,
  drafts: DraftMessage[],
  facts: SessionFacts,
  losses: LossRecorder,
): void {
  let answer: DraftMessage | undefined
  let content: ContentPart[] = []
  let results: DraftMessage[] = []
  const current = (): DraftMessage => {
    answer ??= draftMessage('assistant', '', { timestamp })
    return answer
  }
  const endStep = (): void => {
    if (answer !== undefined) drafts.push({ ...answer, content: contentOf(content) }, ...results)
    answer = undefined
    content = []
    results = []
  }
  const hasSteps = parts.some(({ type }) => type === 'step-start')
  for (const part of parts) {
    if (!hasSteps && results.length > 0 && SAID.has(part.type)) endStep()
    switch (part.type) {
      case 'step-start':
        endStep()
        break
      case 'step-finish':
        if (!counted) addUsage(part.tokens, part.cost, facts)
        if (answer !== undefined && isCutOff(part.reason)) answer.train = false
        break
      case 'text':
        if (part.ignored === true) break
        // What the program writes in the assistant's name is not learned.
        if (part.synthetic === true) current().train = false
        current()
        content.push(...textPart(part.text))
        break
      case 'file':
        current()
        content.push(...filePart(part))
        break
      case 'reasoning': {
        const text = readText(part.text)
        const message = current()
        if (text !== undefined)
          message.reasoning = message.reasoning === undefined ? text : `${message.reasoning}\n${text}`
        break
      }
      case 'tool': {
        const { call, result } = readTool(part, timestamp, losses)
        const message = current()
        message.toolCalls ??= []
        message.toolCalls.push(call)
        if (result !== undefined) results.push(result)
        break
      }
      default:
        addEvent(part, facts)
    }
  }
  endStep()
}

const SAID = new Set<unknown>(['text', 'reasoning', 'file'])

function readTool(part: JsonObject, timestamp: string | undefined, losses: LossRecorder) {
  const state = isJsonObject(part.state) ? part.state : {}
  const id = readId(part.callID) ?? ''
  const call = {
    id,
    name: readText(part.tool) ?? '',
    ...readArguments(state.input, 'part(tool).state.input', losses),
  }
  const text = readText(state.output) ?? readText(state.error)
  const files = Array.isArray(state.attachments)
    ? state.attachments.filter(isJsonObject).flatMap(filePart)
    : []
  const isDone = state.status === 'completed' || state.status === 'error'
  if (text === undefined && files.length === 0 && !isDone) return { call, result: undefined }
  const content = contentOf([...textPart(text), ...files])
  const result = draftMessage('tool', content, { ...(id !== '' && { toolCallId: id }), timestamp })
  return { call, result }
}

function textPart(text: unknown): ContentPart[] {
  return typeof text === 'string' && text !== '' ? [{ type: 'text', text }] : []
}

/** Bytes stay in the source: the part's id says where. */
function filePart(part: JsonObject): ContentPart[] {
  const url = readText(part.url)
  const mediaType = readText(part.mime)
  const uri = url === undefined || url.startsWith('data:') ? `#${readText(part.id) ?? 'file'}` : url
  const type = mediaType?.startsWith('image/') ? 'image' : 'file'
  return [{ type, uri, ...(mediaType !== undefined && { mediaType }) }]
}

const EVENTS = new Set(['agent', 'subtask', 'retry', 'compaction'])

function addEvent(
  { id: _, sessionID: __, messageID: ___, type, time, ...data }: JsonObject,
  facts: SessionFacts,
): void {
  const name = readText(type)
  if (name === undefined || !EVENTS.has(name)) return
  facts.event(name, isJsonObject(time) ? (time.created ?? time.start) : undefined, data)
}

/** Tokens of a message, or of a step. @returns whether there were any */
function addUsage(tokens: unknown, cost: unknown, facts: SessionFacts): boolean {
  if (!isJsonObject(tokens)) return false
  const cache = isJsonObject(tokens.cache) ? tokens.cache : {}
  facts.spent({
    input: sum(tokens.input, cache.read, cache.write),
    output: sum(tokens.output, tokens.reasoning),
    total: tokens.total,
    costUsd: isJsonObject(cost) ? undefined : cost,
    calls: 1,
  })
  return true
}
