import type { JsonObject, Message, TraceEvent } from '@sftkit/core'
import type { Session } from '../src/tag-session.ts'

/** A session with an event log: each event as its type, or as type and data. */
export function logged(
  events: readonly (string | [string, JsonObject])[],
  more: Partial<Session> = {},
): Session {
  return {
    messages: [{ role: 'user', content: 'go' }],
    events: events.map((event): TraceEvent => {
      return typeof event === 'string' ? { type: event, data: {} } : { type: event[0], data: event[1] }
    }),
    outcome: { status: 'unknown' },
    metadata: {},
    ...more,
  }
}

/** A session of a format that keeps no event log. */
export function unlogged(messages: readonly Message[], more: Partial<Session> = {}): Session {
  return { messages, outcome: { status: 'unknown' }, metadata: {}, ...more }
}
