import type { ConfigSession } from '../config/session.ts'
import type { Logger } from '../log/logger.ts'
import type { Collector } from '../pipeline/collect.ts'
import type { SegmentResult, TaskPlan } from '../pipeline/task.ts'
import type { IndexDatabase } from '../run-directory/index-database.ts'
import type { RunInput } from './input.ts'
import type { RunOptions } from './options.ts'
import type { Progress } from './progress.ts'
import type { Rehearsal } from './rehearsal.ts'

/** What the phases of a run share. */
export interface DatasetRun {
  readonly session: ConfigSession
  readonly options: RunOptions
  readonly out: string
  readonly plan: TaskPlan
  /** What was opened of the input so far: a limited run may not need all of it. */
  input: RunInput
  readonly index: IndexDatabase
  readonly collector: Collector
  readonly log: Logger
  readonly signal: AbortSignal
  /** Locations of the finished tasks, in input order. */
  readonly done: string[]
  /** By path, for the manifest. */
  readonly segments: Map<string, SegmentResult[]>
  readonly tasks: { reused: number; all: number }
  readonly progress: Progress
  readonly rehearsal: Rehearsal
}
