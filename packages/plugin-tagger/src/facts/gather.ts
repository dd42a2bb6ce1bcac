import type { Session } from '../tag-session.ts'
import { COMPACTIONS, eventLogOf } from './event-log.ts'
import { gatherEvents } from './events.ts'
import type { Facts, Reading } from './facts.ts'
import { gatherMessages } from './messages.ts'
import { gatherRatings } from './ratings.ts'

/** Reads a session once: its log where it is one of ml-intern, else (or also, if the rules want it) its messages. */
export function gatherFacts(session: Session, reading: Reading): Facts {
  const { messages } = session
  const events = eventLogOf(session)
  const facts = emptyFacts(session, messages.length, events !== undefined)
  if (events !== undefined) gatherEvents(events, facts, reading)
  else facts.compacted = (session.events ?? []).some(({ type }) => COMPACTIONS.has(type))
  const whole = events === undefined || reading.messagesBesideEvents
  gatherMessages(messages, facts, whole ? reading : undefined, events === undefined)
  if (whole) gatherRatings(session.metadata.feedback, facts)
  return facts
}

function emptyFacts(session: Session, messages: number, isLogged: boolean): Facts {
  const { error } = session.outcome
  return {
    model: session.model,
    messages,
    userTurns: 0,
    tools: new Set(),
    scripts: [],
    endSignals: [],
    errors: !isLogged && error !== undefined ? [error] : [],
    stated: isLogged ? undefined : session.outcome,
    compacted: false,
    doomLoop: false,
    outOfMemory: false,
    job: { submitted: 0, pushed: false, flavors: new Set(), endings: [] },
    sandbox: { created: false, hardware: undefined, lifetimes: [] },
    ratings: { up: 0, down: 0 },
    cost: { calls: 0, given: false, total: session.usage?.costUsd },
  }
}
