import {
  isJsonObject,
  type JsonObject,
  type LoadContext,
  type LoadedTrace,
  type Plugin,
  type SourceSet,
} from '@sftkit/core'
import { detectAs } from '../detect/detect-as.ts'
import { loaderPlugin } from '../loader-plugin.ts'
import { createLosses } from '../losses.ts'
import { asStructure } from '../spans/json-text.ts'
import { recordOdd } from '../spans/odd.ts'
import { readScores, type Score } from '../spans/scores.ts'
import { type Around, readTraces, type SpanFormat } from '../spans/traces.ts'
import { pick, readId, readText } from '../values.ts'
import { collectRows, type Rows } from './records.ts'
import { recordTrace, toSpan, traceToSpan } from './to-span.ts'

/** Exports of Langfuse: traces with their observations, observation rows, pages of the API. */
export function langfuse(): Plugin {
  return loaderPlugin({
    name: 'langfuse',
    looksFor:
      'trace beside observations, a trace with observations, or rows with traceId and an observation type',
    detect: detectAs('langfuse'),
    repeats: sessionsOf,
    open: readFile,
  })
}

/** A session's traces may stand in several files, and each may repeat the one before. */
function sessionsOf(record: JsonObject): readonly string[] | undefined {
  const rows: Rows = { traces: new Map(), observations: new Map() }
  collectRows(record, rows)
  const names = [
    ...[...rows.traces].map(([id, trace]) => readText(trace.sessionId) ?? id),
    ...[...rows.observations.values()].flatMap(
      ({ sessionId, traceId }) => readId(sessionId) ?? readId(traceId) ?? [],
    ),
  ]
  return names.length === 0 ? undefined : [...new Set(names)]
}

async function* readFile(file: SourceSet, context: LoadContext): AsyncGenerator<LoadedTrace> {
  const rows: Rows = { traces: new Map(), observations: new Map() }
  const odd = recordOdd('observation', context)
  for await (const { value } of file.records()) {
    if (!collectRows(value, rows, odd))
      context.loss('record', 'dropped', 'neither a trace nor an observation')
  }
  const [only = 'no trace'] = rows.traces.keys()
  const spans = [...rows.observations.values()].map((observation) => toSpan(observation, only))
  for (const [id, trace] of rows.traces) spans.push(traceToSpan(trace, id))
  const format: SpanFormat = { name: 'langfuse', around: (id) => aroundOf(rows.traces.get(id), id) }
  yield* readTraces(spans, format, context)
}

const METADATA = ['name', 'release', 'version', 'environment'] as const

/** What a trace's own row says about all its conversations. */
function aroundOf(trace: JsonObject | undefined, id: string): ReturnType<NonNullable<SpanFormat['around']>> {
  if (trace === undefined) return { fields: { metadata: { langfuse: { traceId: id } } } }
  const losses = createLosses()
  recordTrace(trace, losses)
  const scores = [trace.scores, trace.corrections].flatMap(scoresOf)
  const { events, verdict } = readScores(scores)
  const session = readText(trace.sessionId)
  const prompt = systemOf(trace.input)
  if (prompt !== undefined) losses.loss('trace.input.system', 'changed', "kept in the trace's metadata")
  const timestamp = readText(trace.timestamp)
  const fields: Around = {
    ...(session !== undefined && { session }),
    ...(Array.isArray(trace.tags) && { tags: tagsOf(trace.tags) }),
    ...(events !== undefined && { events }),
    ...(verdict !== undefined && { verdict }),
    metadata: {
      langfuse: {
        traceId: id,
        ...pick(trace, METADATA),
        ...(timestamp !== undefined && { timestamp }),
        ...(prompt !== undefined && { system: prompt }),
      },
    },
  }
  return { fields, losses }
}

/** A prompt that a trace was called with, where no call of the model records it. */
function systemOf(input: unknown): string | undefined {
  const value = asStructure(input)
  return isJsonObject(value) ? readText(value.system) : undefined
}

function tagsOf(tags: readonly unknown[]): string[] {
  return [...new Set(tags.filter((tag): tag is string => typeof tag === 'string'))].sort()
}

const SCORE = [
  'name',
  'value',
  'stringValue',
  'longStringValue',
  'dataType',
  'source',
  'comment',
  'observationId',
] as const

function scoresOf(list: unknown): Score[] {
  if (!Array.isArray(list)) return []
  return (list as readonly unknown[]).filter(isJsonObject).map((score) => ({
    name: readId(score.name) ?? '',
    // A model's judgement is no verdict.
    judged: score.source === 'EVAL' || score.dataType === 'CORRECTION',
    value: score.stringValue ?? score.value,
    timestamp: readText(score.timestamp),
    data: pick(score, SCORE) ?? {},
  }))
}
