import type { JsonObject, JsonValue } from './json.ts'
import type { ContentPart, Message, ToolCall } from './message.ts'
import type { Group, Outcome, Trace, TraceEvent, Usage } from './trace.ts'

/**
 * A trace as a line of `traces.jsonl`: snake_case keys in a fixed order, absent fields left out. `source` is the
 * path; the rest of where the trace was read from is in `origin`. The loader `canonical` reads it back.
 */
export function traceToLine(trace: Trace): JsonObject {
  const { source } = trace
  return compact({
    id: trace.id,
    session_id: trace.session,
    source: source.uri,
    origin: compact({
      format: source.format,
      line: source.line,
      byte_offset: source.byteOffset,
      hash: source.hash,
    }),
    group: groupToLine(trace.group),
    tags: trace.tags,
    messages: trace.messages.map(messageToLine),
    tools: trace.tools as JsonValue | undefined,
    events: trace.events?.map(eventToLine),
    outcome: outcomeToLine(trace.outcome),
    usage: trace.usage && usageToLine(trace.usage),
    model: trace.model,
    agent: trace.agent,
    started_at: trace.startedAt,
    ended_at: trace.endedAt,
    parents: trace.parents,
    metadata: trace.metadata,
  })
}

function compact(fields: { readonly [key: string]: JsonValue | undefined }): JsonObject {
  const line: Record<string, JsonValue> = {}
  for (const key of Object.keys(fields)) {
    const value = fields[key]
    if (value !== undefined) line[key] = value
  }
  return line
}

function groupToLine({ key, task, repo, session, parent, attempt }: Group): JsonObject {
  return compact({ key, task, repo, session, parent, attempt })
}

function outcomeToLine({ status, reward, resolved, error }: Outcome): JsonObject {
  return compact({ status, reward, resolved, error })
}

function usageToLine(usage: Usage): JsonObject {
  return compact({
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    total_tokens: usage.totalTokens,
    llm_calls: usage.llmCalls,
    cost_usd: usage.costUsd,
  })
}

function eventToLine({ type, timestamp, data }: TraceEvent): JsonObject {
  return compact({ type, timestamp, data })
}

function messageToLine(message: Message): JsonObject {
  return compact({
    role: message.role,
    content: typeof message.content === 'string' ? message.content : message.content.map(partToLine),
    reasoning: message.reasoning,
    tool_calls: message.toolCalls?.map(callToLine),
    tool_call_id: message.toolCallId,
    name: message.name,
    timestamp: message.timestamp,
    train: message.train,
    copied: message.copied,
  })
}

function partToLine(part: ContentPart): JsonObject {
  if (part.type === 'text') return { type: part.type, text: part.text }
  return compact({ type: part.type, uri: part.uri, media_type: part.mediaType })
}

function callToLine(call: ToolCall): JsonObject {
  return compact({
    id: call.id,
    name: call.name,
    arguments: call.arguments,
    arguments_text: call.argumentsText,
  })
}
