import type { RecordedMessage, Recording } from '../recording.ts'
import { toolsOf } from '../tools.ts'

export function sharegptRow(recording: Recording) {
  return {
    id: recording.id,
    system: recording.messages.find((message) => message.role === 'system')?.content ?? '',
    tools: JSON.stringify(toolsOf(recording.task).map((tool) => tool.function)),
    conversations: recording.messages.flatMap(turns),
  }
}

/** Calls become a `function_call` turn after the text, each result an `observation` turn. */
function turns(message: RecordedMessage): { from: string; value: string }[] {
  if (message.role === 'system') return []
  if (message.role === 'user') return [{ from: 'human', value: message.content }]
  if (message.role === 'tool') return [{ from: 'observation', value: message.content }]
  const calls = message.calls?.map(({ name, arguments: input }) => ({ name, arguments: input })) ?? []
  return [
    ...(message.content === '' ? [] : [{ from: 'gpt', value: message.content }]),
    ...(calls.length === 0 ? [] : [{ from: 'function_call', value: JSON.stringify(calls) }]),
  ]
}
