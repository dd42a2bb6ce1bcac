import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Checkpoint,
  counted,
  type JsonObject,
  makeFolders,
  type RunStageContext,
  sftError,
} from '@sftkit/core'
import type { TrainEnvironment } from '../environment/open-environment.ts'
import { jobWithoutEnd } from '../launch/job-file.ts'
import type { Launcher } from '../launch/types.ts'
import { lossChart } from '../progress/loss-chart.ts'
import { lossesOf } from '../progress/losses.ts'
import { terminalChart } from '../progress/terminal-chart.ts'
import type { Fingerprint, WorkerRun } from '../worker/protocol.ts'
import { differences, fingerprintOf } from './fingerprint.ts'
import { launchWorker } from './launch-worker.ts'
import { lockFolder } from './lock.ts'
import type { TrainMetrics } from './metrics.ts'
import { readMetrics } from './metrics.ts'
import { clearFolder, type Plan, planTraining } from './plan.ts'

/** One model to train into one folder. */
export interface TrainJob {
  readonly run: Omit<WorkerRun, 'fingerprint' | 'resume'>
  /** The model's folder of the run directory, absolute. */
  readonly folder: string
  readonly launcher: Launcher
  readonly environment: TrainEnvironment
  readonly stall: { readonly warnMinutes: number; readonly stopMinutes?: number | undefined }
  /** Shown above the losses. */
  readonly title: string
  /** What a person should know before it is trained. */
  readonly warnings: readonly string[]
}

/** What a training uses of a run. */
export type TrainContext = Pick<RunStageContext, 'fresh' | 'log' | 'report' | 'signal'>

/**
 * Trains one model, goes on with it where it was interrupted, or takes it up where it is done.
 *
 * @throws SFT_TRAIN_…, SFT_INTERRUPTED
 */
export async function trainOne(job: TrainJob, context: TrainContext): Promise<TrainMetrics> {
  const { folder, launcher, run } = job
  const { log } = context
  makeFolders(folder)
  const lock = await lockFolder(folder, launcher.node)
  try {
    const fingerprint = fingerprintOf(run)
    const follow = await takesUpJob(job, fingerprint, context)
    const plan: Plan = follow
      ? { do: 'resume', step: 0 }
      : planTraining(folder, run, fingerprint, context.fresh)
    if (plan.do === 'nothing') {
      log.info(`trainer: ${folder} was trained before with the same model, rows and options: taken up`)
      for (const line of terminalChart(lossesOf(plan.metrics).train)) log.info(line)
      return plan.metrics
    }
    const told: WorkerRun = { ...run, fingerprint, resume: plan.do === 'resume' }
    if (!follow) {
      for (const text of job.warnings) log.warn(`trainer: ${text}`)
      // Of several machines the first one writes; the others' workers begin when its is there.
      if ((launcher.node ?? 0) === 0) prepareFolder(folder, plan, told, log)
    }
    await launchWorker({ ...job, run: told, follow, onStart: (group) => lock.started(group) }, context)
    const metrics = readMetrics(folder)
    if (metrics === undefined) throw new Error(`the worker was done and left no metrics.json in ${folder}`)
    report(metrics, job, context)
    return metrics
  } finally {
    lock.release()
  }
}

/** Clears away what is not gone on with, and writes what the worker is told. */
function prepareFolder(folder: string, plan: Plan, told: WorkerRun, log: TrainContext['log']): void {
  if (plan.do === 'resume') log.info(`trainer: going on from step ${plan.step}`)
  if (plan.do === 'begin') {
    if (plan.replaces !== undefined)
      log.warn(
        `trainer: the model in ${folder} was trained before with another ${plan.replaces.join(' and ')}; it is trained anew`,
      )
    clearFolder(folder)
  }
  rmSync(join(folder, 'metrics.json'), { force: true })
  writeFileSync(join(folder, 'run.json'), `${JSON.stringify(told, undefined, 2)}\n`)
}

/**
 * Whether a job that an earlier process left is the one that is wanted now.
 *
 * @throws SFT_TRAIN_BUSY where it is another one and still runs
 */
async function takesUpJob(
  { folder, launcher }: TrainJob,
  fingerprint: Fingerprint,
  { fresh, log }: TrainContext,
): Promise<boolean> {
  const left = await launcher.left?.(folder)
  const other = jobWithoutEnd(folder)
  if (left === undefined && other !== undefined)
    log.warn(
      `trainer: job ${other.id} of ${other.launcher} was started into ${folder}, and its end was not seen: cancel it if it still runs`,
    )
  if (left === undefined) return false
  const differing = differences(left.fingerprint, fingerprint)
  if (differing.length === 0 && !fresh) {
    log.info(`trainer: ${left.title} was started before for the same training: followed`)
    return true
  }
  if (!left.active) return false
  const why = fresh ? 'it was asked to begin anew' : `its ${differing.join(' and ')} differs`
  throw sftError('SFT_TRAIN_BUSY', `${left.title} is training into ${folder}, and ${why}.`, {
    source: folder,
    fix: 'Cancel the job, wait for it, or choose another folder with `--out`.',
  })
}

/** Writes the curve beside the metrics, and says how it went. */
function report(metrics: TrainMetrics, { folder, title }: TrainJob, { log }: TrainContext): void {
  const losses = lossesOf(metrics)
  writeFileSync(join(folder, 'loss.svg'), lossChart(losses, title))
  const [first] = losses.train
  const last = losses.train.at(-1)
  const loss =
    first === undefined || last === undefined ? '' : `, loss ${short(first.loss)} → ${short(last.loss)}`
  log.info(`trainer: ${counted(metrics.steps, 'step')} in ${metrics.seconds.toFixed(0)} s${loss}`)
  for (const line of terminalChart(losses.train)) log.info(line)
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}

/** The trained model for the stages after it. */
export function checkpointOf(
  folder: string,
  run: Pick<WorkerRun, 'lora' | 'mergeAdapter'>,
  metrics: TrainMetrics,
): Checkpoint {
  const { metrics: history, ...facts } = metrics
  const summary = { ...facts, metrics: history } as unknown as JsonObject
  if (run.lora === undefined) return { path: join(folder, 'final'), metrics: summary }
  const adapter = join(folder, 'final')
  return { path: run.mergeAdapter ? join(folder, 'merged') : adapter, adapter, metrics: summary }
}
