import type { Recording } from './recording.ts'

/** An episode in short. */
export interface EpisodeSummary {
  readonly episodeId: string
  readonly task: string
  readonly variantId: string
  /** Seconds since 1970. */
  readonly startTime: number
  /** Null where the episode was not ended, or ended without one. */
  readonly finalScore: number | null
  /** The last step's number. */
  readonly totalSteps: number
  /** Null where the episode was not ended. */
  readonly durationSeconds: number | null
  readonly ended: boolean
  readonly cumulativeReward: number
  readonly errors: number
  /** Steps by security flag. */
  readonly flags: Readonly<Record<string, number>>
  readonly file: string
}

export function summaryOf({ file, episode, end, sums }: Recording): EpisodeSummary {
  return {
    episodeId: episode.episode_id,
    task: episode.task,
    variantId: episode.variant_id,
    startTime: episode.start_time,
    finalScore: end?.final_score ?? null,
    totalSteps: end?.total_steps ?? sums?.last_step ?? 0,
    durationSeconds: end?.duration_seconds ?? null,
    ended: end !== undefined,
    cumulativeReward: sums?.cumulative_reward ?? 0,
    errors: sums?.errors ?? 0,
    flags: sums?.flags ?? {},
    file,
  }
}
