import type { Recording } from '../recording.ts'
import { toolsOf } from '../tools.ts'
import { chatMessage } from './chat-message.ts'

/** An ml-intern session as it is uploaded: the long columns are JSON inside JSON. */
export function uploadedRow(recording: Recording) {
  const calls = recording.events.filter((event) => event.event_type === 'llm_call')
  const sum = (key: string) => calls.reduce((total, event) => total + Number(event.data[key]), 0)
  const count = (type: string) => recording.events.filter((event) => event.event_type === type).length
  return {
    session_id: recording.id,
    session_start_time: recording.startedAt,
    session_end_time: recording.endedAt,
    model_name: recording.model,
    messages: JSON.stringify(
      recording.messages.map((one) => ({ ...chatMessage(one), timestamp: one.timestamp })),
    ),
    events: JSON.stringify(recording.events),
    tools: JSON.stringify(toolsOf(recording.task)),
    total_cost_usd: Number(sum('cost_usd').toFixed(6)),
    usage_llm_calls: calls.length,
    usage_total_tokens: sum('total_tokens'),
    usage_hf_job_submits: count('hf_job_submit'),
    usage_sandbox_creates: count('sandbox_create'),
  }
}

/** A session that was opened and closed again without a word. */
export function emptyRow(session_id: string, time: string) {
  const event = (event_type: string) => ({ timestamp: time, event_type, data: {} })
  return {
    session_id,
    session_start_time: time,
    session_end_time: time,
    model_name: 'scripted/careful',
    messages: '[]',
    events: JSON.stringify([event('ready'), event('shutdown')]),
    tools: JSON.stringify([]),
    total_cost_usd: 0,
    usage_llm_calls: 0,
    usage_total_tokens: 0,
    usage_hf_job_submits: 0,
    usage_sandbox_creates: 0,
  }
}
