import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { followEvents } from '../../worker/follow-events.ts'
import { WORKER_EXIT } from '../../worker/protocol.ts'
import { type SubmittedJob, writeJob } from '../job-file.ts'
import { lastLines } from '../tail-file.ts'
import type { Launch, WorkerEnd } from '../types.ts'
import { askSlurm } from './ask.ts'
import { slurmFailure } from './failure.ts'
import {
  isEnded,
  type JobEnd,
  type JobState,
  mayComeBack,
  queueState,
  type ToldEnd,
  toldEnd,
  withOwnEnd,
} from './state.ts'

const POLL_MS = 2000
/** How long a worker may take to end its step and write its checkpoint before its job is ended. */
const GRACE_MS = 300_000
/** A network file system shows what another machine wrote up to a minute later. */
const DELAY_MS = 90_000
/** Looks at a job that failed with its machine before it counts as ended: it may be put back into the queue. */
const SECOND_LOOKS = 3
/** On its way back into the queue a job looks for a moment as if it had ended, or is not listed. */
const LOOKS = 2
/** For a worker that ended in a way that it need not have told of. */
const SHORT_DELAY_MS = 10_000

/** Watches a job to its end and passes on the events that it appends to the shared event file. */
export async function followJob(job: SubmittedJob, launch: Launch): Promise<WorkerEnd> {
  const { folder, signal } = launch
  let terminal: 'done' | 'error' | 'cancelled' | undefined
  let starts = 0
  const events = followEvents(
    join(folder, 'events.jsonl'),
    (event) => {
      if (event.type === 'start') {
        terminal = undefined
        starts++
      }
      if (event.type === 'done' || event.type === 'error' || event.type === 'cancelled') terminal = event.type
      launch.onEvent(event)
    },
    job.eventsFrom,
  )
  const release = cancelOnAbort(job.id, signal)
  try {
    const told = await endOf(job.id, launch)
    const late = (): boolean =>
      terminal === undefined ||
      (terminal === 'done' && !existsSync(join(folder, 'metrics.json'))) ||
      // The word of a start that was put back into the queue.
      (terminal === 'cancelled' && starts <= (told.restarts ?? 0))
    const delay = delayOf(withOwnEnd(folder, job.id, told))
    for (let waited = 0; late() && waited < delay; waited += POLL_MS / 4) await wait(POLL_MS / 4)
    const end = withOwnEnd(folder, job.id, told)
    await events.end()
    writeJob(folder, { ...job, ended: end.state ?? 'unknown' })
    const failure = slurmFailure(job.id, end, folder)
    return {
      ...(end.exitCode !== undefined && { exitCode: end.exitCode }),
      ...(end.signal !== undefined && { signal: end.signal }),
      stderr: lastLines(join(folder, 'logs', `${job.id}.err`), 0),
      detail: `Slurm job ${job.id}: ${end.state ?? 'no longer known'}${end.reason === undefined ? '' : `, ${end.reason}`}`,
      ...(failure !== undefined && { failure }),
    }
  } finally {
    release()
    await events.end()
  }
}

/** How long the worker's last word may be on its way: it has one for each of its own exit codes. */
function delayOf({ state, exitCode }: JobEnd): number {
  if (state === 'COMPLETED') return DELAY_MS
  // Ended by Slurm, which need not let it speak.
  if ((state !== 'FAILED' && state !== undefined) || exitCode === undefined) return 0
  return (Object.values(WORKER_EXIT) as number[]).includes(exitCode) ? DELAY_MS : SHORT_DELAY_MS
}

/** How a job ended for good: the scheduler's state decides, and not what one of its starts left. */
async function endOf(id: string, launch: Launch): Promise<ToldEnd> {
  for (;;) {
    const end = await toldEnd(id, await untilEnded(id, launch))
    if (end !== undefined) return end
  }
}

async function untilEnded(id: string, launch: Launch): Promise<JobState> {
  let silent = false
  for (let looks = 0; ; await wait(POLL_MS)) {
    const state = await queueState(id)
    if (state === undefined) {
      if (!silent) launch.log.warn(`trainer: Slurm does not answer; job ${id} goes on without it`)
      silent = true
      continue
    }
    silent = false
    if (isEnded(state) && (launch.signal.aborted || ++looks >= looksBefore(state))) return state
    if (!isEnded(state)) looks = 0
    // A running job shows itself by its events.
    if (state.state !== 'RUNNING' || looks > 0) launch.onWait?.(`Slurm job ${id}: ${inWords(state, id)}`)
  }
}

function inWords({ state, reason }: JobState, id: string): string {
  if (reason === undefined) return state ?? 'not in the queue'
  const held = /held/i.test(reason) ? `, until \`scontrol release ${id}\`` : ''
  return `${state} (${reason})${held}`
}

function looksBefore(state: JobState): number {
  if (state.state === 'COMPLETED') return 1
  return mayComeBack(state) ? SECOND_LOOKS : LOOKS
}

/** A running job is asked to write its checkpoint first; one that waits is taken out of the queue. */
function cancelOnAbort(id: string, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined
  const cancel = async (): Promise<void> => {
    timer = setTimeout(() => void askSlurm('scancel', [id]), GRACE_MS)
    const state = await queueState(id)
    const runs = state === undefined || state.state === 'RUNNING'
    await askSlurm('scancel', runs ? ['--signal=TERM', '--batch', id] : [id])
  }
  const stop = (): void => void cancel().catch(() => {})
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  return () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}
