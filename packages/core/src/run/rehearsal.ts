import { rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { ConfigOrigin } from '../config/session.ts'
import { sftError } from '../errors/error.ts'
import { threadsExecutor } from '../executors/threads.ts'
import type { LlmProjection, LlmReckoning } from '../llm/types.ts'
import { type Logger, silentLogger } from '../log/logger.ts'
import { filesOfTask, type Task, type TaskPlan } from '../pipeline/task.ts'
import { copyFolds } from '../repeats/folds.ts'
import { makeFolders } from '../run-directory/make-folders.ts'
import type { RunOptions } from './options.ts'

/** Finds out what a phase's questions to models will take, before the first of them is paid for. */
export interface Rehearsal {
  /** A phase begins, with these tasks still to be done. */
  phase(tasks: readonly Task[], limit?: number): void
  /** What the engine waits for; absent where nobody asked for a projection, or none can be made. */
  readonly agree?: (reckoning: () => LlmReckoning) => Promise<void>
}

interface Aside {
  readonly origin: ConfigOrigin
  readonly plan: TaskPlan
  readonly log: Logger
  readonly signal: AbortSignal
  readonly options: Pick<RunOptions, 'onProjection'>
}

/** After so long what was seen stands for the rest. */
const LOOK_MS = 3000
/** A handler that waits for something which never comes must not hold the run. */
const GIVE_UP_MS = 30_000

export function createRehearsal(aside: Aside): Rehearsal {
  const { origin, options, log } = aside
  const { onProjection } = options
  let tasks: readonly Task[] = []
  let limit: number | undefined
  let agreed: Promise<void> | undefined
  const ask = async (reckoning: () => LlmReckoning): Promise<void> => {
    log.info('Counting the questions to models, which takes some seconds.')
    const projection = await rehearse(aside, tasks, limit, reckoning()).catch((error: unknown) => {
      // The run itself will come across it, and say it better.
      log.debug(`what the questions will take is not known: ${String(error)}`)
      return undefined
    })
    if (aside.signal.aborted) throw sftError('SFT_INTERRUPTED', 'The run was interrupted.')
    if (projection === undefined || projection.questions === 0) return
    const goOn = await onProjection?.(projection)
    if (aside.signal.aborted) throw sftError('SFT_INTERRUPTED', 'The run was interrupted.')
    if (goOn === false)
      throw sftError('SFT_LLM_DECLINED', 'The questions were not agreed to; none of them was asked.')
  }
  return {
    phase(next, most) {
      tasks = next
      limit = most
      agreed = undefined
    },
    ...(onProjection !== undefined &&
      origin.file !== undefined && {
        agree(reckoning) {
          agreed ??= ask(reckoning)
          return agreed
        },
      }),
  }
}

/**
 * Does tasks of a phase in threads of their own, where plugins are set up anew and share nothing with the run's, with
 * an engine that only counts. What they write goes.
 */
async function rehearse(
  { origin, plan, signal }: Aside,
  tasks: readonly Task[],
  limit: number | undefined,
  reckoning: LlmReckoning,
): Promise<LlmProjection | undefined> {
  const work = `${plan.work}-rehearsal`
  rmSync(work, { recursive: true, force: true })
  makeFolders(work)
  const aside = { ...plan, work }
  const workers = limit === undefined ? availableParallelism() : 1
  const executor = threadsExecutor({
    origin,
    plan: aside,
    workers,
    log: silentLogger,
    signal,
    llm: reckoning,
  })
  const all = bytesOf(tasks)
  let seen = 0
  const look = async (): Promise<void> => {
    const end = Date.now() + LOOK_MS
    let left = limit ?? Number.POSITIVE_INFINITY
    // Places are hashes: in their order any first few tasks are a fair sample. A limited run has a first few of its own.
    const order = limit === undefined ? tasks.toSorted((a, b) => (a.location < b.location ? -1 : 1)) : tasks
    for (let at = 0; at < order.length && left > 0 && Date.now() < end; at += workers) {
      const some = order.slice(at, at + workers)
      for (const task of some) {
        if (task.kind === 'map' && task.folds !== undefined) copyFolds(plan, aside, task.location)
      }
      const limited = limit === undefined ? some : some.map((task) => ({ ...task, limit: left }))
      await executor.run(limited, (_task, { traces }) => {
        left -= traces.length
      })
      seen += bytesOf(some)
    }
    if (left <= 0) seen = all
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, GIVE_UP_MS)
  })
  const looking = look()
  looking.catch(() => {})
  try {
    await Promise.race([looking, patience])
    return seen === 0 ? undefined : reckoning.total(all === 0 ? 1 : Math.min(1, seen / all))
  } finally {
    clearTimeout(timer)
    await executor.close()
    rmSync(work, { recursive: true, force: true })
  }
}

function bytesOf(tasks: readonly Task[]): number {
  return tasks.reduce((sum, task) => sum + (task.kind === 'group' ? spilledBytes(task) : readBytes(task)), 0)
}

function spilledBytes({ spills }: Extract<Task, { kind: 'group' }>): number {
  return spills.reduce((sum, { slices }) => sum + slices.reduce((part, [, , bytes]) => part + bytes, 0), 0)
}

function readBytes(task: Extract<Task, { kind: 'map' | 'survey' }>): number {
  return filesOfTask(task).reduce((sum, { start, end }) => sum + end - start, 0)
}
