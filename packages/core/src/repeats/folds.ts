import { hash } from 'node:crypto'
import { copyFileSync, readFileSync } from 'node:fs'
import { redactSecrets } from '../errors/redact.ts'
import type { OpenTrace } from '../pipeline/canonical.ts'
import type { LossLedger } from '../pipeline/losses.ts'
import type { TracePlace } from '../pipeline/segment-run.ts'
import type { DropRow, TaskPlan, TaskSegment } from '../pipeline/task.ts'
import { writeWhole } from '../run-directory/write.ts'
import { applyFold } from './fold-repeats.ts'

/** The ledger's field of a record that is left out because another one begins with it. */
export const FOLDED = '(record)'

/** What was decided about one trace. */
export interface Fold {
  readonly path: string
  readonly start: number
  readonly record: number
  readonly number: number
  /** The id of the trace that goes on where this one ends: this one is left out. */
  readonly into?: string
  readonly copied?: readonly number[]
  readonly learned?: readonly number[]
  /** How many of those are shorter than it: the others are the same once more. */
  readonly shorter?: number
  /** The group of the first trace of its family. */
  readonly group?: string
}

interface FoldSink {
  readonly drops: DropRow[]
  readonly losses: LossLedger
}

/** The decisions about a task's traces. */
export interface Folds {
  /** @returns the trace as it goes on, or nothing where it is left out */
  apply(segment: TaskSegment, place: TracePlace, trace: OpenTrace, sink: FoldSink): OpenTrace | undefined
}

function foldsFile(plan: TaskPlan, location: string): string {
  return `${plan.work}/${location}.folds.json`
}

/** @returns the sha256 of the decisions: finished work that was done under others is done again */
export function writeFolds(plan: TaskPlan, location: string, folds: readonly Fold[]): string {
  const text = JSON.stringify(folds)
  writeWhole(foldsFile(plan, location), text, false)
  return hash('sha256', text)
}

export function readFolds(plan: TaskPlan, location: string): Folds {
  const folds = JSON.parse(readFileSync(foldsFile(plan, location), 'utf8')) as Fold[]
  const byPlace = new Map(folds.map((fold) => [placeOf(fold, fold), fold]))
  return {
    apply(segment, place, trace, { drops, losses }) {
      const fold = byPlace.get(placeOf(segment, place))
      if (fold === undefined) return trace
      const about = { id: trace.id, uri: trace.source.uri, plugin: 'core' }
      if (fold.into !== undefined) {
        losses.add(about, { field: FOLDED, kind: 'changed', detail: `the beginning of ${fold.into}` })
        // Its messages go on there; that it failed, and how, stands nowhere else.
        if (trace.outcome.status === 'errored') drops.push(failedAttempt(trace, fold.into))
        return undefined
      }
      const { copied = [], learned = [], shorter, group } = fold
      if (copied.length > 0) {
        const detail = 'messages that an earlier trace holds, marked as copied'
        losses.add(about, { field: 'messages[].train', kind: 'changed', detail, count: copied.length })
      }
      const messages = applyFold(trace.messages, { copied, learned: learned.map((one) => [one, 0] as const) })
      // The event log may be a getter: the trace is changed in place.
      return Object.assign(trace, {
        messages,
        ...(shorter !== undefined && { beginnings: shorter }),
        ...(group !== undefined && { group: { ...trace.group, key: group } }),
      })
    },
  }
}

/** The longest text of an error that a drop names. */
const SHOWN = 200

function failedAttempt({ id, source, session, outcome }: OpenTrace, into: string): DropRow {
  // Redacted first: half a secret is not recognised any more.
  const said = outcome.error?.replaceAll(/\s+/g, ' ')
  const error = said === undefined ? undefined : redactSecrets(said).slice(0, SHOWN)
  return {
    id,
    uri: source.uri,
    session,
    stage: 'load',
    plugin: 'core',
    reason: 'failed-attempt',
    detail: `${error === undefined ? '' : `${error}; `}it goes on as ${into}`,
  }
}

function placeOf({ path, start }: { path: string; start: number }, { record, number }: TracePlace): string {
  return `${start} ${record} ${number} ${path}`
}

/** Puts what was decided about a task's traces where another plan's tasks find it. */
export function copyFolds(from: TaskPlan, to: TaskPlan, location: string): void {
  copyFileSync(foldsFile(from, location), foldsFile(to, location))
}
