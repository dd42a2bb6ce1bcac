import { isJsonObject, type JsonObject, type JsonValue } from '@sftkit/core'
import { readNumber, readText } from '../values.ts'
import { eventsOf, linesOf, objectOf } from './streams/events.ts'

/** A line of a recording as its readers take it. */
export interface ReadExchange {
  readonly line: JsonObject
  readonly request: JsonObject
  readonly status: number | undefined
  /** Whether the answer came to its end. */
  readonly whole: boolean
  /** The answer's body, put together where it was a stream; empty where there is none. */
  readonly answer: JsonObject
}

/** @param assemble what the events or lines of a stream make */
export function readExchange(
  line: JsonObject,
  assemble: (events: readonly JsonObject[]) => JsonObject,
): ReadExchange | undefined {
  const { body } = isJsonObject(line.request) ? line.request : {}
  if (!isJsonObject(body)) return undefined
  const answer = isJsonObject(line.answer) ? line.answer : {}
  return {
    line,
    request: body,
    status: readNumber(answer.status),
    whole: line.end === 'complete',
    answer: readAnswer(answer, assemble),
  }
}

function readAnswer(answer: JsonObject, assemble: (events: readonly JsonObject[]) => JsonObject): JsonObject {
  if (!Array.isArray(answer.chunks)) return objectOf(readText(answer.text) ?? '') ?? {}
  const text = (answer.chunks as readonly JsonValue[])
    .map((chunk) => (Array.isArray(chunk) ? readText(chunk[1]) : undefined) ?? '')
    .join('')
  const events = /^(?:data|event|id|retry)?:/m.test(text) ? eventsOf(text) : linesOf(text)
  const [only] = events
  return events.length === 1 && only?.error !== undefined ? only : assemble(events)
}
