import { resolve } from 'node:path'
import { type JsonObject, type JsonValue, sftError } from '@sftkit/core'
import { contentsFolder } from '../format/folder.ts'
import type { SecurityRule } from '../security/rule.ts'
import { securityRules } from '../security/rules.ts'
import { createContentStore } from '../store/content-store.ts'
import { openRecording, type Recording } from '../view/recording.ts'
import { replayActions } from '../view/replay-actions.ts'
import { type EpisodeSummary, summaryOf } from '../view/summary.ts'
import { type TimelineStep, timelineStep } from '../view/timeline-step.ts'
import { type Trajectory, trajectoryOf } from '../view/trajectory.ts'
import { createEpisode, type EpisodeDetails, type EpisodeRecorder } from './episode.ts'
import type { Action, Step } from './step-row.ts'

/** How a recorder records. */
export interface RecorderOptions {
  /** The folder of the recordings, made when the first one begins. Recorders and processes may share it. */
  readonly folder: string
  /** Replaces the rules by which steps are flagged: `[...securityRules, myRule]`, or `[]` for none. */
  readonly securityRules?: readonly SecurityRule[]
  /** Seconds since 1970, for times and durations. Default: the system's clock, and for durations one that nobody sets. */
  readonly clock?: () => number
}

/** Records episodes. One is current; further ones may be open beside it. */
export interface Recorder {
  /**
   * Begins an episode, which becomes the current one; the one before, where it is open, ends without a final score.
   *
   * @returns its id
   */
  startEpisode(task: string, variantId: string, details?: EpisodeDetails): string
  /** What the agent saw before its first step. */
  recordReset(observation: JsonValue): void
  /**
   * Writes a step of the current episode: when this returns, killing the program does not lose it.
   *
   * @throws SFT_RECORD_CLOSED without a current episode, SFT_RECORD_VALUE for what is no JSON, SFT_RECORD_WRITE
   */
  recordStep(step: Step): void
  /** Ends the current episode; without one, nothing happens. */
  endEpisode(finalScore: number | null, metadata?: JsonObject): void
  /** The current or latest episode with all its steps, read from its file. Undefined before the first. */
  trajectory(): Trajectory | undefined
  /** The actions of the current or latest episode, with what they wrote. */
  replayActions(): Action[]
  /** Its steps in short. */
  stepTimeline(): TimelineStep[]
  /** The last ten episodes that are over, oldest first. */
  history(): Recording[]
  /** The same in short. */
  historySummary(): EpisodeSummary[]
  /** Begins an episode beside the current one, for agents that run at the same time. */
  openEpisode(task: string, variantId: string, details?: EpisodeDetails): EpisodeRecorder
  /** Resolves once everything recorded so far is on disk. @throws SFT_RECORD_WRITE */
  flush(): Promise<void>
  /** Flushes and closes all episodes. One that was not ended stays without an end. @throws SFT_RECORD_WRITE */
  close(): Promise<void>
}

const HISTORY = 10

/**
 * Makes a recorder.
 *
 * ```ts
 * const recorder = createRecorder({ folder: 'recordings' })
 * recorder.startEpisode('fix the parser', 'v3')
 * recorder.recordStep({ action: { type: 'read_file', path: 'parser.ts' }, observation: { text }, reward: 0 })
 * recorder.endEpisode(0.75)
 * await recorder.close()
 * ```
 */
export function createRecorder(options: RecorderOptions): Recorder {
  const folder = resolve(options.folder)
  const surroundings = {
    folder,
    store: createContentStore(contentsFolder(folder)),
    rules: options.securityRules ?? securityRules,
    clock: options.clock,
  }
  const open = new Set<EpisodeRecorder>()
  const closing = new Set<Promise<void>>()
  let current: EpisodeRecorder | undefined
  const over: string[] = []

  const begin = (task: string, variantId: string, details: EpisodeDetails = {}): EpisodeRecorder => {
    const episode = createEpisode(task, variantId, details, surroundings, (ended) => {
      open.delete(ended)
      const closed = ended.close()
      closing.add(closed)
      // One that failed stays, for flush() and close() to tell.
      closed.then(
        () => closing.delete(closed),
        () => {},
      )
      over.push(ended.file)
      if (over.length > HISTORY) over.shift()
    })
    open.add(episode)
    return episode
  }
  const recording = (): EpisodeRecorder => {
    if (current === undefined || !open.has(current))
      throw sftError('SFT_RECORD_CLOSED', 'No episode is open: call startEpisode() before recording steps.')
    return current
  }
  const latest = (): Recording | undefined =>
    current === undefined ? undefined : openRecording(current.file)

  return {
    startEpisode(task, variantId, details) {
      const before = current
      current = begin(task, variantId, details)
      if (before !== undefined && open.has(before)) before.end(null)
      return current.id
    },
    recordReset: (observation) => recording().recordReset(observation),
    recordStep: (step) => recording().recordStep(step),
    endEpisode(finalScore, metadata) {
      if (current !== undefined && open.has(current)) current.end(finalScore, metadata)
    },
    trajectory() {
      const episode = latest()
      return episode && trajectoryOf(episode)
    },
    replayActions() {
      const episode = latest()
      return episode === undefined ? [] : [...replayActions(episode)]
    },
    stepTimeline() {
      const episode = latest()
      return episode === undefined ? [] : Array.from(episode.steps({ texts: false }), timelineStep)
    },
    history: () => over.map((file) => openRecording(file)),
    historySummary: () => over.map((file) => summaryOf(openRecording(file))),
    openEpisode: begin,
    async flush() {
      await Promise.all([...closing, ...[...open].map((episode) => episode.flush())])
    },
    async close() {
      await Promise.all([...closing, ...[...open].map((episode) => episode.close())])
    },
  }
}
