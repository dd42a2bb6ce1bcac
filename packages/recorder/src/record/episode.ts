import { randomUUID } from 'node:crypto'
import { errorText, type JsonObject, type JsonValue, sftError, type ToolDefinition } from '@sftkit/core'
import { encodeRow } from '../format/contents.ts'
import { recordingFile } from '../format/folder.ts'
import { EPISODE_FORMAT, EPISODE_VERSION, type EpisodeRow, type RecordingRow } from '../format/rows.ts'
import type { SecurityRule } from '../security/rule.ts'
import { type AppendFile, createAppendFile } from '../store/append-file.ts'
import type { ContentStore } from '../store/content-store.ts'
import { createBlockWriter } from '../view/blocks.ts'
import { type Step, stepRow } from './step-row.ts'

/** What is known of an episode when it begins. */
export interface EpisodeDetails {
  /** Its name: letters, digits, `.`, `_` and `-`. Default: a random UUID. */
  readonly episodeId?: string
  /** The system prompt. */
  readonly system?: string
  /** The tools that the agent has, in the Chat Completions shape. */
  readonly tools?: readonly ToolDefinition[]
  readonly metadata?: JsonObject
}

/** An episode that is being recorded. Several may be open at the same time. */
export interface EpisodeRecorder {
  readonly id: string
  /** The recording. */
  readonly file: string
  readonly ended: boolean
  /** What the agent saw before its first step. @throws SFT_RECORD_VALUE after it */
  recordReset(observation: JsonValue): void
  /**
   * Writes a step: when this returns, killing the program does not lose it.
   *
   * @throws SFT_RECORD_VALUE for what is no JSON, SFT_RECORD_WRITE where it cannot be written, SFT_RECORD_CLOSED after `end`
   */
  recordStep(step: Step): void
  /**
   * Ends the episode.
   *
   * @param finalScore null: it ends without one
   * @param metadata what is only known now
   * @throws SFT_RECORD_CLOSED the second time
   */
  end(finalScore: number | null, metadata?: JsonObject): void
  /** Resolves once all that was recorded so far is on disk. @throws SFT_RECORD_WRITE */
  flush(): Promise<void>
  /** Resolves once the file is closed: of an episode that was ended, or of one that stays without an end. */
  close(): Promise<void>
}

/** What the episodes of a recorder share. */
export interface EpisodeSurroundings {
  readonly folder: string
  readonly store: ContentStore
  readonly rules: readonly SecurityRule[]
  /** Seconds since 1970; durations are then its differences. Default: the system's clock, and one that nobody sets. */
  readonly clock?: (() => number) | undefined
}

const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/

/** Begins the recording of an episode. @throws SFT_RECORD_VALUE, SFT_RECORD_WRITE */
export function createEpisode(
  task: string,
  variantId: string,
  details: EpisodeDetails,
  surroundings: EpisodeSurroundings,
  onEnd: (episode: EpisodeRecorder) => void,
): EpisodeRecorder {
  const { folder, store, rules } = surroundings
  const now = surroundings.clock ?? systemClock
  const id = details.episodeId ?? randomUUID()
  if (!FILE_NAME.test(id)) {
    const why = 'It names a file: letters, digits, `.`, `_` and `-`, 200 at most.'
    throw sftError('SFT_RECORD_VALUE', `The episode id ${JSON.stringify(id)} cannot be used. ${why}`)
  }
  const path = recordingFile(folder, id)
  const file = attempt(path, () => createAppendFile(path, { before: store.flush }))
  const blocks = createBlockWriter(path)
  let steps = 0
  let last = { number: 0, reward: 0 }
  let ended = false
  let closed: Promise<void> | undefined

  const write = (row: RecordingRow): number => {
    if (ended || closed !== undefined)
      throw sftError('SFT_RECORD_CLOSED', `The episode ${id} has ended: nothing more can be recorded in it.`)
    let line: string
    try {
      line = encodeRow(row, (text) => attempt(path, () => store.keep(text)))
    } catch (error) {
      throw asValueError(error, row)
    }
    return attempt(path, () => file.append(line))
  }

  const close = (): Promise<void> => {
    closed ??= flushed(path, file.close())
    return closed
  }

  const startTime = now()
  const began = performance.now()
  write(episodeRow(id, task, variantId, details, startTime))
  const episode: EpisodeRecorder = {
    id,
    file: path,
    get ended() {
      return ended
    },
    recordReset(observation) {
      if (steps > 0)
        throw sftError('SFT_RECORD_VALUE', 'A reset comes before the first step: begin another episode.')
      write({ type: 'reset', timestamp: now(), observation_snapshot: observation })
    },
    recordStep(step) {
      const row = stepRow(step, last, now(), rules)
      const offset = write(row)
      blocks.add(row, offset, file.bytes)
      steps++
      last = { number: row.step_number, reward: row.cumulative_reward }
    },
    end(finalScore, metadata) {
      if (finalScore !== null && !Number.isFinite(finalScore))
        throw sftError('SFT_RECORD_VALUE', `The final score ${finalScore} is not a finite number.`)
      const endTime = now()
      const seconds =
        surroundings.clock === undefined ? (performance.now() - began) / 1000 : endTime - startTime
      write({
        type: 'end',
        end_time: endTime,
        duration_seconds: Math.round(seconds * 100) / 100,
        final_score: finalScore,
        total_steps: last.number,
        ...(metadata !== undefined && { metadata }),
      })
      ended = true
      onEnd(episode)
    },
    flush: () => flushed(path, file.flush()),
    close,
  }
  return episode
}

/** Seconds since 1970. */
function systemClock(): number {
  return Date.now() / 1000
}

function episodeRow(
  id: string,
  task: string,
  variantId: string,
  { system, tools, metadata }: EpisodeDetails,
  time: number,
): EpisodeRow {
  return {
    type: 'episode',
    format: EPISODE_FORMAT,
    version: EPISODE_VERSION,
    episode_id: id,
    task,
    variant_id: variantId,
    start_time: time,
    ...(system !== undefined && { system }),
    ...(tools !== undefined && { tools }),
    ...(metadata !== undefined && { metadata }),
  }
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw asWriteError(error, path)
  }
}

async function flushed(path: string, work: ReturnType<AppendFile['flush']>): Promise<void> {
  try {
    await work
  } catch (error) {
    throw asWriteError(error, path)
  }
}

function asWriteError(cause: unknown, path: string): Error {
  const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST'
  const why = exists ? 'There is a recording of that name already' : errorText(cause)
  return sftError('SFT_RECORD_WRITE', `The recording ${path} cannot be written: ${why}.`, { cause })
}

function asValueError(cause: unknown, row: RecordingRow): Error {
  if (!(cause instanceof TypeError || cause instanceof RangeError)) return cause as Error
  const what = row.type === 'step' ? `Step ${row.step_number}` : `The row \`${row.type}\``
  return sftError('SFT_RECORD_VALUE', `${what} is no JSON: ${cause.message}.`, { cause })
}
