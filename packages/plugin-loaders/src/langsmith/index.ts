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
import { recordOdd } from '../spans/odd.ts'
import { readScores, type Score } from '../spans/scores.ts'
import { type Around, readTraces } from '../spans/traces.ts'
import { readId, readText } from '../values.ts'
import { collectRuns, type Runs } from './runs.ts'
import { sessionOf, toSpan } from './to-span.ts'

/** Runs of LangSmith: rows that were posted and patched, requests of the SDKs, lists and trees of the API. */
export function langsmith(): Plugin {
  return loaderPlugin({
    name: 'langsmith',
    looksFor:
      'run_type with dotted_order or trace_id, rows with operation post or patch, lists post and patch',
    detect: detectAs('langsmith'),
    repeats: tracesOf,
    open: readFile,
  })
}

/** The rows of a trace, and the traces of a thread, may stand in several files. */
function tracesOf(record: JsonObject): readonly string[] | undefined {
  const runs: Runs = new Map()
  collectRuns(record, runs)
  const names = [...runs].map(([id, run]) => sessionOf(run) ?? readId(run.trace_id) ?? id)
  return names.length === 0 ? undefined : [...new Set(names)]
}

async function* readFile(file: SourceSet, context: LoadContext): AsyncGenerator<LoadedTrace> {
  const runs: Runs = new Map()
  const odd = recordOdd('run', context)
  for await (const { value } of file.records()) {
    if (!collectRuns(value, runs, odd)) context.loss('record', 'dropped', 'no run')
  }
  const spans = [...runs].map(([id, run]) => toSpan(run, id))
  const roots = new Map<string, JsonObject>()
  for (const [id, run] of runs) {
    const trace = readId(run.trace_id) ?? id
    if (run.parent_run_id == null && !roots.has(trace)) roots.set(trace, run)
  }
  const around = (id: string): { fields: Around } => ({ fields: aroundOf(roots.get(id), id) })
  yield* readTraces(spans, { name: 'langsmith', around }, context)
}

/** What a trace's root says about all its conversations. */
function aroundOf(root: JsonObject | undefined, id: string): Around {
  if (root === undefined) return { metadata: { langsmith: { traceId: id } } }
  const { events, verdict } = readScores([...statsOf(root.feedback_stats), ...feedbackOf(root.feedback)])
  const task = readId(root.reference_example_id)
  const name = readText(root.name)
  return {
    ...(task !== undefined && { group: { task } }),
    ...(events !== undefined && { events }),
    ...(verdict !== undefined && { verdict }),
    metadata: { langsmith: { traceId: id, ...(name !== undefined && { name }) } },
  }
}

/** `{correctness: {n: 1, avg: 1.0}}`. */
function statsOf(stats: unknown): Score[] {
  if (!isJsonObject(stats)) return []
  return Object.entries(stats).flatMap(([name, value]) => {
    if (!isJsonObject(value)) return []
    return [{ name, value: value.avg, data: { name, ...value } }]
  })
}

function feedbackOf(list: unknown): Score[] {
  if (!Array.isArray(list)) return []
  return (list as readonly unknown[])
    .filter(isJsonObject)
    .map(({ key, score, value, comment, created_at: at }) => ({
      name: readText(key) ?? '',
      value: score ?? value,
      timestamp: readText(at),
      data: {
        ...(key !== undefined && { name: key }),
        ...(score != null && { value: score }),
        ...(value != null && { label: value }),
        ...(comment != null && { comment }),
      },
    }))
}
