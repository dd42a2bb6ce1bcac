import type { Logger, SftError } from '@sftkit/core'
import type { Fingerprint, WorkerEvent, WorkerRun } from '../worker/protocol.ts'

/** What a launcher is given: the worker, what it is told, and where it may write. */
export interface Launch {
  readonly run: WorkerRun
  /** `run.json`, written. */
  readonly runFile: string
  /** The worker's one Python file. */
  readonly workerFile: string
  /** The interpreter of the training environment on this machine. */
  readonly python: string
  /** The model's folder of the run directory: launchers keep their files (`logs/`, `train.sbatch`, `job.json`) here. */
  readonly folder: string
  /** Variables beside those of the process; secrets are in it and nowhere else. */
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly log: Logger
  /** Every event as it comes; the launcher finds them, wherever the worker writes. */
  onEvent(event: WorkerEvent): void
  /** The process group of a worker on this machine: where the parent is killed, the next run ends what is left of it. */
  onStart?(group: number): void
  /** What the place says while the worker waits for a machine: to a person, and as a sign that nothing is stuck. */
  onWait?(text: string): void
  /** Follow the job that {@link Launcher.left} told of instead of starting another one. */
  readonly follow?: boolean
}

/** How the worker ended. */
export interface WorkerEnd {
  /** Of the worker where it is known; `undefined` with a `signal`, or where the place tells only that it failed. */
  readonly exitCode?: number
  readonly signal?: string
  /** The last lines of what all ranks wrote to stderr, without secrets. */
  readonly stderr: string
  /** What the place says of the end: Slurm's state, a job's stage. */
  readonly detail?: string
  /** What the place ended for a reason of its own: its time limit, a machine that failed. What the worker says goes first. */
  readonly failure?: SftError
}

/** A job that an earlier process started and did not see the end of. */
export interface LeftJob {
  /** Of what it was told. */
  readonly fingerprint: Fingerprint
  /** As the place calls it, for messages. */
  readonly title: string
  /** Whether it waits or runs; an ended one may still have something to bring back. */
  readonly active: boolean
}

/**
 * Where and how the worker runs: the same worker file and the same run.json in all of them.
 * A launcher starts it, passes on its events, stops it when the signal is aborted (with the time to write a checkpoint),
 * and leaves nothing running behind.
 */
export interface Launcher {
  readonly name: string
  /** Processes in all, over all machines. */
  readonly worldSize: number
  /** Another trainer runs than the worker: the arguments that it is told, and what else its result depends on. */
  readonly ownTrainer?: { readonly arguments: readonly string[]; readonly settings: unknown }
  /** This machine's number where several run the same command: only number 0 writes what is shared. */
  readonly node?: number
  /** The command that would be started, for `--dry-run`; without secrets. */
  command(launch: Pick<Launch, 'run' | 'runFile' | 'workerFile' | 'python' | 'folder'>): readonly string[]
  /** The job that was left for a folder, where the place goes on without this process. */
  left?(folder: string): Promise<LeftJob | undefined>
  /** Runs the worker to its end. Throws where it could not be started at all. */
  start(launch: Launch): Promise<WorkerEnd>
}
