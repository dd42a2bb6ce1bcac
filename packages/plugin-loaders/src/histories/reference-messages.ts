import { isJsonObject, type JsonValue, type LossRecorder, type Message, type ToolCall } from '@sftkit/core'
import { readArguments } from '../arguments.ts'
import { draftMessage } from '../drafts.ts'
import { describeType } from '../values.ts'
import { historyToMessages, type ReferenceCall, type ReferenceMessage } from './reference.ts'

/**
 * The reference's messages in the canonical form. Ids stay as the reference gives them, so that a result may name a
 * call that is not there; what it loses is recorded.
 */
export function readReferenceMessages(
  history: readonly JsonValue[],
  losses: LossRecorder,
  includeSystem = true,
): Message[] {
  for (const item of history) recordLeftOut(item, losses)
  const skipped = (item: JsonValue, why: string): void => {
    const type = isJsonObject(item) ? (item.type ?? item.role) : undefined
    losses.loss(
      `history[](${typeof type === 'string' ? type : describeType(item)})`,
      'dropped',
      `reference rules: ${why}`,
    )
  }
  return historyToMessages(history, { includeSystem }, skipped).map((message) => toCanonical(message, losses))
}

function recordLeftOut(item: JsonValue, losses: LossRecorder): void {
  const content = isJsonObject(item) ? item.content : undefined
  if (Array.isArray(content)) {
    losses.loss('history[].content', 'changed', 'reference rules: texts joined by a space, the rest left out')
  }
}

function toCanonical(message: ReferenceMessage, losses: LossRecorder): Message {
  const { role, content = '', tool_calls: calls, tool_call_id: toolCallId } = message
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  return draftMessage(role, text, {
    toolCalls: calls?.map((call) => toCall(call, losses)),
    toolCallId: toolCallId === '' ? undefined : toolCallId,
  })
}

function toCall({ id, function: { name, arguments: text } }: ReferenceCall, losses: LossRecorder): ToolCall {
  return { id, name, ...readArguments(text, 'history[].arguments', losses) }
}
