import { isJsonObject, type JsonObject, type JsonValue } from '@sftkit/core'

/** A format that this package does not read by rows, told apart so that no row loader takes its records. */
interface OtherFormat {
  /** The place in the order of detection; a loader asks for those before its own. */
  readonly rule: number
  readonly name: string
  readonly matches: (record: JsonObject) => boolean
}

const has = (record: JsonObject, ...keys: readonly string[]): boolean =>
  keys.every((key) => record[key] !== undefined)
const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '')
const firstOf = (value: JsonValue | undefined): JsonObject | undefined => {
  const first = Array.isArray(value) ? (value[0] as JsonValue | undefined) : undefined
  return isJsonObject(first) ? first : undefined
}
const nestedFirstOf = (value: JsonValue | undefined): JsonObject | undefined =>
  firstOf(value) ?? (Array.isArray(value) ? firstOf(value[0] as JsonValue) : undefined)
const inside = (record: JsonObject, key: string): JsonObject => {
  const value = record[key]
  return isJsonObject(value) ? value : {}
}

const OBSERVATIONS = new Set(
  'SPAN GENERATION EVENT AGENT TOOL CHAIN RETRIEVER EVALUATOR EMBEDDING GUARDRAIL'.split(' '),
)
const CODEX = new Set('session_meta response_item event_msg turn_context compacted world_state'.split(' '))
const CLAUDE = new Set('user assistant system attachment progress summary'.split(' '))

const OTHER_FORMATS: readonly OtherFormat[] = [
  { rule: 1, name: 'atif', matches: (r) => textOf(r.schema_version).startsWith('ATIF-') },
  { rule: 2, name: 'agents-sdk', matches: (r) => has(r, '$schemaVersion') },
  {
    rule: 3,
    name: 'mini-swe-agent',
    matches: (r) =>
      textOf(r.trajectory_format).startsWith('mini-swe-agent') || has(inside(r, 'info'), 'mini_version'),
  },
  {
    rule: 4,
    name: 'inspect',
    matches: (r) => has(r, 'version', 'eval') && (has(r, 'status') || has(r, 'plan')),
  },
  { rule: 4, name: 'inspect sample', matches: (r) => has(r, 'epoch', 'input', 'target', 'messages') },
  { rule: 5, name: 'otel', matches: isSpan },
  {
    rule: 6,
    name: 'langfuse',
    matches: (r) => isJsonObject(r.trace) || (has(r, 'observations', 'timestamp') && !has(r, 'traceId')),
  },
  { rule: 7, name: 'langfuse', matches: (r) => has(r, 'traceId') && OBSERVATIONS.has(textOf(r.type)) },
  {
    rule: 8,
    name: 'langsmith',
    matches: (r) =>
      (has(r, 'run_type') && (has(r, 'dotted_order') || has(r, 'trace_id'))) ||
      (has(r, 'operation', 'dotted_order') && /^(?:post|patch)$/.test(textOf(r.operation))) ||
      (Array.isArray(r.post) && Array.isArray(r.patch)),
  },
  { rule: 9, name: 'tau-bench', matches: (r) => has(r, 'traj', 'reward') },
  {
    rule: 10,
    name: 'tau2-bench',
    matches: (r) =>
      has(r, 'simulations') ||
      has(r, 'ticks') ||
      has(inside(r, 'info'), 'user_info', 'agent_info') ||
      has(r, 'task_id', 'termination_reason'),
  },
  { rule: 11, name: 'moatless', matches: isMoatless },
  { rule: 13, name: 'swe-agent', matches: isSweAgentTrajectory },
  {
    rule: 14,
    name: 'nebius',
    matches: (r) => {
      const first = firstOf(r.trajectory)
      return first !== undefined && has(first, 'role') && (has(first, 'text') || has(first, 'system_prompt'))
    },
  },
  { rule: 15, name: 'openhands', matches: (r) => has(r, 'feedback') && Array.isArray(r.trajectory) },
  {
    rule: 16,
    name: 'swe-agent',
    matches: (r) => {
      const first = nestedFirstOf(r.history)
      const marked =
        first !== undefined && has(first, 'role') && (has(first, 'agent') || has(first, 'message_type'))
      return marked || (typeof r.environment === 'string' && has(r, 'trajectory'))
    },
  },
  {
    rule: 17,
    name: 'openhands',
    matches: (r) => {
      const first = nestedFirstOf(r.history)
      const event = first !== undefined && (has(first, 'action') || has(first, 'observation'))
      const row =
        has(r, 'instruction') && (has(r, 'test_result') || has(r, 'git_patch')) && !has(r, 'messages')
      return event || row
    },
  },
  {
    rule: 19,
    name: 'adp',
    matches: (r) => {
      const first = firstOf(r.content)
      return first !== undefined && has(first, 'class_')
    },
  },
  { rule: 21, name: 'openhands', matches: isOpenHandsEvent },
  {
    rule: 22,
    name: 'openhands',
    matches: (r) => has(r, 'id', 'source') && (has(r, 'observation') || has(r, 'action', 'args')),
  },
  { rule: 23, name: 'codex', matches: (r) => isJsonObject(r.payload) && CODEX.has(textOf(r.type)) },
  { rule: 24, name: 'pi', matches: (r) => r.type === 'session' && has(r, 'id') },
  { rule: 25, name: 'qwen', matches: (r) => has(r, 'uuid', 'sessionId') },
  {
    rule: 26,
    name: 'claude-code',
    matches: (r) =>
      CLAUDE.has(textOf(r.type)) && (has(r, 'leafUuid') || has(r, 'uuid', 'message') || has(r, 'sessionId')),
  },
  { rule: 27, name: 'gemini', matches: (r) => has(r, 'sessionId', 'projectHash') },
]

/** Name of the format whose rule stands before `rule` and holds, if there is one. */
export function otherFormatBefore(rule: number, record: JsonObject): string | undefined {
  return OTHER_FORMATS.find((format) => format.rule < rule && format.matches(record))?.name
}

function isSpan(record: JsonObject): boolean {
  if (has(record, 'resourceSpans') || has(record, 'spanContext')) return true
  const batch = firstOf(record.batches)
  if (batch !== undefined && (has(batch, 'instrumentationLibrarySpans') || has(batch, 'scopeSpans')))
    return true
  const jaeger = firstOf(record.data)
  if (jaeger !== undefined && has(jaeger, 'spans') && has(jaeger, 'traceID')) return true
  const span = firstOf(record.spans)
  if (span !== undefined && (has(span, 'attributes') || has(span, 'spanContext'))) return true
  if (
    has(record, 'attributes') &&
    ['traceId', 'trace_id', 'context', 'spanName'].some((key) => has(record, key))
  ) {
    return true
  }
  return Object.keys(record).some((key) => key === 'openinference.span.kind' || key.startsWith('gen_ai.'))
}

function isMoatless(record: JsonObject): boolean {
  if (has(record, 'max_iterations') && (has(record, 'nodes') || has(record, 'metadata', 'agent'))) return true
  if (has(record, 'nodes', 'agent')) return true
  if (has(record, 'transitions', 'initial_message')) return true
  const name = record.name
  return (
    (name === 'moatless' || name === 'AgenticLoop') &&
    (has(record, 'input') || has(record, 'initial_message'))
  )
}

function isSweAgentTrajectory(record: JsonObject): boolean {
  const first = firstOf(record.trajectory)
  if (first === undefined || has(record, 'feedback')) return false
  const pair = typeof first.action === 'string' && typeof first.observation === 'string'
  return pair || has(first, 'response', 'thought')
}

function isOpenHandsEvent(record: JsonObject): boolean {
  if (!has(record, 'source')) return false
  const kind = textOf(record.kind)
  if (kind.endsWith('Event') || kind === 'Condensation' || kind === 'UserRejectObservation') return true
  if (has(record, 'system_prompt', 'tools') && !has(record, 'messages')) return true
  return has(record, 'llm_message') || has(record, 'llm_response_id') || has(record, 'action_id')
}
