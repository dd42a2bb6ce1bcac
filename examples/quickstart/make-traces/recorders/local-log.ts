import type { RecordedEvent, Recording } from '../recording.ts'
import { chatMessage } from './chat-message.ts'

/** The local log has neither prices nor call ids in its events. */
function localEvent({ timestamp, event_type, data }: RecordedEvent) {
  const { tool_call_id: _id, ...rest } = data
  return { timestamp: withoutZone(timestamp), event_type, data: rest }
}

const withoutZone = (time: string) => time.replace('Z', '')

/** One JSON file as ml-intern keeps it in session_logs: real arrays, no tools, times without a zone. */
export function localLog(recording: Recording, messageCount = recording.messages.length) {
  const messages = recording.messages.slice(0, messageCount)
  const saved = messages.at(-1)?.timestamp ?? recording.startedAt
  const whole = messageCount === recording.messages.length
  const events = recording.events.filter(
    (event) => event.event_type !== 'llm_call' && (whole || event.timestamp <= saved),
  )
  return {
    session_id: recording.id,
    session_start_time: withoutZone(recording.startedAt),
    session_end_time: withoutZone(whole ? recording.endedAt : saved),
    model_name: recording.model,
    messages: messages.map((message) => ({ ...chatMessage(message), function_call: null })),
    events: events.map(localEvent),
    upload_status: 'pending',
    upload_url: null,
    last_save_time: withoutZone(whole ? recording.endedAt : saved),
  }
}

/** `<session_id>_<time>.json`: each save has a file of its own. */
export function localLogName(log: ReturnType<typeof localLog>): string {
  return `${log.session_id}_${log.last_save_time.replaceAll(/[-:]|\.\d+/g, '').replace('T', '_')}.json`
}
