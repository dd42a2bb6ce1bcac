import type { StepRow } from '../format/rows.ts'

/** A step of a timeline. */
export interface TimelineStep {
  readonly step: number
  readonly action: string
  readonly path: string | null
  readonly query: string | null
  readonly reward: number
  readonly cumulativeReward: number
  readonly done: boolean
  readonly error: string | null
  readonly durationMs: number | null
  readonly passRate: number | null
  readonly securityFlags: readonly string[]
}

export function timelineStep(row: StepRow): TimelineStep {
  return {
    step: row.step_number,
    action: row.action_type,
    path: row.action_path,
    query: row.action_query,
    reward: row.reward,
    cumulativeReward: row.cumulative_reward,
    done: row.done,
    error: row.error,
    durationMs: row.duration_ms,
    passRate: row.test_pass_rate,
    securityFlags: row.security_flags,
  }
}
