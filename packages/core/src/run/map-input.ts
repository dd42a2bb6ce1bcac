import type { Executor } from '../executors/executor.ts'
import type { DatasetWriter } from '../pipeline/dataset-writer.ts'
import { traceId } from '../pipeline/derive.ts'
import { planMapTasks } from '../pipeline/plan-tasks.ts'
import type { MapTask, Sidecar } from '../pipeline/task.ts'
import { surveyRepeats } from '../repeats/survey.ts'
import type { DatasetRun } from './dataset-run.ts'
import type { InputParts, RunInput } from './input.ts'
import { mapPhase } from './phases.ts'

/**
 * Phase 1 over the input, part by part: of a limited run's remote files no more are opened than it takes.
 *
 * @param first the tasks of the part that the run has already
 * @returns how many tasks there were
 */
export async function mapInput(
  run: DatasetRun,
  parts: InputParts,
  first: readonly MapTask[],
  executor: Executor,
  early: DatasetWriter | undefined,
  spilled: Pick<Sidecar, 'spills' | 'segments'>[],
): Promise<number> {
  const { plan, session, collector, options } = run
  const { limit = Number.POSITIVE_INFINITY } = options
  let part = run.input
  let tasks = first
  for (let planned = 0; ; ) {
    planned += tasks.length
    for (const refused of part.refused) collector.unreadable(refused)
    for (const { uri, hash, newer } of part.earlier)
      collector.reject({
        ...{ id: traceId(hash, 0), uri, stage: 'load', plugin: 'core' },
        ...{ reason: 'earlier-version', detail: newer },
      })
    const folded = session.config.load.foldRepeats
      ? await surveyRepeats(part.sets, tasks, plan, executor)
      : tasks
    await mapPhase(run, executor, folded, early, spilled)
    if (!parts.more() || collector.tally.counts.traces >= limit) return planned
    part = await parts.next()
    run.input = together(run.input, part)
    tasks = planMapTasks(part.sets).map((task) => ({ ...task, index: task.index + planned }))
  }
}

function together(a: RunInput, b: RunInput): RunInput {
  return {
    files: [...a.files, ...b.files],
    sets: [...a.sets, ...b.sets],
    refused: [...a.refused, ...b.refused],
    copies: [...a.copies, ...b.copies],
    earlier: [...a.earlier, ...b.earlier],
    hidden: [...a.hidden, ...b.hidden],
  }
}
