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
  /** Who asked the batch script to end: the time limit that came near, or somebody. */
  readonly asked?: 'limit' | 'asked'
}

/** Accounting where there is some, else what the controller still has, and what the batch script left. */
export async function jobEnd(id: string, folder: string, last: JobState): Promise<JobEnd> {
  const own = ownEnd(folder, id)
  const told = (await fromAccounting(id)) ?? (await fromController(id)) ?? {}
  return { ...last, ...told, ...own }
}

async function fromAccounting(id: string): Promise<JobEnd | undefined> {
  const { ok, stdout } = await askSlurm('sacct', [
    '--noheader',
    '--parsable2',
    '--allocations',
    `--jobs=${id}`,
    '--format=State,ExitCode',
  ])
  // A job that was put back has a line for each start.
  const [state = '', exit = ''] = stdout.split('\n').at(-1)?.split('|') ?? []
  if (!ok || state === '') return undefined
  // `CANCELLED by 1000`
  return { state: state.split(' ')[0] ?? state, ...exitOf(exit) }
}

async function fromController(id: string): Promise<JobEnd | undefined> {
  const { ok, stdout } = await askSlurm('scontrol', ['--oneliner', 'show', 'job', id])
  const state = /\bJobState=(\S+)/.exec(stdout)?.[1]
  if (!ok || state === undefined) return undefined
  return { state, ...exitOf(/\bExitCode=(\S+)/.exec(stdout)?.[1] ?? '') }
}

/** `CODE:SIGNAL` */
function exitOf(text: string): Pick<JobEnd, 'exitCode' | 'signal'> {
  const [, code, signal] = /^(\d+):(\d+)$/.exec(text) ?? []
  if (signal !== undefined && signal !== '0')
    return { signal: signal === '9' ? 'SIGKILL' : `signal ${signal}` }
  return code === undefined ? {} : { exitCode: Number(code) }
}

function ownEnd(folder: string, id: string): Pick<JobEnd, 'exitCode' | 'asked'> {
  const file = exitFile(folder, id)
  if (!existsSync(file)) return {}
  const [code = '', asked] = readFileSync(file, 'utf8').trim().split(' ')
  return {
    ...(code !== '' && { exitCode: Number(code) }),
    ...((asked === 'limit' || asked === 'asked') && { asked }),
  }
}
