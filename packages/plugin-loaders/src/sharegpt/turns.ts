import { isJsonObject, type JsonObject, type JsonValue, type LossRecorder, parseJson } from '@sftkit/core'
import { readArguments } from '../arguments.ts'
import { roleOf } from '../chat/roles.ts'
import { type DraftCall, type DraftMessage, draftMessage } from '../drafts.ts'
import { recordUnknownKeys } from '../losses.ts'
import { describeType, readNumber, readText } from '../values.ts'

const KNOWN = new Set(['from', 'value', 'weight', 'train', 'loss', 'thoughts', 'actions'])
const CALL_KEYS = new Set(['name', 'arguments', 'parameters'])

/**
 * Reads `{from, value}` turns. A `function_call` that is no JSON stays the assistant's text.
 *
 * @param key the list's key in the record, for the ledger's paths
 */
export function readTurns(
  list: readonly unknown[],
  losses: LossRecorder,
  key = 'conversations',
): DraftMessage[] {
  const path = `${key}[]`
  const drafts: DraftMessage[] = []
  for (const turn of list) {
    if (!isJsonObject(turn)) {
      if (turn !== null) losses.loss(path, 'dropped', `no turn: ${describeType(turn)}`)
      continue
    }
    recordUnknownKeys(turn, KNOWN, `${path}.`, losses)
    const text = readValue(turn.value, path, losses)
    const train = readTrain(turn.train ?? turn.loss ?? turn.weight, path, losses)
    const from = readText(turn.from) ?? ''
    const reasoning = readThoughts(turn, path, losses)
    if (from === 'function_call') addCalls(drafts, text, train, path, losses)
    else {
      const role = roleOf(from) ?? 'user'
      if (roleOf(from) === undefined) losses.loss(`${path}.from`, 'changed', `${from} read as user`)
      if (role !== 'assistant' && train === true)
        losses.loss(`${path}.train`, 'dropped', 'only assistant turns are learned')
      drafts.push(draftMessage(role, text, role === 'assistant' ? { train, reasoning } : undefined))
    }
  }
  return drafts
}

/** Agents of LLaVA-Plus write what they think and do beside what they say. */
function readThoughts(turn: JsonObject, path: string, losses: LossRecorder): string | undefined {
  const { thoughts, actions } = turn
  if (actions != null && !(Array.isArray(actions) && actions.length === 0))
    losses.loss(`${path}.actions`, 'dropped', 'calls in a notation of their own, beside the text')
  if (thoughts == null || thoughts === '') return undefined
  losses.loss(`${path}.thoughts`, 'changed', 'read as the reasoning')
  return readText(thoughts) ?? JSON.stringify(thoughts)
}

function readValue(value: unknown, path: string, losses: LossRecorder): string {
  if (typeof value === 'string') return value
  if (value == null) return ''
  losses.loss(`${path}.value`, 'changed', `${describeType(value)} written as JSON text`)
  return JSON.stringify(value)
}

function readTrain(value: unknown, path: string, losses: LossRecorder): boolean | undefined {
  if (value == null) return undefined
  if (typeof value === 'boolean') return value
  const weight = readNumber(value)
  if (weight === undefined) losses.loss(`${path}.weight`, 'dropped', describeType(value))
  else if (weight !== 0 && weight !== 1) losses.loss(`${path}.weight`, 'changed', `${weight} read as learned`)
  return weight === undefined ? undefined : weight !== 0
}

/** The calls join the assistant's turn just before, which said what they are for. */
function addCalls(
  drafts: DraftMessage[],
  text: string,
  train: boolean | undefined,
  path: string,
  losses: LossRecorder,
): void {
  const toolCalls = readCalls(text, path, losses)
  if (toolCalls === undefined) {
    losses.loss(`${path}.value`, 'changed', 'a function_call that is no JSON, kept as text')
    drafts.push(draftMessage('assistant', text, { train }))
    return
  }
  losses.loss(`${path}.value`, 'changed', 'a function_call read as tool calls')
  const before = drafts.at(-1)
  if (before?.role === 'assistant' && before.toolCalls === undefined && before.train === train) {
    losses.loss(path, 'changed', 'a function_call merged with the turn before it')
    drafts[drafts.length - 1] = draftMessage('assistant', before.content, { toolCalls, train })
  } else drafts.push(draftMessage('assistant', '', { toolCalls, train }))
}

function readCalls(text: string, path: string, losses: LossRecorder): DraftCall[] | undefined {
  let parsed: JsonValue
  try {
    parsed = parseJson(text)
  } catch {
    return undefined
  }
  const list = Array.isArray(parsed) ? (parsed as readonly JsonValue[]) : [parsed]
  if (list.length === 0 || !list.every((call) => isJsonObject(call) && typeof call.name === 'string'))
    return undefined
  return list.filter(isJsonObject).map((call) => {
    recordUnknownKeys(call, CALL_KEYS, `${path}.value.`, losses)
    const args = readArguments(call.arguments ?? call.parameters, `${path}.value.arguments`, losses)
    return { id: '', name: String(call.name), ...args }
  })
}
