import { isTrained, type JsonObject, type Message } from '@sftkit/core'
import { objectArguments } from './arguments.ts'
import { textContent } from './content.ts'
import type { LossTally } from './losses.ts'
import { writableText } from './writable.ts'

/** A message of a TRL row. Keys always stand in this order; those without a value are absent. */
export interface ObjectMessage {
  role: string
  content: string
  reasoning_content?: string
  tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: JsonObject } }[]
  tool_call_id?: string
  name?: string
  train?: boolean
}

/**
 * Messages in the shape that TRL and chat templates take, tool-call arguments as objects.
 *
 * @param withTrain say of each assistant turn whether it is learned
 */
export function objectMessages(
  messages: readonly Message[],
  losses: LossTally,
  withTrain: boolean,
): ObjectMessage[] {
  const rows: ObjectMessage[] = new Array(messages.length)
  for (let index = 0; index < messages.length; index++) {
    rows[index] = objectMessage(messages[index] as Message, losses, withTrain)
  }
  return rows
}

function objectMessage(message: Message, losses: LossTally, withTrain: boolean): ObjectMessage {
  const row: ObjectMessage = { role: message.role, content: textContent(message, losses) }
  if (message.reasoning !== undefined && message.reasoning !== '') {
    row.reasoning_content = writableText(message.reasoning, 'messages[].reasoning', losses)
  }
  if (message.toolCalls !== undefined && message.toolCalls.length > 0) {
    row.tool_calls = message.toolCalls.map((call) => ({
      id: call.id,
      type: 'function',
      function: { name: call.name, arguments: objectArguments(call, losses) },
    }))
  }
  if (message.toolCallId !== undefined) row.tool_call_id = message.toolCallId
  if (message.name !== undefined) row.name = message.name
  if (withTrain && message.role === 'assistant') row.train = isTrained(message)
  return row
}
