import type { Session } from '../tag-session.ts'
import { gatherEvents } from './events.ts'
import type { Facts, Reading } from './facts.ts'
import { gatherMessages } from './messages.ts'
import { gatherRatings } from './ratings.ts'

/** Reads a session once: its event log where it has one, else (or also, if the rules want it) its messages. */
export function gatherFacts(session: Session, reading: Reading): Facts {
  const { events, messages } = session
  const facts = emptyFacts(session, messages.length)
  if (events !== undefined) gatherEvents(events, facts, reading)
  const whole = events === undefined || reading.messagesBesideEvents
  gatherMessages(messages, facts, whole ? reading : undefined, events === undefined)
  if (whole) gatherRatings(session.metadata.feedback, facts)
  return facts
}

function emptyFacts(session: Session, messages: number): Facts {
  return {
    model: session.model,
    messages,
    userTurns: 0,
    tools: new Set(),
    scripts: [],
    endSignals: [],
    errors:
      session.events === undefined && session.outcome.error !== undefined ? [session.outcome.error] : [],
    stated: session.events === undefined ? session.outcome : undefined,
    compacted: false,
    doomLoop: false,
    outOfMemory: false,
    job: { submitted: 0, pushed: false, flavors: new Set(), endings: [] },
    sandbox: { created: false, hardware: undefined, lifetimes: [] },
    ratings: { up: 0, down: 0 },
    cost: { calls: 0, given: false, total: session.usage?.costUsd },
  }
}
