import type { Example } from '../data/example.ts'
import type { Trace } from '../data/trace.ts'
import { isSftError } from '../errors/error.ts'
import type { CustomStage } from '../hooks/registry.ts'
import { type BatchSink, createScope } from './batch-scope.ts'
import type { Bench } from './bench.ts'
import type { OpenTrace } from './canonical.ts'
import type { Emitter } from './emit.ts'
import type { Judge } from './keep.ts'
import { createLossLedger } from './losses.ts'
import type { Spiller } from './spill.ts'
import { type StageName, stageNames, type TraceRow } from './task.ts'
import type { Timings } from './timings.ts'
import { traceRow } from './trace-row.ts'

/** A batch is as many traces as fit; it bounds memory and gives asynchronous taggers something to do at once. */
const BATCH_TRACES = 256
const BATCH_BYTES = 512 << 10
/** Batches in flight while handlers wait for something outside; one is enough while nothing waits. */
const IN_FLIGHT = 16

/** Takes loaded traces and runs the stages on them, batch by batch; results are written in input order. */
export interface BatchFlow {
  add(trace: OpenTrace, bytes: number): Promise<void>
  end(): Promise<void>
}

export interface FlowInit {
  readonly bench: Bench
  readonly sink: BatchSink
  readonly emitter: Emitter
  readonly spiller: Spiller
  readonly judge: Judge
  readonly timings: Timings
  readonly traces: TraceRow[]
}

export function batchFlow(init: FlowInit): BatchFlow {
  let batch: OpenTrace[] = []
  let bytes = 0
  const flying: Promise<() => void>[] = []
  const land = async (): Promise<void> => {
    const next = flying.shift()
    if (next !== undefined) (await next)()
  }
  const start = async (): Promise<void> => {
    if (batch.length === 0) return
    let settled = false
    const work = processBatch(init, batch).finally(() => {
      settled = true
    })
    // A rejection is handled when its turn comes; until then it must not count as unhandled.
    work.catch(() => {})
    flying.push(work)
    batch = []
    bytes = 0
    await new Promise(setImmediate)
    while (flying.length > (settled ? 0 : IN_FLIGHT - 1)) await land()
  }
  return {
    async add(trace, traceBytes) {
      batch.push(trace)
      bytes += traceBytes
      if (batch.length >= BATCH_TRACES || bytes >= BATCH_BYTES) await start()
    },
    async end() {
      await start()
      while (flying.length > 0) await land()
    },
  }
}

/** Runs the stages on a batch. The result writes it out: batches are written in the order they were read. */
async function processBatch(init: FlowInit, batch: OpenTrace[]): Promise<() => void> {
  const { bench, timings } = init
  const { session, plan, base } = bench
  // Handlers of several batches may run at once: what they record is put in its place when the batch is written.
  const sink: BatchSink = { drops: [], losses: createLossLedger(), deriver: init.sink.deriver }
  const { registry } = session
  let traces: readonly Trace[] = await customStages(init, sink, 'load', batch)
  const reached = (stage: StageName): boolean => stageOrder(plan.until) >= stageOrder(stage)

  if (reached('tag')) {
    const start = timings.now()
    await registry.tag.promise(traces, createScope(base, sink, 'tag'))
    for (const trace of traces) (trace as unknown as OpenTrace).tags.sort()
    timings.add('tag', start)
    traces = await customStages(init, sink, 'tag', traces)
  }

  const dropped = new Map<Trace, ReturnType<Judge>>()
  let kept = traces
  if (reached('filter')) {
    const start = timings.now()
    const scope = createScope(base, sink, 'filter')
    for (const trace of traces) {
      const drop = init.judge(trace, scope)
      if (drop !== undefined) dropped.set(trace, drop)
    }
    kept = dropped.size === 0 ? traces : traces.filter((trace) => !dropped.has(trace))
    timings.add('filter', start)
    kept = await customStages(init, sink, 'filter', kept)
  }

  let items: readonly (Trace | Example)[] = kept
  if (reached('augment')) {
    const start = timings.now()
    const scope = createScope(base, sink, 'augment')
    items = await registry.augment.promise(kept, scope)
    timings.add('augment', start)
  }

  return () => {
    const start = timings.now()
    for (const trace of traces) init.traces.push(traceRow(trace))
    for (const [trace, drop] of dropped) {
      if (drop === undefined) continue
      const { plugin, reason, detail } = drop
      const why = { reason, ...(detail !== undefined && { detail }) }
      init.sink.drops.push({ ...aboutOf(trace), stage: 'filter', plugin, ...why })
    }
    init.sink.drops.push(...sink.drops)
    for (const { id, uri, plugin, ...loss } of sink.losses.rows())
      init.sink.losses.add({ id, uri, plugin }, loss)
    if (reached('augment')) spillAll(init, traces, kept, dropped)
    for (const item of items) emitSafely(init, item)
    timings.add('format', start)
    // Promises that are done but not yet collected lead from one batch to the next: they must not keep the rows.
    batch.length = 0
    traces = []
    kept = []
    items = []
    dropped.clear()
  }
}

function aboutOf({ id, source, session }: Trace | Example): { id: string; uri: string; session: string } {
  return { id, uri: source.uri, session }
}

/** Groups see what goes on, and what was dropped: by a filter, or by a stage that follows it. */
function spillAll(
  { spiller, sink }: FlowInit,
  traces: readonly Trace[],
  kept: readonly Trace[],
  dropped: ReadonlyMap<Trace, ReturnType<Judge>>,
): void {
  const goesOn = new Set(kept)
  const left = { plugin: 'core', reason: 'left-out-by-a-stage' }
  for (const trace of new Set([...traces, ...kept])) {
    try {
      spiller.spill(trace, goesOn.has(trace) ? undefined : (dropped.get(trace) ?? left))
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      const why = { stage: 'augmentGroup', plugin: 'core', reason: 'too-deep', detail: error.message }
      sink.drops.push({ ...aboutOf(trace), ...why })
    }
  }
}

/** What cannot be written (nested too deeply) is dropped with that reason; anything else is a failure. */
export function emitSafely(
  { emitter, sink }: Pick<FlowInit, 'emitter' | 'sink'>,
  item: Trace | Example,
): void {
  try {
    emitter.emit(item, 'kind' in item ? (item.parents[0] ?? item.id) : item.id)
  } catch (error) {
    if (!isSftError(error) || error.code !== 'SFT_ROW_TOO_DEEP') throw error
    sink.drops.push({
      ...aboutOf(item),
      stage: 'format',
      plugin: 'core',
      reason: 'too-deep',
      detail: error.message,
    })
  }
}

async function customStages(
  init: FlowInit,
  sink: BatchSink,
  after: string,
  traces: readonly Trace[],
): Promise<readonly Trace[]> {
  let current = traces
  for (const stage of stagesAfter(init.bench.session.registry.stages, after)) {
    const start = init.timings.now()
    const { base } = init.bench
    current = await stage.hook.promise(current, createScope(base, sink, stage.name))
    init.timings.add(stage.name, start)
    current = await customStages(init, sink, stage.name, current)
  }
  return current
}

function stagesAfter(stages: ReadonlyMap<string, CustomStage>, after: string): CustomStage[] {
  return [...stages.values()].filter((stage) => stage.place.after === after)
}

function stageOrder(stage: StageName): number {
  return stageNames.indexOf(stage)
}
