import { createHash } from 'node:crypto'
import type { JsonValue, Message, ToolCall } from '@sftkit/core'

type MessageFields = Partial<Omit<Message, 'role' | 'content'>>

/** A system message. */
export function system(content: Message['content'], fields: MessageFields = {}): Message {
  return { role: 'system', content, ...fields }
}

/** A user's message. */
export function user(content: Message['content'], fields: MessageFields = {}): Message {
  return { role: 'user', content, ...fields }
}

/**
 * An assistant's message.
 *
 * ```ts
 * assistant('I will look.', { toolCalls: [toolCall('read_file', { path: 'a.ts' })] })
 * ```
 */
export function assistant(content: Message['content'], fields: MessageFields = {}): Message {
  return { role: 'assistant', content, ...fields }
}

/** A call of a tool. @param id default: made from name and arguments, so that it is the same in every run */
export function toolCall(name: string, args: JsonValue = {}, id?: string): ToolCall {
  return { id: id ?? callId(name, args), name, arguments: args }
}

/** What a tool answered. @param call the call it answers, or that call's id */
export function toolResult(
  call: ToolCall | string,
  content: Message['content'],
  fields: MessageFields = {},
): Message {
  if (typeof call === 'string') return { role: 'tool', content, toolCallId: call, ...fields }
  return { role: 'tool', content, toolCallId: call.id, name: call.name, ...fields }
}

function callId(name: string, args: JsonValue): string {
  return `call_${createHash('sha256')
    .update(JSON.stringify([name, args]))
    .digest('hex')
    .slice(0, 8)}`
}
