import { isJsonObject, type JsonObject } from '@sftkit/core'
import { nobody, type OnOdd, objectsIn } from '../spans/odd.ts'
import { readText } from '../values.ts'
import { isSpan, type RawSpan, readRawSpan } from './raw-span.ts'
import { readAttributes } from './values.ts'

interface Around {
  readonly scope?: string | undefined
  readonly service?: string | undefined
  readonly session?: string | undefined
}

/** What a record holds: its spans, and the session that it names for all of them. */
export interface RecordSpans {
  readonly spans: readonly RawSpan[]
  readonly session: string | undefined
}

/**
 * The spans of a record: OTLP (`resourceSpans`), Tempo (`batches`, `trace`), Jaeger (`data`), `{session_id, spans}`,
 * spans by their names, one span, one span's attributes alone.
 */
export function spansOf(record: JsonObject, odd: OnOdd = nobody): RecordSpans {
  const spans: RawSpan[] = []
  collect(record, {}, spans, odd, 0)
  if (spans.length === 0 && isAttributeMap(record)) {
    spans.push(readRawSpan({ attributes: record }, {}))
  }
  const session = readText(record.session_id) ?? readText(record.sessionId)
  return { spans, session }
}

/** Whether an object's own keys are a span's attributes. */
export function isAttributeMap(record: JsonObject): boolean {
  return Object.keys(record).some(
    (key) => key === 'openinference.span.kind' || /^(?:gen_ai|llm|ai)\.\w/.test(key),
  )
}

const LISTS = [
  'resourceSpans',
  'resource_spans',
  'batches',
  'scopeSpans',
  'scope_spans',
  'instrumentationLibrarySpans',
  'spans',
  'data',
  'traces',
] as const

function collect(value: unknown, around: Around, into: RawSpan[], odd: OnOdd, depth: number): void {
  if (depth > 8) return
  if (Array.isArray(value)) {
    for (const element of objectsIn(value, odd)) collect(element, around, into, odd, depth + 1)
    return
  }
  if (!isJsonObject(value)) return
  if (isSpan(value)) {
    into.push(readRawSpan(value, around))
    return
  }
  const inner = { ...around, ...aroundOf(value) }
  const before = into.length
  for (const key of LISTS) {
    if (value[key] != null) collect(value[key], inner, into, odd, depth + 1)
  }
  if (isJsonObject(value.trace)) collect(value.trace, inner, into, odd, depth + 1)
  if (into.length > before) return
  // Spans by their names, as fixtures of libraries have them.
  for (const [name, span] of Object.entries(value)) {
    if (!isJsonObject(span)) continue
    const named: JsonObject = span.name === undefined ? { name, ...span } : span
    if (isSpan(named)) into.push(readRawSpan(named, inner))
    else if (isJsonObject(span.attributes) && isAttributeMap(span.attributes))
      into.push(readRawSpan(named, inner))
  }
}

/** What a container says about all its spans. */
function aroundOf({ resource, scope, instrumentationLibrary, processes }: JsonObject): Around {
  const name = [scope, instrumentationLibrary].find(isJsonObject)?.name
  const process = isJsonObject(processes)
    ? Object.values(processes).find(isJsonObject)?.serviceName
    : undefined
  const service = isJsonObject(resource) ? readAttributes(resource.attributes).get('service.name') : process
  return {
    ...(readText(name) !== undefined && { scope: readText(name) }),
    ...(readText(service) !== undefined && { service: readText(service) }),
  }
}
