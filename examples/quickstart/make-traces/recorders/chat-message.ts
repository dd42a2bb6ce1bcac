import type { RecordedMessage } from '../recording.ts'

/** A message in the Chat Completions shape: arguments are JSON text. */
export function chatMessage(message: RecordedMessage) {
  return {
    role: message.role,
    content: message.content,
    ...(message.reasoning !== undefined && { reasoning_content: message.reasoning }),
    ...(message.calls !== undefined && {
      tool_calls: message.calls.map((call) => ({
        id: call.id,
        type: 'function',
        function: { name: call.name, arguments: JSON.stringify(call.arguments) },
      })),
    }),
    ...(message.callId !== undefined && { tool_call_id: message.callId, name: message.name }),
  }
}
