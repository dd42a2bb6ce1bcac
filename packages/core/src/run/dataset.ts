import { rmSync } from 'node:fs'
import type { ConfigOrigin, ConfigSession } from '../config/session.ts'
import { sftError } from '../errors/error.ts'
import { createLlmHost } from '../llm/host.ts'
import { silentLogger } from '../log/logger.ts'
import { createCollector } from '../pipeline/collect.ts'
import { createDatasetWriter, type DatasetWriter } from '../pipeline/dataset-writer.ts'
import { firstGroups } from '../pipeline/first-groups.ts'
import { planGroupTasks, planMapTasks } from '../pipeline/plan-tasks.ts'
import type { Sidecar } from '../pipeline/task.ts'
import { createIndexDatabase } from '../run-directory/index-database.ts'
import { makeFolders } from '../run-directory/make-folders.ts'
import { foldersOf } from '../run-directory/row-folders.ts'
import { attempt } from '../run-directory/write.ts'
import type { DatasetRun } from './dataset-run.ts'
import { chooseExecutor } from './executor.ts'
import { finishRun } from './finish.ts'
import { openInput } from './input.ts'
import { mapInput } from './map-input.ts'
import type { RunOptions, RunResult } from './options.ts'
import { groupPhase } from './phases.ts'
import { datasetLayout, placeRows } from './place-rows.ts'
import { createProgress } from './progress.ts'
import { createRehearsal } from './rehearsal.ts'
import { tooManyUnreadable } from './requirements.ts'
import { taskPlan } from './task-plan.ts'
import { writeTraceFiles } from './trace-files.ts'
import { warnOfUnseenTags } from './unseen-tags.ts'

/** Phases 1 to 4: from the input to the files of the dataset, or to traces.jsonl where `until` ends before `format`. */
export async function makeDataset(
  session: ConfigSession,
  origin: ConfigOrigin,
  options: RunOptions,
): Promise<RunResult> {
  const { config } = session
  const out = config.output.dir
  const log = options.log ?? silentLogger
  const signal = options.signal ?? new AbortController().signal
  const parts = await openInput(session, { log, signal, limited: options.limit !== undefined })
  const input = await parts.next()
  const until = options.until ?? 'convert'
  const plan = taskPlan(session, out, until, options.limit)
  attempt(plan.work, () => makeFolders(plan.work))

  const index = createIndexDatabase(`${out}/.sft/index.sqlite`)
  const collector = createCollector(out, index)
  const inputBytes = input.files.reduce((sum, file) => sum + file.bytes, 0) + parts.bytesLeft()
  const progress = createProgress(session, options, inputBytes, collector.tally)
  const rehearsal = createRehearsal({ origin, plan, log, signal, options })
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
    rehearsal,
  }
  const mapTasks = planMapTasks(input.sets)
  const host = createLlmHost(
    session.registry,
    {
      config,
      log,
      signal,
      out,
      progress: (llm) => progress.llm(llm),
      ...(rehearsal.agree !== undefined && { agree: rehearsal.agree }),
    },
    options.askModels === false ? 'ignore' : options.dryRun === true ? 'count' : 'ask',
  )
  const { executor, workers } = await chooseExecutor({
    session,
    origin,
    plan,
    tasks: mapTasks,
    inputBytes,
    limited: options.limit !== undefined,
    log,
    signal,
    llm: host.llm,
  })
  // From here on an earlier run's outputs no longer describe what is there.
  attempt(out, () => {
    for (const path of ['manifest.json', 'stats.json', 'dataset', ...foldersOf(session.registry)])
      rmSync(`${out}/${path}`, { recursive: true, force: true })
  })
  let early: DatasetWriter | undefined
  try {
    const writes = ['load', 'tag', 'filter', 'augment'].includes(until) ? undefined : datasetLayout(run)
    early = writes !== undefined && plan.pureSplit ? createDatasetWriter(writes) : undefined
    const spilled: Pick<Sidecar, 'spills' | 'segments'>[] = []
    const planned = await mapInput(run, parts, mapTasks, executor, early, spilled)
    await groupPhase(run, executor, planGroupTasks(spilled, planned, firstGroups(session, spilled)), early)
    await executor.close()
    if (signal.aborted) throw sftError('SFT_INTERRUPTED', 'The run was interrupted.')
    if (until !== 'load') warnOfUnseenTags(run)
    const tooMany = tooManyUnreadable(run)
    const { counts } = collector.tally
    if (tooMany !== undefined && (writes === undefined ? counts.traces : counts.examples) === 0) throw tooMany
    const datasets = writes === undefined ? [] : await placeRows(run, writes, early, origin.mayBeEmpty)
    const result = await finishRun(run, workers, datasets, writes === undefined ? writeTraceFiles(run) : [])
    if (tooMany !== undefined) throw tooMany
    const questions = host.projection()
    return questions === undefined ? result : { ...result, questions }
  } catch (error) {
    // The ledgers say why: they are kept whatever the error is.
    keepLedgers(run)
    closeQuietly(early, out)
    throw error
  } finally {
    await executor.close()
    await host.close()
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

function closeQuietly(writer: DatasetWriter | undefined, out: string): void {
  try {
    writer?.finish(out)
  } catch {}
}
