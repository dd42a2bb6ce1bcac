import { type FieldLedger, isJsonObject, type JsonObject } from '@sftkit/core'
import type { EpisodeRows } from './episode-rows.ts'

const EPISODE = known('episode_id task variant_id start_time system tools metadata')
const RESET = known('timestamp observation_snapshot')
const STEP = known(
  'step_number timestamp action_type action_path action_query action_content_length action_content action_arguments ' +
    'message observation_snapshot reward cumulative_reward done error threw file_diff test_pass_rate duration_ms ' +
    'security_flags',
)
const DIFF = known('path before after chars_changed')
const END = known('end_time duration_seconds final_score total_steps metadata')

const TIMES = known('timestamp start_time end_time')

function known(names: string): ReadonlySet<string> {
  return new Set(names.split(' '))
}

/** Enters every field of an episode's rows into the ledger: what the loader knows is carried, the rest is lost. */
export function recordEpisodeFields({ episode, reset, steps, end }: EpisodeRows, losses: FieldLedger): void {
  record(episode, EPISODE, 'episode', losses)
  if (reset !== undefined) record(reset, RESET, 'reset', losses)
  for (const step of steps) {
    record(step, STEP, 'step', losses)
    if (isJsonObject(step.file_diff)) record(step.file_diff, DIFF, 'step.file_diff', losses)
  }
  if (end !== undefined) record(end, END, 'end', losses)
}

function record(row: JsonObject, fields: ReadonlySet<string>, path: string, losses: FieldLedger): void {
  for (const key of Object.keys(row)) {
    const value = row[key]
    // What says that it is a recording is no part of the episode.
    if (value == null || value === '' || key === 'format' || key === 'version') continue
    if (!fields.has(key)) losses.loss(`${path}.${key}`, 'dropped', 'unknown')
    else if (TIMES.has(key))
      losses.loss(`${path}.${key}`, 'changed', 'seconds since 1970, written as ISO 8601')
    else losses.kept(`${path}.${key}`)
  }
}
