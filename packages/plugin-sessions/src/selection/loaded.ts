import {
  type Drop,
  errorText,
  isJsonObject,
  type PluginApi,
  sftError,
  type Tag,
  type Trace,
} from '@sftkit/core'
import { judgmentOf } from '../database/facts.ts'
import { measureContext } from '../measures/context.ts'
import { runMeasure } from '../measures/run-measure.ts'
import type { Measure } from '../measures/types.ts'
import type { ParsedOptions } from '../options.ts'
import { leftOutByFacts } from './decide.ts'
import type { Judgments } from './judgments.ts'

export interface LoadedSelection {
  readonly options: ParsedOptions
  readonly measure: Measure | undefined
  /** Whether a format is one of the plugin's own: its loaders have left out what they could. */
  isOwn(format: string): boolean
  /** Whether the selection is about every trace. */
  readonly everything: boolean
  judgments(path: undefined, root: string): Judgments | undefined
}

/** Selects among what was loaded: by a measure, which may ask a model, and by a function. */
export function selectLoaded(api: PluginApi, selection: LoadedSelection): void {
  const { options, measure, isOwn, everything } = selection
  const reasons = new WeakMap<Trace, string>()
  const known = new WeakMap<Trace, Drop | null>()
  const leftOut = (trace: Trace, root: string): Drop | undefined => {
    if (isOwn(trace.source.format)) return undefined
    let drop = known.get(trace)
    if (drop === undefined) {
      drop = leftOutByFacts(factsOfTrace(trace, judgmentsOf(selection, root)), options) ?? null
      known.set(trace, drop)
    }
    return drop ?? undefined
  }
  const concerns = (trace: Trace): boolean => everything || isOwn(trace.source.format)

  if (measure !== undefined) {
    api.tag(async (traces, context) => {
      const { root } = context.config
      await Promise.all(
        traces.map(async (trace) => {
          if (!concerns(trace) || trace.messages.length === 0 || leftOut(trace, root) !== undefined) return
          const { status, reason } = await runMeasure(measure, measureContext(trace, context))
          context.tag(trace, tagOf(measure, status))
          if (reason !== undefined) reasons.set(trace, reason)
        }),
      )
    })
  }
  api.filter((trace, { config }) => {
    if (!concerns(trace)) return undefined
    return (
      leftOut(trace, config.root) ??
      (measure === undefined ? undefined : leftOutByMeasure(trace, measure, options, reasons.get(trace))) ??
      leftOutByFunction(trace, options)
    )
  })
}

function judgmentsOf({ options, judgments }: LoadedSelection, root: string): Judgments | undefined {
  return options.judgments === undefined ? undefined : judgments(undefined, root)
}

/** Judgments about files of traces name the session, or the trace where it has no other name. */
function factsOfTrace(trace: Trace, judgments: Judgments | undefined): Parameters<typeof leftOutByFacts>[0] {
  const row = isJsonObject(trace.metadata.histories) ? trace.metadata.histories : {}
  const judgment = judgments?.get(trace.session) ?? judgments?.get(trace.id) ?? judgmentOf(row.judgment)
  return {
    id: trace.session,
    ...(typeof row.project === 'string' && { project: row.project }),
    ...(trace.agent !== undefined && { agent: trace.agent }),
    archived: row.archived === true,
    ...(judgment !== undefined && { judgment }),
  }
}

function tagOf({ name }: Measure, status: 'passed' | 'failed' | 'error'): Tag {
  return `measure:${name}-${status}` as Tag
}

function leftOutByMeasure(
  trace: Trace,
  measure: Measure,
  { measurePassed }: ParsedOptions,
  detail: string | undefined,
): Drop | undefined {
  const has = (status: 'passed' | 'failed' | 'error'): boolean => trace.tags.includes(tagOf(measure, status))
  const why = detail === undefined ? {} : { detail }
  if (has('error')) return { reason: 'measure-error', ...why }
  const unwanted = measurePassed ? 'failed' : 'passed'
  return has(unwanted) ? { reason: `measure-${unwanted}`, ...why } : undefined
}

function leftOutByFunction(trace: Trace, { filter }: ParsedOptions): Drop | undefined {
  if (filter === undefined) return undefined
  let answer: unknown
  try {
    answer = filter(trace)
  } catch (error) {
    return { reason: 'filter-error', detail: errorText(error) }
  }
  if (answer instanceof Promise) {
    answer.catch(() => {})
    throw sftError('SFT_PLUGIN_PROMISE', '`filter` is synchronous, and it returned a promise.')
  }
  return answer ? undefined : { reason: 'filter' }
}
