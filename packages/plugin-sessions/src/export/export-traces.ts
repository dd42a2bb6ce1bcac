import { resolve } from 'node:path'
import { type Drop, errorText, type JsonValue, parseOptions } from '@sftkit/core'
import { historyToMessages, historyToPromptCompletion } from '@sftkit/plugin-loaders'
import type { SessionMapping } from '../database/mapping.ts'
import { type OpenSession, openStore, type SessionStore } from '../database/store.ts'
import { writeRows } from '../eval-results/write-rows.ts'
import { measureContext } from '../measures/context.ts'
import { measureOf } from '../measures/registry.ts'
import { runMeasure } from '../measures/run-measure.ts'
import type { Measure } from '../measures/types.ts'
import { leftOutByFacts } from '../selection/decide.ts'
import { type JudgmentSource, readJudgments } from '../selection/judgments.ts'
import { requireKnown } from '../selection/require-known.ts'
import {
  type ExportedRow,
  type ExportedTraces,
  type ExportTracesOptions,
  exportSchema,
  type ParsedExport,
} from './options.ts'
import { traceOfHistory } from './trace-of-history.ts'

/**
 * The sessions of a database as training rows, in memory, as the reference's exporter makes them: one after the other
 * until there are enough. A config with `sessions()` does the same for any size, and in parallel.
 *
 * ```ts
 * const { rows } = await exportTraces('shop', 'support', { database: 'sessions.db', judgment: 'acceptable' })
 * ```
 *
 * @param project undefined: of all
 * @param agent undefined: of all
 * @throws SFT_PLUGIN_OPTIONS, SFT_SESSIONS_UNREADABLE, SFT_SESSIONS_TABLES, SFT_SESSIONS_JUDGMENTS,
 *   SFT_MEASURE_UNKNOWN, SFT_OUT_UNWRITABLE
 */
export async function exportTraces(
  project: string | undefined,
  agent: string | undefined,
  input: ExportTracesOptions,
): Promise<ExportedTraces> {
  const options = parseOptions('exportTraces', exportSchema, input)
  const { database, judgment, maxSessions = Number.POSITIVE_INFINITY, includeSystem } = options
  const measure = options.measure === undefined ? undefined : measureOf(options.measure)
  const path = resolve(database)
  const judgments = readJudgments(path, options.judgments as JudgmentSource | undefined, (one) =>
    resolve(one),
  )
  const mapping = options.mapping as SessionMapping | undefined
  const store = openStore(path, database, mapping, (session) => judgments?.get(session))
  const wanted = { project, agent, judgment }
  const rows: ExportedRow[] = []
  const leftOut: (Drop & { session: string })[] = []
  let taken = 0
  try {
    requireKnown(wanted, store.layout.knows, () => judgments !== undefined, database)
    for (const session of sessionsOf(store)) {
      if (taken >= maxSessions) break
      const drop = await whyNot(session)
      if (drop === undefined) taken++
      else leftOut.push({ session: session.facts.id, ...drop })
    }
  } finally {
    store.close()
  }
  if (options.write !== undefined) writeRows(options.write, rows)
  return { rows, leftOut }

  /** Adds the session's rows, or says why there are none. A session's branches are rows of their own. */
  async function whyNot(session: OpenSession): Promise<Drop | undefined> {
    const byFacts = leftOutByFacts(session.facts, wanted)
    if (byFacts !== undefined) return byFacts
    let histories: readonly (readonly JsonValue[])[]
    try {
      histories = session
        .items()
        .branches()
        .map(({ items }) => items)
    } catch (error) {
      return { reason: 'unreadable', detail: errorText(error) }
    }
    let why: Drop = { reason: 'empty' }
    let some = false
    for (const history of histories) {
      if (history.length === 0) continue
      const drop = await leftOutByContent(history, session, measure, options)
      const row = drop === undefined ? rowOf(history, options.format, includeSystem) : undefined
      if (row === undefined) why = drop ?? { reason: 'no-row' }
      else {
        rows.push(row)
        some = true
      }
    }
    return some ? undefined : why
  }
}

function* sessionsOf(store: SessionStore): Generator<OpenSession> {
  for (const part of store.cut()) yield* store.sessions(part)
}

async function leftOutByContent(
  history: readonly JsonValue[],
  { row }: OpenSession,
  measure: Measure | undefined,
  { measurePassed, filter }: ParsedExport,
): Promise<Drop | undefined> {
  if (measure !== undefined) {
    const { status, reason } = await runMeasure(measure, measureContext(traceOfHistory(row, history)))
    const why = reason === undefined ? {} : { detail: reason }
    if (status === 'error' || (status === 'passed') !== measurePassed)
      return { reason: `measure-${status}`, ...why }
  }
  if (filter === undefined) return undefined
  try {
    return filter(history) ? undefined : { reason: 'filter' }
  } catch (error) {
    return { reason: 'filter-error', detail: errorText(error) }
  }
}

function rowOf(
  history: readonly JsonValue[],
  format: ExportTracesOptions['format'],
  includeSystem: boolean,
): ExportedRow | undefined {
  if (format === 'prompt-completion')
    return historyToPromptCompletion(history, { includeSystem }) ?? undefined
  const messages = historyToMessages(history, { includeSystem })
  return messages.length === 0 ? undefined : { messages }
}
