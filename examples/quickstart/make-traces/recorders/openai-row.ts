import type { Recording } from '../recording.ts'
import { toolsOf } from '../tools.ts'
import { chatMessage } from './chat-message.ts'

export function openaiRow(recording: Recording) {
  return {
    messages: recording.messages.map(chatMessage),
    tools: toolsOf(recording.task),
    metadata: {
      session_id: recording.id,
      task: recording.task.name,
      attempt: recording.attempt,
      model: recording.model,
      resolved: recording.resolved,
    },
  }
}
