import { existsSync, readFileSync } from 'node:fs'
import { askSlurm } from './ask.ts'
import { exitFile } from './script.ts'

/** What Slurm says of a job. */
export interface JobState {
  /** `RUNNING`, `PENDING`, …; undefined where Slurm no longer knows it. */
  readonly state?: string
  /** Why it waits, or ended. */
  readonly reason?: string
}

const ENDED = new Set([
  'BOOT_FAIL',
  'CANCELLED',
  'COMPLETED',
  'DEADLINE',
  'FAILED',
  'NODE_FAIL',
  'OUT_OF_MEMORY',
  'PREEMPTED',
  'REVOKED',
  'TIMEOUT',
])
/** Ends after which a job may be put back into the queue. */
const PASSING = new Set(['NODE_FAIL', 'PREEMPTED', 'BOOT_FAIL'])

export const isEnded = ({ state }: JobState): boolean => state === undefined || ENDED.has(state)
export const mayComeBack = ({ state }: JobState): boolean => state !== undefined && PASSING.has(state)

/** What the queue says now; undefined where the controller does not answer. @throws SFT_TRAIN_JOB */
export async function queueState(id: string): Promise<JobState | undefined> {
  const { ok, stdout, stderr } = await askSlurm('squeue', [
    '--noheader',
    '--states=all',
    `--jobs=${id}`,
    '--format=%T|%r',
  ])
  // Some time after its end a job is forgotten, which older versions call an error.
  if (!ok) return /invalid job id/i.test(stderr) ? {} : undefined
  const [state = '', reason = ''] = stdout.split('\n')[0]?.split('|') ?? []
  if (state === '') return {}
  return { state, ...(reason !== '' && reason !== 'None' && { reason }) }
}

/** How a job ended, from whatever this cluster has. */
export interface JobEnd extends JobState {
  readonly exitCode?: number
  readonly signal?: string
  /** How often Slurm has put it back into the queue. */
  readonly restarts?: number
  /** Who asked the batch script to end: the time limit that came near, or somebody. */
  readonly asked?: 'limit' | 'asked'
  /** Whether the batch script came to its own end, and this is it. */
  readonly written: boolean
}

/** The end as Slurm tells it. */
export type ToldEnd = Omit<JobEnd, 'asked' | 'written'>

/**
 * What the controller still has of a job, else accounting where there is some.
 *
 * @returns undefined where the job has been put back into the queue meanwhile
 */
export async function toldEnd(id: string, last: JobState): Promise<ToldEnd | undefined> {
  const now = await fromController(id)
  if (now !== undefined && !isEnded(now)) return undefined
  return { ...last, ...(now ?? (await fromAccounting(id))) }
}

/**
 * The same with what the batch script left, where it is of this end: a job that was put back and could not be started
 * again still has the file of the start before.
 */
export function withOwnEnd(folder: string, id: string, told: ToldEnd): JobEnd {
  const file = exitFile(folder, id)
  if (!existsSync(file)) return { ...told, written: false }
  const [code, start, asked] = readFileSync(file, 'utf8').trim().split(' ')
  const { exitCode = Number(code), restarts = Number(start) } = told
  if (exitCode !== Number(code) || restarts !== Number(start)) return { ...told, written: false }
  return { ...told, exitCode, written: true, ...((asked === 'limit' || asked === 'asked') && { asked }) }
}

async function fromAccounting(id: string): Promise<ToldEnd | undefined> {
  const { ok, stdout } = await askSlurm('sacct', [
    '--noheader',
    '--parsable2',
    '--allocations',
    `--jobs=${id}`,
    '--format=State,ExitCode',
  ])
  // A job that was put back has a line for each start.
  const [told = '', exit = ''] = stdout.split('\n').at(-1)?.split('|') ?? []
  // `CANCELLED by 1000`
  const state = told.split(' ')[0] ?? told
  // It learns of an end some time after the controller.
  return ok && ENDED.has(state) ? { state, ...exitOf(exit) } : undefined
}

async function fromController(id: string): Promise<ToldEnd | undefined> {
  const { ok, stdout } = await askSlurm('scontrol', ['--oneliner', 'show', 'job', id])
  const field = (name: string): string | undefined => new RegExp(`\\b${name}=(\\S+)`).exec(stdout)?.[1]
  const state = field('JobState')
  if (!ok || state === undefined) return undefined
  const restarts = field('Restarts')
  return {
    state,
    ...exitOf(field('ExitCode') ?? ''),
    ...(restarts !== undefined && { restarts: Number(restarts) }),
  }
}

/** `CODE:SIGNAL` */
function exitOf(text: string): Pick<JobEnd, 'exitCode' | 'signal'> {
  const [, code, signal] = /^(\d+):(\d+)$/.exec(text) ?? []
  if (signal !== undefined && signal !== '0')
    return { signal: signal === '9' ? 'SIGKILL' : `signal ${signal}` }
  return code === undefined ? {} : { exitCode: Number(code) }
}
