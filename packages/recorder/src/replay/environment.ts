import type { JsonValue } from '@sftkit/core'
import type { Action, FileChange } from '../record/step-row.ts'

type Awaitable<T> = T | Promise<T>

/** What an action led to. */
export interface StepResult {
  /** Any JSON value. */
  readonly observation: JsonValue
  readonly reward: number
  readonly done: boolean
  readonly error?: string | null
  readonly fileDiff?: FileChange | null
  /** From 0 to 1, where tests ran. */
  readonly passRate?: number | null
  /** Another name of `passRate`. */
  readonly testPassRate?: number | null
  /** Default: how long `step` took. */
  readonly durationMs?: number | null
}

/** Where an agent acts. The same actions, from the beginning on, must lead to the same results. */
export interface Environment {
  /** Begins anew. What it returns is what the agent sees first. */
  reset?(): Awaitable<JsonValue | undefined | void>
  step(action: Action): Awaitable<StepResult>
}
