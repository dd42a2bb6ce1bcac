import { isJsonObject, isRawNumber, type JsonObject, type JsonValue } from '@sftkit/core'
import {
  type EndRow,
  EPISODE_FORMAT,
  type EpisodeRow,
  type FileDiff,
  type ResetRow,
  type StepRow,
} from './rows.ts'

/** What a value is as a number; undefined for anything else. */
export function numberIn(value: JsonValue | undefined): number | undefined {
  const number = isRawNumber(value) ? Number(value.rawJSON) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

function textIn(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Whether a line begins an episode's recording. */
export function isEpisodeRow(value: JsonObject): boolean {
  return value.type === 'episode' && value.format === EPISODE_FORMAT
}

/** The row of a line that {@link isEpisodeRow}. */
export function readEpisodeRow(value: JsonObject): EpisodeRow {
  return {
    ...(value as unknown as EpisodeRow),
    version: numberIn(value.version) ?? 0,
    episode_id: textIn(value.episode_id) ?? '',
    task: textIn(value.task) ?? '',
    variant_id: textIn(value.variant_id) ?? '',
    start_time: numberIn(value.start_time) ?? 0,
  }
}

export function readResetRow(value: JsonObject): ResetRow {
  return { ...(value as unknown as ResetRow), timestamp: numberIn(value.timestamp) ?? 0 }
}

export function readEndRow(value: JsonObject): EndRow {
  return {
    ...(value as unknown as EndRow),
    end_time: numberIn(value.end_time) ?? 0,
    duration_seconds: numberIn(value.duration_seconds) ?? 0,
    final_score: numberIn(value.final_score) ?? null,
    total_steps: numberIn(value.total_steps) ?? 0,
  }
}

/** A step, also as the reference's logger wrote it; undefined where it has no action. */
export function readStepRow(value: JsonObject): StepRow | undefined {
  if (typeof value.action_type !== 'string') return undefined
  const flags = Array.isArray(value.security_flags) ? (value.security_flags as readonly unknown[]) : []
  return {
    ...(value as unknown as StepRow),
    type: 'step',
    step_number: numberIn(value.step_number) ?? 0,
    timestamp: numberIn(value.timestamp) ?? 0,
    action_path: textIn(value.action_path) ?? null,
    action_query: textIn(value.action_query) ?? null,
    action_content_length: numberIn(value.action_content_length) ?? null,
    observation_snapshot: value.observation_snapshot ?? null,
    reward: numberIn(value.reward) ?? 0,
    cumulative_reward: numberIn(value.cumulative_reward) ?? 0,
    done: value.done === true,
    error: textIn(value.error) ?? null,
    file_diff: readDiff(value.file_diff),
    test_pass_rate: numberIn(value.test_pass_rate) ?? null,
    duration_ms: numberIn(value.duration_ms) ?? null,
    security_flags: flags.filter((flag) => typeof flag === 'string'),
  }
}

function readDiff(value: JsonValue | undefined): FileDiff | null {
  if (!isJsonObject(value)) return null
  return {
    path: textIn(value.path) ?? '',
    before: textIn(value.before) ?? null,
    after: textIn(value.after) ?? null,
    chars_changed: numberIn(value.chars_changed) ?? 0,
  }
}
