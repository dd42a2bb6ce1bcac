import { isJsonObject, type JsonObject } from '@sftkit/core'
import { nobody, type OnOdd, objectsIn } from '../spans/odd.ts'
import { readId, setOwn } from '../values.ts'

/** What a file's records hold: traces, and the observations of these. */
export interface Rows {
  readonly traces: Map<string, JsonObject>
  readonly observations: Map<string, JsonObject>
}

/**
 * Takes the traces and observations out of a record: an export (`{trace, observations}`), a trace of the API, an
 * observation, a page of them (`{data}`), a session (`{traces}`). A row that stands twice is taken once.
 *
 * @returns whether there was any
 */
export function collectRows(record: JsonObject, into: Rows, odd: OnOdd = nobody): boolean {
  const before = into.traces.size + into.observations.size
  collect(record, into, odd, 0)
  return into.traces.size + into.observations.size > before
}

function collect(value: unknown, into: Rows, odd: OnOdd, depth: number): void {
  if (depth > 4) return
  if (Array.isArray(value)) {
    for (const element of objectsIn(value, odd)) collect(element, into, odd, depth + 1)
    return
  }
  if (!isJsonObject(value)) return
  if (isObservation(value)) {
    const id = readId(value.id) ?? `observation ${into.observations.size + 1}`
    into.observations.set(id, richer(into.observations.get(id), value))
    return
  }
  const { trace, observations, data, traces } = value
  if (isJsonObject(trace)) addTrace(trace, into)
  else if (isTrace(value)) addTrace(value, into)
  for (const inner of [isJsonObject(trace) ? trace.observations : undefined, observations, data, traces])
    collect(inner, into, odd, depth + 1)
}

function addTrace(trace: JsonObject, into: Rows): void {
  const id = readId(trace.id) ?? `trace ${into.traces.size + 1}`
  into.traces.set(id, richer(into.traces.get(id), trace))
}

/** One copy of a row may lack what another has: an export's trace lists its observations without their messages. */
function richer(first: JsonObject | undefined, second: JsonObject): JsonObject {
  if (first === undefined) return second
  const merged = { ...first }
  for (const key of Object.keys(second)) {
    if (second[key] != null) setOwn(merged, key, second[key])
  }
  return merged
}

export function isObservation(value: JsonObject): boolean {
  return (
    value.traceId !== undefined &&
    value.startTime !== undefined &&
    (typeof value.type === 'string' || value.parentObservationId !== undefined)
  )
}

export function isTrace(value: JsonObject): boolean {
  return value.id !== undefined && value.timestamp !== undefined && value.traceId === undefined
}
