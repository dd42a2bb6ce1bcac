import { isJsonObject, type JsonObject, type LossRecorder, type SourceFile } from '@sftkit/core'
import { type ContentReferences, restoreContents } from '../format/contents.ts'
import { contentsFolderOf } from '../format/folder.ts'
import { readLines } from '../format/lines.ts'
import { isEpisodeRow } from '../format/read-row.ts'
import { createContentReader } from '../store/content-store.ts'
import { isTrajectory } from './detect.ts'

/** The rows of one episode as they were written, with their texts. */
export interface EpisodeRows {
  readonly episode: JsonObject
  readonly reset?: JsonObject
  readonly steps: readonly JsonObject[]
  /** Those of the steps of which the agent's part is not whole: the content store lacks a text of it. */
  readonly incomplete: ReadonlySet<JsonObject>
  readonly end?: JsonObject
}

type Mutable = { -readonly [K in keyof EpisodeRows]: EpisodeRows[K] } & {
  steps: JsonObject[]
  incomplete: Set<JsonObject>
}

/** The episodes of a file: of a recording the one it is of, of trajectories each of them. */
export async function* readEpisodes(file: SourceFile, losses: LossRecorder): AsyncGenerator<EpisodeRows> {
  const path = await file.path()
  for (const { value } of readLines(path)) {
    if (!isEpisodeRow(value)) break
    yield readRecording(path, losses)
    return
  }
  for await (const { value } of file.records()) if (isTrajectory(value)) yield ofTrajectory(value)
}

function readRecording(path: string, losses: LossRecorder): EpisodeRows {
  const read = createContentReader(contentsFolderOf(path))
  const rows: Mutable = { episode: {}, steps: [], incomplete: new Set() }
  const damaged = ({ offset, torn }: { offset: number; torn: boolean }): void => {
    if (torn) losses.loss('step', 'dropped', 'the row that was being written when the program ended')
    else losses.loss('step', 'dropped', `the row at byte ${offset} is no JSON object`)
  }
  for (const { value } of readLines(path, { damaged })) {
    const { row, missing } = restoreContents(value as JsonObject & { contents?: ContentReferences }, read)
    const type = typeof value.type === 'string' ? value.type : 'no type'
    for (const pointer of missing)
      losses.loss(
        type + pointer.replaceAll(/\/\d+(?=\/|$)/g, '[]').replaceAll('/', '.'),
        'dropped',
        'not in the content store',
      )
    const { type: _, ...fields } = row as unknown as JsonObject
    if (type === 'step') {
      rows.steps.push(fields)
      if (missing.some((pointer) => /^\/(?:action_|message$)/.test(pointer))) rows.incomplete.add(fields)
    } else if (type === 'episode' || type === 'reset' || type === 'end') rows[type] = fields
    else losses.loss(type, 'dropped', 'a row of an unknown type')
  }
  return rows
}

/** Which keys of a trajectory the rows have. */
const START = ['episode_id', 'task', 'variant_id', 'start_time', 'system', 'tools', 'metadata']
const END = ['end_time', 'duration_seconds', 'final_score', 'total_steps']

function ofTrajectory(value: JsonObject): EpisodeRows {
  const { steps, initial_observation: first, ...rest } = value
  const others = Object.keys(rest).filter((key) => !END.includes(key))
  return {
    episode: Object.fromEntries([...START, ...others].map((key) => [key, rest[key]])),
    ...(first !== undefined && { reset: { observation_snapshot: first } }),
    steps: (Array.isArray(steps) ? (steps as readonly unknown[]) : []).filter((step) => isJsonObject(step)),
    incomplete: new Set(),
    ...(rest.end_time != null && { end: Object.fromEntries(END.map((key) => [key, rest[key]])) }),
  }
}
