import { type ContentPart, isJsonObject, type JsonObject, type LossRecorder } from '@sftkit/core'
import { readContent } from '../content.ts'
import { isCutOff } from '../cut-off.ts'
import type { DraftCall } from '../drafts.ts'
import { type Ledger, UNKNOWN } from '../losses.ts'
import { readTime } from '../times.ts'
import { describeType, readId, readNumber, readText } from '../values.ts'
import { chooseReasoning, type ReasoningSource, readThinkingBlocks } from './reasoning.ts'
import { readFunctionCall, readToolCalls } from './tool-calls.ts'

/** A message's fields before its role is settled. */
export interface ChatFields {
  roleName: string | undefined
  content: string | readonly ContentPart[]
  reasoning?: string | undefined
  toolCalls?: DraftCall[] | undefined
  toolCallId?: string | undefined
  name?: string | undefined
  timestamp?: string | undefined
  train?: boolean | undefined
}

/** Reads a message key by key; what has no place is recorded. Null means absent. */
export function readChatFields(source: JsonObject, path: string, place: string, losses: Ledger): ChatFields {
  const fields: ChatFields = { roleName: undefined, content: '' }
  const reasoning: ReasoningSource[] = []
  let refusal: string | undefined
  let toolName: string | undefined
  for (const key of Object.keys(source)) {
    const value = source[key]
    if (value == null) continue
    losses.kept?.(`${path}.${key}`)
    switch (key) {
      case 'role':
        fields.roleName = typeof value === 'string' ? value : JSON.stringify(value)
        break
      case 'content':
        readContentField(value, fields, reasoning, path, place, losses)
        break
      case 'tool_calls':
        fields.toolCalls = joined(fields.toolCalls, readToolCalls(value, `${path}.tool_calls`, losses))
        break
      case 'function_call':
        if (isJsonObject(value)) {
          fields.toolCalls = joined(fields.toolCalls, [
            readFunctionCall(value, `${path}.function_call`, losses),
          ])
        } else losses.loss(`${path}.function_call`, 'dropped', describeType(value))
        break
      case 'tool_call_id':
        fields.toolCallId = readId(value)
        break
      case 'name':
        fields.name = readId(value)
        break
      case 'tool_name':
        toolName = readId(value)
        break
      case 'timestamp':
        fields.timestamp = readTime(value)
        if (fields.timestamp !== value)
          losses.loss(`${path}.timestamp`, 'changed', 'a number, written as text')
        break
      case 'reasoning_content':
      case 'reasoning':
        readReasoningField(value, `${path}.${key}`, reasoning, losses)
        break
      case 'thinking_blocks': {
        const text = readThinkingBlocks(value, `${path}.thinking_blocks`, losses)
        if (text !== undefined) reasoning.push({ path: `${path}.thinking_blocks`, text })
        break
      }
      case 'train':
      case 'weight':
      case 'loss_weight':
        fields.train = readTrain(value, `${path}.${key}`, losses)
        break
      case 'refusal':
        refusal = readText(value)
        break
      case 'provider_specific_fields':
      case 'codex_reasoning_items':
      case 'finish_reason':
      case 'annotations':
      case 'audio':
        if (key === 'finish_reason' && isCutOff(value)) fields.train ??= false
        if (!isEmpty(value)) losses.loss(`${path}.${key}`, 'dropped')
        break
      default:
        losses.loss(`${path}.${key}`, 'dropped', UNKNOWN)
    }
  }
  fields.reasoning = chooseReasoning(reasoning, losses)
  if (refusal !== undefined) readRefusal(refusal, fields, path, losses)
  if (toolName !== undefined) readToolName(toolName, fields, path, losses)
  return fields
}

function readContentField(
  value: unknown,
  fields: ChatFields,
  reasoning: ReasoningSource[],
  path: string,
  place: string,
  losses: LossRecorder,
): void {
  if (typeof value === 'string') {
    fields.content = value
    return
  }
  const read = readContent(value, `${path}.content`, `${place}/content`, losses)
  fields.content = read.content
  if (read.reasoning !== undefined)
    reasoning.push({ path: `${path}.content[]`, text: read.reasoning.join('\n') })
  fields.toolCalls = joined(read.toolCalls, fields.toolCalls)
}

function joined(first: DraftCall[] | undefined, second: DraftCall[] | undefined): DraftCall[] | undefined {
  if (first === undefined || second === undefined) return first ?? second
  return [...first, ...second]
}

function readReasoningField(
  value: unknown,
  path: string,
  into: ReasoningSource[],
  losses: LossRecorder,
): void {
  if (value === '') return
  if (typeof value === 'string') into.push({ path, text: value })
  else {
    losses.loss(path, 'changed', `${describeType(value)} written as JSON text`)
    into.push({ path, text: JSON.stringify(value) })
  }
}

/** A weight says how much a turn is learned; canonically it is learned or not. */
function readTrain(value: unknown, path: string, losses: LossRecorder): boolean | undefined {
  if (typeof value === 'boolean') return value
  const weight = readNumber(value)
  if (weight === undefined) {
    losses.loss(path, 'dropped', describeType(value))
    return undefined
  }
  if (weight !== 0 && weight !== 1) losses.loss(path, 'changed', `weight ${weight} read as learned`)
  return weight !== 0
}

function readRefusal(refusal: string, fields: ChatFields, path: string, losses: LossRecorder): void {
  if (fields.content === '') {
    fields.content = refusal
    losses.loss(`${path}.refusal`, 'changed', 'a refusal read as the content')
  } else losses.loss(`${path}.refusal`, 'dropped', 'beside a content')
}

function readToolName(toolName: string, fields: ChatFields, path: string, losses: LossRecorder): void {
  if (fields.name === undefined) {
    fields.name = toolName
    losses.loss(`${path}.tool_name`, 'changed', 'read as the name')
  } else if (fields.name !== toolName) losses.loss(`${path}.tool_name`, 'dropped', 'differs from the name')
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
