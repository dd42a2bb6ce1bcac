import type { JsonObject, ToolDefinition } from '@sftkit/core'
import type { StepRow } from '../format/rows.ts'
import type { Recording } from './recording.ts'

/** A whole episode as one JSON value: everything that was recorded, under the names of the rows. */
export interface Trajectory {
  readonly episode_id: string
  readonly task: string
  readonly variant_id: string
  /** Seconds since 1970. */
  readonly start_time: number
  readonly end_time: number | null
  readonly duration_seconds: number | null
  readonly system?: string
  readonly tools?: readonly ToolDefinition[]
  readonly initial_observation?: unknown
  readonly steps: readonly Omit<StepRow, 'type'>[]
  readonly final_score: number | null
  readonly total_steps: number
  /** What was known at the beginning and at the end. */
  readonly metadata: JsonObject
}

/** Reads all of a recording into memory. */
export function trajectoryOf(recording: Recording): Trajectory {
  const { episode, reset, end, sums } = recording
  return {
    episode_id: episode.episode_id,
    task: episode.task,
    variant_id: episode.variant_id,
    start_time: episode.start_time,
    end_time: end?.end_time ?? null,
    duration_seconds: end?.duration_seconds ?? null,
    ...(episode.system !== undefined && { system: episode.system }),
    ...(episode.tools !== undefined && { tools: episode.tools }),
    ...(reset !== undefined && { initial_observation: reset.observation_snapshot }),
    steps: Array.from(recording.steps(), ({ type: _, ...step }) => step),
    final_score: end?.final_score ?? null,
    total_steps: end?.total_steps ?? sums?.last_step ?? 0,
    metadata: { ...episode.metadata, ...end?.metadata },
  }
}
