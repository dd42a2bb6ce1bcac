import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { counted, sftError } from '@sftkit/core'
import { workerFile } from '../environment/files.ts'
import { trainProgress } from '../progress/progress.ts'
import type { WorkerEvent, WorkerRun } from '../worker/protocol.ts'
import { trainFailure, wasKilled } from './failure.ts'
import { watchStall } from './stall.ts'
import type { TrainContext, TrainJob } from './train-one.ts'

/** A job whose run.json is written. */
interface ToldJob extends TrainJob {
  readonly run: WorkerRun
  readonly follow: boolean
  onStart(group: number): void
}

/**
 * Has a launcher run the worker, shows what it says, and judges how it ended.
 *
 * @throws SFT_TRAIN_…, SFT_INTERRUPTED
 */
export async function launchWorker(job: ToldJob, { signal, log, report }: TrainContext): Promise<void> {
  const { folder, launcher, run, environment } = job
  const progress = trainProgress()
  const stalled = watchStall(job.stall, log)
  let last: WorkerEvent | undefined
  let ended: Extract<WorkerEvent, { type: 'done' | 'error' | 'cancelled' }> | undefined
  let step = 0
  let waits = ''
  for (let rank = 0; rank < launcher.worldSize; rank++)
    rmSync(join(folder, 'logs', `rank-${rank}.error.json`), { force: true })
  const onEvent = (event: WorkerEvent): void => {
    last = event
    stalled.take(event)
    if ('step' in event && typeof event.step === 'number') step = event.step
    if (event.type === 'warning') log.warn(`trainer: ${event.text}`)
    // A place may end a worker and start it again.
    if (event.type === 'start') ended = undefined
    if (event.type === 'done' || event.type === 'error' || event.type === 'cancelled') ended ??= event
    const shown = progress.take(event)
    if (shown !== undefined) report(shown)
  }
  try {
    const end = await launcher.start({
      run,
      runFile: join(folder, 'run.json'),
      workerFile: workerFile(),
      python: environment.python,
      folder,
      env: {},
      signal: AbortSignal.any([signal, stalled.signal]),
      log,
      onEvent,
      follow: job.follow,
      onStart: (group) => job.onStart(group),
      onWait(text) {
        stalled.wait()
        if (text !== waits) log.info(`trainer: ${text}`)
        waits = text
      },
    })
    if (ended?.type === 'done') return
    if (stalled.signal.aborted)
      throw sftError(
        'SFT_TRAIN_STALLED',
        `Nothing happened for ${counted(job.stall.stopMinutes ?? 0, 'minute')} after step ${step}, and the training was stopped.`,
        { source: folder },
      )
    if (end.failure !== undefined && !signal.aborted && ended?.type !== 'error') throw end.failure
    // Under torchrun the death of one rank is told to the others as an end that was asked for.
    const cancelled = ended?.type === 'cancelled' && !wasKilled(end)
    if (signal.aborted || cancelled)
      throw sftError(
        'SFT_INTERRUPTED',
        `The training was interrupted at step ${step}; the same command goes on from there.`,
        { source: folder },
      )
    throw trainFailure({
      folder,
      end,
      ...(ended?.type === 'error' && { error: ended }),
      ...(last !== undefined && { last }),
    })
  } finally {
    stalled.end()
  }
}
