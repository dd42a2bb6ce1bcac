import { hash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import type { ConfigOrigin, ConfigSession } from '../config/session.ts'
import { sftError } from '../errors/error.ts'
import type { Executor } from '../executors/executor.ts'
import { type Logger, silentLogger } from '../log/logger.ts'
import { type Collector, createCollector } from '../pipeline/collect.ts'
import { createDatasetWriter, type DatasetLayout, type DatasetWriter } from '../pipeline/dataset-writer.ts'
import { planGroupTasks, planMapTasks } from '../pipeline/plan-tasks.ts'
import { finishedWork } from '../pipeline/resume.ts'
import { readSidecar } from '../pipeline/run-task.ts'
import { selectAndSplit } from '../pipeline/select-split.ts'
import type { Counts } from '../pipeline/tally.ts'
import type {
  GroupTask,
  MapTask,
  SegmentResult,
  Sidecar,
  StageName,
  Task,
  TaskPlan,
} from '../pipeline/task.ts'
import type { DatasetReference } from '../plugin/types.ts'
import { createIndexDatabase, type IndexDatabase } from '../run-directory/index-database.ts'
import { attempt } from '../run-directory/write.ts'
import { chooseExecutor } from './executor.ts'
import { finishRun } from './finish.ts'
import { type RunInput, readInput } from './input.ts'
import type { RunOptions, RunResult } from './options.ts'
import { createProgress, type Progress } from './progress.ts'
import { writeTraceFiles } from './trace-files.ts'

/** What the phases of a run share. */
export interface DatasetRun {
  readonly session: ConfigSession
  readonly options: RunOptions
  readonly out: string
  readonly plan: TaskPlan
  readonly input: RunInput
  readonly index: IndexDatabase
  readonly collector: Collector
  readonly log: Logger
  readonly signal: AbortSignal
  /** Locations of the finished tasks, in input order. */
  readonly done: string[]
  /** By path, for the manifest. */
  readonly segments: Map<string, SegmentResult[]>
  readonly tasks: { reused: number; all: number }
  readonly progress: Progress
}

/** Phases 1 to 4: from the input to the files of the dataset, or to traces.jsonl where `until` ends before `format`. */
export async function makeDataset(
  session: ConfigSession,
  origin: ConfigOrigin,
  options: RunOptions,
): Promise<RunResult> {
  const { config } = session
  const out = config.output.dir
  const input = readInput(session)
  const until = options.until ?? 'convert'
  const plan = taskPlan(session, out, until, options.limit)
  attempt(plan.work, () => mkdirSync(plan.work, { recursive: true }))
  // From here on an earlier run's outputs no longer describe what is there.
  attempt(out, () => rmSync(`${out}/manifest.json`, { force: true }))

  const log = options.log ?? silentLogger
  const signal = options.signal ?? new AbortController().signal
  const index = createIndexDatabase(`${out}/.sft/index.sqlite`)
  const collector = createCollector(out, index)
  const inputBytes = input.files.reduce((sum, file) => sum + file.bytes, 0)
  const progress = createProgress(session, options, inputBytes, collector.tally)
  const run: DatasetRun = {
    session,
    options,
    out,
    plan,
    input,
    index,
    collector,
    log,
    signal,
    done: [],
    segments: new Map(),
    tasks: { reused: 0, all: 0 },
    progress,
  }
  for (const refused of input.refused) collector.unreadable(refused)
  const mapTasks = planMapTasks(input.files)
  const { executor, workers } = await chooseExecutor({
    session,
    origin,
    plan,
    tasks: mapTasks,
    inputBytes,
    limited: options.limit !== undefined,
    log,
    signal,
  })
  try {
    const writes = ['load', 'tag', 'filter', 'augment'].includes(until) ? undefined : datasetLayout(run)
    const early = writes !== undefined && plan.pureSplit ? createDatasetWriter(writes) : undefined
    const spilled: Pick<Sidecar, 'spills' | 'segments'>[] = []
    await mapPhase(run, executor, mapTasks, early, spilled)
    await groupPhase(run, executor, planGroupTasks(spilled, mapTasks.length), early)
    await executor.close()
    const tooMany = tooManyUnreadable(run)
    const { counts } = collector.tally
    if (tooMany !== undefined && (writes === undefined ? counts.traces : counts.examples) === 0) throw tooMany
    const datasets = writes === undefined ? [] : await placeRows(run, writes, early)
    const result = await finishRun(run, workers, datasets, writes === undefined ? writeTraceFiles(run) : [])
    if (tooMany !== undefined) throw tooMany
    return result
  } catch (error) {
    // The ledgers say why: they are kept whatever the error is.
    keepLedgers(run)
    throw error
  } finally {
    await executor.close()
    progress.end()
  }
}

/** On a full disk they cannot be kept either; the first error says so. */
function keepLedgers({ collector, index }: DatasetRun): void {
  try {
    collector.finish()
    index.close()
  } catch {}
}

/** Work is found again by config, plugins, and what decides which rows a task writes. */
function taskPlan(
  session: ConfigSession,
  out: string,
  until: StageName,
  limit: number | undefined,
): TaskPlan {
  const kind = ['train', 'convert'].includes(until) ? 'split' : until
  const planKey = hash('sha256', JSON.stringify([session.planKey, kind, limit ?? null]))
  return {
    planKey,
    work: `${out}/.sft/work/${planKey.slice(0, 16)}`,
    until: kind,
    pureSplit: kind === 'split' && isPure(session),
  }
}

/** Whether the first claim on the split is a pure function of the group. */
function isPure({ registry, config }: ConfigSession): boolean {
  for (const { value } of registry.split.all()) {
    if (typeof value === 'function') return false
    if (value.when?.(config) !== false) return true
  }
  return false
}

function datasetLayout({ session, plan, out }: DatasetRun): DatasetLayout {
  const { config } = session
  const folder = `${out}/.sft/dataset`
  attempt(folder, () => rmSync(folder, { recursive: true, force: true }))
  const splits = plan.until === 'format' ? [UNSPLIT] : Object.keys(config.split.ratios)
  return { folder, formats: config.format, splits, shardSize: config.output.shardSize }
}

/** The one file of a run that ends before the split. */
const UNSPLIT = 'unsplit'

async function mapPhase(
  run: DatasetRun,
  executor: Executor,
  tasks: readonly MapTask[],
  early: DatasetWriter | undefined,
  spilled: Pick<Sidecar, 'spills' | 'segments'>[],
): Promise<void> {
  const take = (task: Task, sidecar: Sidecar): void => {
    takeSidecar(run, task, sidecar, early)
    if (sidecar.spills.length > 0) spilled.push({ spills: sidecar.spills, segments: sidecar.segments })
    run.progress.advance(
      (task as MapTask).segments.reduce((sum, segment) => sum + segment.end - segment.start, 0),
    )
  }
  const { limit } = run.options
  if (limit !== undefined) return limitedPhase(run, executor, tasks, limit, take)
  run.tasks.all += tasks.length
  const reuse = { buffer: Buffer.allocUnsafeSlow(1 << 20) }
  // Finished tasks are taken up in their turn, between those that still have to be done.
  let at = 0
  const takeFinished = async (): Promise<void> => {
    for (let task = tasks[at]; task !== undefined && finished.has(task.index); task = tasks[++at]) {
      const sidecar = readSidecar(run.plan, task.location)
      if (sidecar === undefined)
        throw sftError('SFT_INTERNAL', 'Finished work vanished while it was taken up.')
      take(task, sidecar)
    }
  }
  const finished = new Set<number>()
  for (const task of tasks) {
    if ((await finishedWork(run.plan, task, reuse)) !== undefined) finished.add(task.index)
  }
  run.tasks.reused += finished.size
  const missing = tasks.filter((task) => !finished.has(task.index))
  await takeFinished()
  await executor.run(missing, async (task, sidecar) => {
    take(task, sidecar)
    at++
    await takeFinished()
  })
}

/** The first N traces: task by task, until there are enough. */
async function limitedPhase(
  run: DatasetRun,
  executor: Executor,
  tasks: readonly MapTask[],
  limit: number,
  take: (task: Task, sidecar: Sidecar) => void,
): Promise<void> {
  let left = limit
  for (const task of tasks) {
    if (left <= 0) break
    run.tasks.all++
    await executor.run([{ ...task, limit: left }], (done, sidecar) => {
      left -= sidecar.traces.length
      take(done, sidecar)
    })
  }
}

async function groupPhase(
  run: DatasetRun,
  executor: Executor,
  tasks: readonly GroupTask[],
  early: DatasetWriter | undefined,
): Promise<void> {
  run.tasks.all += tasks.length
  const missing: GroupTask[] = []
  const finished = new Map<number, Sidecar>()
  for (const task of tasks) {
    const sidecar = readSidecar(run.plan, task.location)
    if (sidecar === undefined) missing.push(task)
    else finished.set(task.index, sidecar)
  }
  run.tasks.reused += finished.size
  if (missing.length > 0) {
    await executor.run(missing, (task, sidecar) => {
      finished.set(task.index, sidecar)
    })
  }
  for (const task of tasks) {
    const sidecar = finished.get(task.index)
    if (sidecar !== undefined) takeSidecar(run, task, sidecar, early)
  }
}

function takeSidecar(run: DatasetRun, task: Task, sidecar: Sidecar, early: DatasetWriter | undefined): void {
  // By path: two files may have the same uri.
  const paths = task.kind === 'map' ? task.segments.map(({ path }) => path) : []
  const ids = run.collector.take(sidecar, paths)
  run.done.push(sidecar.location)
  for (const [number, segment] of sidecar.segments.entries()) {
    const path = paths[number] ?? segment.uri
    const known = run.segments.get(path)
    if (known === undefined) run.segments.set(path, [segment])
    else known.push(segment)
  }
  early?.take(sidecar, (example, position) => ({
    id: ids[position] ?? example.id,
    split: sidecar.shards[example.rows[0]?.[0] ?? -1]?.split,
  }))
}

/** Phases 3 and 4. What phase 1 put together stands, unless something was dropped or moved since. */
async function placeRows(
  run: DatasetRun,
  layout: DatasetLayout,
  early: DatasetWriter | undefined,
): Promise<DatasetReference[]> {
  const { session, index, collector, plan, log, signal } = run
  const base = { config: session.config, log, signal }
  requireExamples(run)
  let changed = true
  if (plan.until === 'format') setUnsplit(index)
  else changed = (await selectAndSplit(session, base, index, collector, plan.pureSplit)).changed
  requireSelected(run)
  let writer = early
  if (writer === undefined || changed) {
    early?.finish(layout.folder)
    attempt(layout.folder, () => rmSync(layout.folder, { recursive: true, force: true }))
    writer = createDatasetWriter(layout)
    const placements = index
      .query('select example_id, split, dropped from examples order by ordinal')
      [Symbol.iterator]()
    for (const location of run.done) {
      const sidecar = readSidecar(plan, location)
      if (sidecar === undefined)
        throw sftError('SFT_INTERNAL', 'Finished work vanished while it was written.')
      writer.take(sidecar, () => {
        const { value } = placements.next() as { value: Record<string, unknown> }
        return {
          id: String(value.example_id),
          split: value.dropped === null ? String(value.split) : undefined,
        }
      })
    }
    // A statement that is not at its end keeps its tables locked.
    placements.return?.()
  }
  const files = writer.finish(layout.folder)
  return layout.formats.map((format) => ({
    format,
    splits: Object.fromEntries(
      Object.entries(files[format] ?? {}).map(([split, parts]) => [
        split,
        parts.map((part) => ({ ...part, path: `dataset/${part.path}` })),
      ]),
    ),
  }))
}

function setUnsplit(index: IndexDatabase): void {
  for (const row of [...index.query('select distinct group_key from examples')])
    index.setSplit('group', String(row.group_key), UNSPLIT)
}

function requireExamples({ collector, session }: DatasetRun): void {
  const { counts } = collector.tally
  if (counts.examples > 0) return
  const reasons = commonestReasons(counts)
  const nothing = `nothing was read that ${session.config.format.join(', ')} takes`
  const why = reasons === '' ? nothing : `dropped by ${reasons}`
  throw sftError('SFT_NO_EXAMPLES', `${counts.traces} traces were read, and no example is left: ${why}.`)
}

/** `select` may have dropped the rest. */
function requireSelected({ index, collector }: DatasetRun): void {
  const [left] = index.query('select 1 from examples where dropped is null limit 1')
  if (left !== undefined) return
  throw sftError(
    'SFT_NO_EXAMPLES',
    `No example is left: dropped by ${commonestReasons(collector.tally.counts)}.`,
  )
}

function commonestReasons({ byReason }: Counts): string {
  return Object.entries(byReason)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([key, count]) => `${key.split(' ').slice(1).join(': ')} (${count})`)
    .join(', ')
}

function tooManyUnreadable({ collector, session, input }: DatasetRun): Error | undefined {
  const { counts } = collector.tally
  const share = counts.records === 0 ? 0 : counts.unreadable / counts.records
  if (counts.unreadable === 0 || share <= session.config.maxUnreadable) return undefined
  const commonest = Object.entries(counts.byCode)
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code} (${count})`)
  const first = input.refused[0]
  const example = first === undefined ? '' : ` For example ${first.uri}: ${first.message}`
  const percent = (value: number): string => `${(value * 100).toFixed(1)} %`
  const limit = percent(session.config.maxUnreadable)
  const much = `${counts.unreadable} of ${counts.records} rows are unreadable (${percent(share)}, allowed ${limit})`
  return sftError('SFT_TOO_MANY_UNREADABLE', `${much}: ${commonest.join(', ')}.${example}`)
}

/** The folders of tasks that other configs left: their work is not found again from here. */
export function removeOtherWork(plan: TaskPlan): void {
  const parent = plan.work.slice(0, plan.work.lastIndexOf('/'))
  const own = plan.work.slice(parent.length + 1)
  for (const name of readdirSync(parent))
    if (name !== own) rmSync(`${parent}/${name}`, { recursive: true, force: true })
}
