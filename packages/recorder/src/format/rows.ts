import type { JsonObject, JsonValue, ToolDefinition } from '@sftkit/core'
import type { ContentReferences } from './contents.ts'

/**
 * The lines of a recording: one JSON object a line, told apart by `type`. The first line is the {@link EpisodeRow};
 * a {@link ResetRow} may follow; then one {@link StepRow} for each step as it happened; the {@link EndRow} is last,
 * and absent where the episode was not ended (the program was killed, or still runs).
 *
 * A recording is `<folder>/<episode_id>.jsonl`. Keys are in snake case, those of a step with the names of the
 * trajectory logger that this format goes back to. Texts of 4096 UTF-16 units and more stand in the content store
 * beside it, and the row's `contents` says where (contents.ts).
 */
export type RecordingRow = EpisodeRow | ResetRow | StepRow | EndRow

/** What the first line of an episode's recording says in `format`. */
export const EPISODE_FORMAT = 'sftkit-episode'
/** Raised when a reader of the old rows would misread new ones. */
export const EPISODE_VERSION = 1

interface RowWithContents {
  /** Texts of this row that stand in the content store. */
  readonly contents?: ContentReferences
}

export interface EpisodeRow extends RowWithContents {
  readonly type: 'episode'
  readonly format: typeof EPISODE_FORMAT
  readonly version: number
  /** Random, so unique under any clock. */
  readonly episode_id: string
  readonly task: string
  readonly variant_id: string
  /** Seconds since 1970. */
  readonly start_time: number
  /** The system prompt, where there was one. */
  readonly system?: string
  /** The agent's tools, in the Chat Completions shape. */
  readonly tools?: readonly ToolDefinition[]
  readonly metadata?: JsonObject
}

/** What the agent saw before its first step. */
export interface ResetRow extends RowWithContents {
  readonly type: 'reset'
  /** Seconds since 1970. */
  readonly timestamp: number
  readonly observation_snapshot: JsonValue
}

/** A change of a file. */
export interface FileDiff {
  readonly path: string
  /** Null where the file was created. */
  readonly before: string | null
  /** Null where the file was deleted. */
  readonly after: string | null
  readonly chars_changed: number
}

export interface StepRow extends RowWithContents {
  readonly type: 'step'
  readonly step_number: number
  /** Seconds since 1970. */
  readonly timestamp: number
  readonly action_type: string
  readonly action_path: string | null
  readonly action_query: string | null
  /** UTF-16 units of `action_content`. */
  readonly action_content_length: number | null
  /** What the action wrote; absent where only its length was recorded. */
  readonly action_content?: string
  /** Further arguments of the action. */
  readonly action_arguments?: JsonObject
  /** What the agent said beside the action. */
  readonly message?: string
  readonly observation_snapshot: JsonValue
  readonly reward: number
  readonly cumulative_reward: number
  readonly done: boolean
  readonly error: string | null
  /** The environment threw the error instead of returning it. */
  readonly threw?: true
  readonly file_diff: FileDiff | null
  /** From 0 to 1. */
  readonly test_pass_rate: number | null
  readonly duration_ms: number | null
  readonly security_flags: readonly string[]
}

export interface EndRow extends RowWithContents {
  readonly type: 'end'
  /** Seconds since 1970. */
  readonly end_time: number
  /** By a clock that is never set, rounded to hundredths. */
  readonly duration_seconds: number
  /** Null: it ended without one. */
  readonly final_score: number | null
  /** The last step's number. */
  readonly total_steps: number
  /** What is only known at the end. */
  readonly metadata?: JsonObject
}
