import type { StepRow } from '../format/rows.ts'
import type { Recording } from '../view/recording.ts'
import type { StepSums } from '../view/step-sums.ts'
import { windowsOf } from '../view/windows.ts'

/** A line of a picture of an episode: one step, or a window of many. */
export interface TimelineRow {
  readonly firstStep: number
  readonly lastStep: number
  /** How many steps it stands for. */
  readonly steps: number
  /** The action; of a window, the most frequent ones with their counts. */
  readonly action: string
  /** The action's path, else its query; empty for a window. */
  readonly about: string
  /** Of a window, the sum. */
  readonly reward: number
  /** After it. */
  readonly cumulativeReward: number
  /** Steps with an error. */
  readonly errors: number
  /** Of a single step. */
  readonly error: string | null
  readonly passRate: number | null
  readonly durationMs: number | null
  readonly done: boolean
  /** Steps by security flag. */
  readonly flags: Readonly<Record<string, number>>
}

/** Which part of an episode a picture shows, and in how many rows. */
export interface TimelineRange {
  /** Steps by their place, from 1 on. Default: all. */
  readonly from?: number
  readonly to?: number
  /** More steps than this become windows. Default 400. */
  readonly most?: number
  /** So many windows at most. Default 100. */
  readonly windows?: number
}

/** The rows of a picture: the steps, or windows of them where there are too many. */
export function timelineRows(
  recording: Recording,
  { from = 1, to = Number.POSITIVE_INFINITY, most = 400, windows = 100 }: TimelineRange = {},
): TimelineRow[] {
  const all = recording.sums?.steps ?? 0
  const wanted = Math.min(to, all) - from + 1
  if (wanted > most) {
    const part = from > 1 || to < all ? { from, to } : undefined
    return windowsOf(recording, windows, part).map(rowOfWindow)
  }
  return Array.from(recording.steps({ from, to, texts: false }), rowOfStep)
}

function rowOfStep(step: StepRow): TimelineRow {
  return {
    firstStep: step.step_number,
    lastStep: step.step_number,
    steps: 1,
    action: step.action_type,
    about: step.action_path ?? step.action_query ?? '',
    reward: step.reward,
    cumulativeReward: step.cumulative_reward,
    errors: step.error === null ? 0 : 1,
    error: step.error,
    passRate: step.test_pass_rate,
    durationMs: step.duration_ms,
    done: step.done,
    flags: Object.fromEntries(step.security_flags.map((flag) => [flag, 1])),
  }
}

/** Actions that a window names. */
const NAMED = 3

function rowOfWindow(window: StepSums): TimelineRow {
  const actions = Object.entries(window.actions).sort(([, a], [, b]) => b - a)
  const more = actions.length - NAMED
  const named = actions.slice(0, NAMED).map(([name, count]) => `${name} ${count}`)
  return {
    firstStep: window.first_step,
    lastStep: window.last_step,
    steps: window.steps,
    action: [...named, ...(more > 0 ? [`${more} more`] : [])].join(', '),
    about: '',
    reward: window.reward,
    cumulativeReward: window.cumulative_reward,
    errors: window.errors,
    error: null,
    passRate: window.pass_rate,
    durationMs: window.duration_ms,
    done: window.done > 0,
    flags: window.flags,
  }
}
