import type { JsonObject, LoadContext, LoadedTrace, Plugin, SourceSet } from '@sftkit/core'
import { detectAs } from '../detect/detect-as.ts'
import { loaderPlugin } from '../loader-plugin.ts'
import { recordOdd } from '../spans/odd.ts'
import { readScores } from '../spans/scores.ts'
import type { Span } from '../spans/span.ts'
import { type Around, readTraces } from '../spans/traces.ts'
import { readId } from '../values.ts'
import { spansOf } from './containers.ts'
import { readSpanEvents, type SpanEvents } from './events.ts'
import { SESSIONS, toSpan } from './to-span.ts'

/**
 * Spans of OpenTelemetry: the GenAI conventions of all versions, OpenInference, the AI SDK, ADK and Traceloop, in OTLP
 * JSON, Tempo's and Jaeger's exports, dumps of the SDKs and plain lists.
 */
export function otel(): Plugin {
  return loaderPlugin({
    name: 'otel',
    looksFor: 'spans with attributes: resourceSpans, a list of spans, or one attribute map',
    detect: detectAs('otel'),
    repeats: sessionsOf,
    open: readFile,
  })
}

/** A conversation may go on in another file; without a conversation's name, its trace may. */
function sessionsOf(record: JsonObject): readonly string[] | undefined {
  const { spans, session } = spansOf(record)
  const names = spans.flatMap(
    ({ attributes, traceId }) =>
      SESSIONS.map((name) => readId(attributes.get(name))).find(Boolean) ?? traceId ?? [],
  )
  const all = [...new Set([...(session === undefined ? [] : [session]), ...names])]
  return all.length === 0 ? undefined : all
}

async function* readFile(file: SourceSet, context: LoadContext): AsyncGenerator<LoadedTrace> {
  const spans: Span[] = []
  const said = saidOfTraces()
  const odd = recordOdd('span', context)
  let records = 0
  for await (const { value } of file.records()) {
    records++
    const found = spansOf(value, odd)
    for (const raw of found.spans) {
      const span = toSpan(raw, `record ${records}`, found.session)
      spans.push(span)
      said.add(span.traceId, readSpanEvents(raw))
    }
    if (found.spans.length === 0) context.loss('record', 'dropped', 'no spans')
  }
  yield* readTraces(spans, { name: 'otel', around: said.around }, context)
}

interface SaidOfTraces {
  add(traceId: string, found: SpanEvents): void
  around(traceId: string): { fields: Around } | undefined
}

/** Verdicts and exceptions of a trace stand on any of its spans. */
function saidOfTraces(): SaidOfTraces {
  const byTrace = new Map<string, SpanEvents[]>()
  return {
    add: (traceId, found) => {
      if (found.scores.length + found.events.length === 0) return
      const list = byTrace.get(traceId)
      if (list === undefined) byTrace.set(traceId, [found])
      else list.push(found)
    },
    around: (traceId) => {
      const found = byTrace.get(traceId)
      if (found === undefined) return undefined
      const { events = [], ...verdict } = readScores(found.flatMap(({ scores }) => scores))
      return { fields: { ...verdict, events: [...found.flatMap((one) => one.events), ...events] } }
    },
  }
}
