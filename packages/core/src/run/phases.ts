import { sftError } from '../errors/error.ts'
import type { Executor } from '../executors/executor.ts'
import type { DatasetWriter } from '../pipeline/dataset-writer.ts'
import { finishedWork } from '../pipeline/resume.ts'
import { readSidecar } from '../pipeline/run-task.ts'
import { filesOfTask, type GroupTask, type MapTask, type Sidecar, type Task } from '../pipeline/task.ts'
import type { DatasetRun } from './dataset-run.ts'

/** Phase 1: every task of the input, what is finished already taken up in its turn. */
export async function mapPhase(
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
      filesOfTask(task as MapTask).reduce((sum, segment) => sum + segment.end - segment.start, 0),
    )
  }
  const { limit } = run.options
  if (limit !== undefined) return limitedPhase(run, executor, tasks, limit, take)
  run.tasks.all += tasks.length
  const { registry, config } = run.session
  const { log, signal } = run
  const reading = {
    reuse: { buffer: Buffer.allocUnsafeSlow(1 << 20) },
    registry,
    context: { config, log, signal },
  }
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
    if ((await finishedWork(run.plan, task, reading)) !== undefined) finished.add(task.index)
  }
  run.tasks.reused += finished.size
  const missing = tasks.filter((task) => !finished.has(task.index))
  run.rehearsal.phase(missing)
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
  let left = limit - run.collector.tally.counts.traces
  run.rehearsal.phase(tasks, left)
  for (const task of tasks) {
    if (left <= 0) break
    run.tasks.all++
    await executor.run([{ ...task, limit: left }], (done, sidecar) => {
      left -= sidecar.traces.length
      take(done, sidecar)
    })
  }
}

/** Phase 2: the group handlers, over what phase 1 spilled for them. */
export async function groupPhase(
  run: DatasetRun,
  executor: Executor,
  tasks: readonly GroupTask[],
  early: DatasetWriter | undefined,
): Promise<void> {
  run.tasks.all += tasks.length
  const missing = tasks.filter((task) => readSidecar(run.plan, task.location) === undefined)
  run.tasks.reused += tasks.length - missing.length
  run.rehearsal.phase(missing)
  if (missing.length > 0) await executor.run(missing, () => {})
  for (const task of tasks) {
    const sidecar = readSidecar(run.plan, task.location)
    if (sidecar === undefined) throw sftError('SFT_INTERNAL', 'Finished work vanished while it was taken up.')
    takeSidecar(run, task, sidecar, early)
  }
}

function takeSidecar(run: DatasetRun, task: Task, sidecar: Sidecar, early: DatasetWriter | undefined): void {
  // By path: two files may have the same uri.
  const paths = task.kind === 'map' ? filesOfTask(task).map(({ path }) => path) : []
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
