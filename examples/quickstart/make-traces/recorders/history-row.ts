import type { Recording } from '../recording.ts'

/** A session as a list of Responses items. */
export function historyRow(recording: Recording) {
  const history = recording.messages.flatMap((message, index): object[] => {
    if (message.role === 'tool')
      return [{ type: 'function_call_output', call_id: message.callId, output: message.content }]
    if (message.role !== 'assistant') return [{ role: message.role, content: message.content }]
    const reasoning = message.reasoning === undefined ? [] : [reasoningItem(index, message.reasoning)]
    const text = message.content === '' ? [] : [textItem(index, message.content)]
    const calls = (message.calls ?? []).map((call) => ({
      type: 'function_call',
      call_id: call.id,
      name: call.name,
      arguments: JSON.stringify(call.arguments),
    }))
    return [...reasoning, ...text, ...calls]
  })
  return {
    session_id: recording.id,
    history,
    judgment: recording.resolved ? 'acceptable' : 'unacceptable',
    passed: recording.resolved,
    archived: false,
  }
}

function reasoningItem(index: number, text: string) {
  return { type: 'reasoning', id: `rs_${index}`, summary: [{ type: 'summary_text', text }] }
}

function textItem(index: number, text: string) {
  return {
    type: 'message',
    id: `msg_${index}`,
    role: 'assistant',
    content: [{ type: 'output_text', text, annotations: [] }],
  }
}
