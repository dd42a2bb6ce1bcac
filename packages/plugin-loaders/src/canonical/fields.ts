import {
  type Group,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LossRecorder,
  type Outcome,
  type TraceEvent,
  type Usage,
} from '@sftkit/core'
import { recordUnknownKeys } from '../losses.ts'
import { readNumber } from '../values.ts'

const GROUP = ['key', 'task', 'repo', 'session', 'parent', 'attempt'] as const
const GROUP_KEYS: ReadonlySet<string> = new Set(GROUP)
const OUTCOME_KEYS = new Set(['status', 'reward', 'resolved', 'error'])
const STATUSES = ['completed', 'errored', 'limit', 'cancelled', 'unknown'] as const
const USAGE = {
  input_tokens: 'inputTokens',
  output_tokens: 'outputTokens',
  total_tokens: 'totalTokens',
  llm_calls: 'llmCalls',
  cost_usd: 'costUsd',
} as const
const USAGE_KEYS = new Set(Object.keys(USAGE))
const EVENT_KEYS = new Set(['type', 'timestamp', 'data'])

export function readGroup(value: JsonValue | undefined, losses: LossRecorder): Partial<Group> {
  const source = objectOf(value, 'group', GROUP_KEYS, losses)
  const group: { -readonly [K in keyof Group]?: Group[K] } = {}
  for (const key of GROUP) {
    const text = source[key]
    if (typeof text === 'string') group[key] = text
  }
  return group
}

export function readOutcome(value: JsonValue | undefined, losses: LossRecorder): Outcome {
  const { status, resolved, error, ...rest } = objectOf(value, 'outcome', OUTCOME_KEYS, losses)
  const reward = readNumber(rest.reward)
  return {
    status: STATUSES.find((name) => name === status) ?? 'unknown',
    ...(reward !== undefined && { reward }),
    ...(typeof resolved === 'boolean' && { resolved }),
    ...(typeof error === 'string' && { error }),
  }
}

export function readUsage(value: JsonValue | undefined, losses: LossRecorder): Usage {
  const source = objectOf(value, 'usage', USAGE_KEYS, losses)
  const usage: { -readonly [K in keyof Usage]: Usage[K] } = {}
  for (const [key, name] of Object.entries(USAGE)) {
    const number = readNumber(source[key])
    if (number !== undefined) usage[name] = number
  }
  return usage
}

export function readEvent(value: JsonValue, losses: LossRecorder): TraceEvent {
  const { type, timestamp, data } = objectOf(value, 'events[]', EVENT_KEYS, losses)
  const event = { type: typeof type === 'string' ? type : '', data: isJsonObject(data) ? data : {} }
  return typeof timestamp === 'string' ? { type: event.type, timestamp, data: event.data } : event
}

function objectOf(
  value: JsonValue | undefined,
  path: string,
  known: ReadonlySet<string>,
  losses: LossRecorder,
): JsonObject {
  if (!isJsonObject(value)) {
    if (value != null) losses.loss(path, 'dropped', 'no object')
    return {}
  }
  recordUnknownKeys(value, known, `${path}.`, losses)
  return value
}
