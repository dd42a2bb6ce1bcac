import type { Trace } from '../data/trace.ts'

/** Freezing every message of a run would be felt; who changes messages at all does so in the first of them. */
const WHOLE = 16

/**
 * Makes traces read-only, so that a handler that changes one fails where it does so, and not some stages later: a
 * trace's own fields and lists always, each message and call in the first traces of a task. Tags stay open until all
 * taggers have been asked.
 */
export function createFreezer(): (trace: Trace) => void {
  let seen = 0
  return (trace) => {
    if (seen++ < WHOLE) freezeMessages(trace)
    Object.freeze(trace.messages)
    Object.freeze(trace.metadata)
    Object.freeze(trace)
  }
}

function freezeMessages({ messages, group, outcome }: Trace): void {
  for (const message of messages) {
    Object.freeze(message)
    if (message.toolCalls === undefined) continue
    for (const call of message.toolCalls) Object.freeze(call)
    Object.freeze(message.toolCalls)
  }
  Object.freeze(group)
  Object.freeze(outcome)
}
