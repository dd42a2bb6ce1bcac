import { readFolds } from '../repeats/folds.ts'
import { batchFlow } from './batch-flow.ts'
import type { BatchSink } from './batch-scope.ts'
import type { Bench } from './bench.ts'
import { createDeriver } from './derive.ts'
import { createEmitter } from './emit.ts'
import { createJudge } from './keep.ts'
import { createKeptCounts } from './kept-counts.ts'
import { createLossLedger } from './losses.ts'
import { readSegment } from './read-segment.ts'
import type { SegmentRun } from './segment-run.ts'
import { createSpiller } from './spill.ts'
import type { MapTask, SegmentResult, Sidecar, TraceRow } from './task.ts'
import { createTimings } from './timings.ts'

/**
 * Phase 1 for one task: load → tag → filter → augment → format, into shards and a sidecar.
 * What is unreadable is listed, never thrown; a plugin's failure is thrown with its place.
 */
export async function runMapTask(bench: Bench, task: MapTask): Promise<Sidecar> {
  const { session, plan, base, count } = bench
  const { location } = task
  const sink: BatchSink = { drops: [], losses: createLossLedger(), deriver: createDeriver() }
  const timings = createTimings()
  const emitter = createEmitter({ session, plan, base, sink, location, count })
  const spiller = createSpiller(session, plan, location)
  const judge = createJudge(session.config, session.registry, session.activity, count)
  const traces: TraceRow[] = []
  const kept = createKeptCounts()
  const unreadable: Sidecar['unreadable'][number][] = []
  const segments: SegmentResult[] = []
  // The reader is ahead of the batches: its drops and losses are kept apart, so that their order does not depend on time.
  const reading: BatchSink = { ...sink, drops: [], losses: createLossLedger() }
  const flow = batchFlow({ bench, sink, emitter, spiller, judge, timings, traces })
  const folds = task.folds === undefined ? undefined : readFolds(plan, location)
  try {
    let left = task.limit ?? Number.POSITIVE_INFINITY
    for (const segment of task.segments) {
      if (left <= 0) break
      const first = segments.length
      const report: SegmentRun['report'] = (row, file = 0) => {
        unreadable.push({ ...row, segment: first + file })
      }
      const { results, loaded } = await readSegment({
        bench,
        segment,
        limit: left,
        sink: reading,
        kept,
        timings,
        take: async (trace, place, bytes) => {
          const folded = folds?.apply(segment, place, trace, reading)
          if (folds !== undefined && folded === undefined) return false
          await flow.add(folded ?? trace, bytes)
          return true
        },
        report,
      })
      left -= loaded
      segments.push(...results)
    }
    await flow.end()
  } catch (error) {
    emitter.discard()
    throw error
  }
  const { shards, examples } = emitter.finish()
  return {
    planKey: plan.planKey,
    location,
    ...(task.folds !== undefined && { folds: task.folds }),
    segments,
    traces,
    examples,
    drops: [...reading.drops, ...sink.drops],
    kept: kept.rows(),
    losses: [...reading.losses.rows(), ...sink.losses.rows()],
    unreadable,
    shards,
    spills: spiller.finish(),
    timings: timings.all(),
  }
}
