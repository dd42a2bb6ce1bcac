import { counted, type JsonValue, sftError } from '@sftkit/core'
import type { StepRow } from '../format/rows.ts'
import type { Action } from '../record/step-row.ts'
import { lacks, type Recording } from '../view/recording.ts'
import { actionOf } from '../view/replay-actions.ts'
import { ignoring } from './difference.ts'
import { describeDivergence, divergenceOf, normalised } from './divergence.ts'
import type { Environment, StepResult } from './environment.ts'

/** Answers from a recording. */
export interface RecordedEnvironment extends Environment {
  reset(): JsonValue | undefined
  /** @throws SFT_REPLAY_DIVERGED where the agent does something else than it did */
  step(action: Action): StepResult
  /** When the last answer was given, as recorded, in seconds since 1970: a clock for an agent that looks at one. */
  now(): number
  /** The steps that were not asked for yet. */
  readonly left: number
}

/** @param ignore places of the actions that may differ: `/content`, `/arguments/timeout` */
export function recordedEnvironment(
  recording: Recording,
  ignore: readonly string[] = [],
): RecordedEnvironment {
  if (recording.missing.length > 0) throw lacks(recording.file, 'its first rows', recording.missing)
  const ignored = ignoring(ignore)
  const total = recording.sums?.steps ?? 0
  let steps = recording.steps()
  let served = 0
  let time = recording.episode.start_time

  const next = (action: Action): StepRow => {
    const { value: step } = steps.next()
    if (step === undefined) {
      const did = `${action.type} ${action.path ?? action.query ?? ''}`.trim()
      throw sftError(
        'SFT_REPLAY_DIVERGED',
        `The recording ends after ${counted(served, 'step')}, and the agent goes on with ${did}.`,
      )
    }
    return step
  }

  return {
    reset() {
      steps = recording.steps()
      served = 0
      time = recording.reset?.timestamp ?? recording.episode.start_time
      return recording.reset?.observation_snapshot
    },
    step(action) {
      const step = next(action)
      const recorded = actionOf(step)
      const found = divergenceOf(
        { step: step.step_number, action: recorded },
        normalised(expectedAction(recorded, step)),
        normalised(expectedAction(action, step)),
        ignored,
      )
      if (found !== undefined) throw sftError('SFT_REPLAY_DIVERGED', describeDivergence(found))
      served++
      time = step.timestamp
      if (step.threw === true) throw new Error(step.error ?? '')
      return resultOf(step)
    },
    now: () => time,
    get left() {
      return total - served
    },
  }
}

/** What of an action a recording can tell: of a content that was not recorded its length. */
function expectedAction(action: Action, step: StepRow): object {
  const { type, path, query, content, arguments: rest } = action
  const known = step.action_content !== undefined || step.action_content_length === null
  return { type, path, query, arguments: rest, ...(known && { content }) }
}

function resultOf(step: StepRow): StepResult {
  return {
    observation: step.observation_snapshot,
    reward: step.reward,
    done: step.done,
    error: step.error,
    fileDiff:
      step.file_diff === null
        ? null
        : {
            path: step.file_diff.path,
            before: step.file_diff.before,
            after: step.file_diff.after,
            charsChanged: step.file_diff.chars_changed,
          },
    passRate: step.test_pass_rate,
    durationMs: step.duration_ms,
  }
}
