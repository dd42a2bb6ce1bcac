import type { ConfigSession } from '../config/session.ts'
import type { ScopeBase } from './batch-scope.ts'
import type { TokenCounter } from './measure.ts'
import type { TaskPlan } from './task.ts'

/** What a thread keeps between tasks. */
export interface Bench {
  readonly session: ConfigSession
  readonly plan: TaskPlan
  readonly base: ScopeBase
  readonly count: TokenCounter | undefined
  /** The read buffer: kept, because fresh pages cost more than what is read into them. */
  readonly reuse: { buffer: Buffer }
}
