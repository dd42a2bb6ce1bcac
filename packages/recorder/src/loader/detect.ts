import { isJsonObject, type JsonObject, type RecordHead } from '@sftkit/core'
import { isEpisodeRow } from '../format/read-row.ts'

/** By what a record is one of a recording's rows, or a whole trajectory; undefined for anything else. */
export function detectRecording({ record }: RecordHead): string | undefined {
  if (!isJsonObject(record)) return undefined
  if (isEpisodeRow(record)) return 'begins the recording of an episode'
  if (isStep(record)) return 'a recorded step: action_type, observation_snapshot and cumulative_reward'
  if (isTrajectory(record)) return 'a trajectory: episode_id, variant_id and steps with action_type'
  const { type } = record
  if (type === 'reset' && 'observation_snapshot' in record) return 'a recorded reset'
  return type === 'end' && 'final_score' in record && 'total_steps' in record ? 'a recorded end' : undefined
}

/** Whether a record is a whole episode in one object, as `trajectory()` gives it. */
export function isTrajectory(record: JsonObject): boolean {
  if (!('episode_id' in record && 'variant_id' in record && Array.isArray(record.steps))) return false
  const [first] = record.steps as readonly unknown[]
  return first === undefined ? 'final_score' in record : isJsonObject(first) && 'action_type' in first
}

function isStep(record: JsonObject): boolean {
  return 'action_type' in record && 'observation_snapshot' in record && 'cumulative_reward' in record
}
