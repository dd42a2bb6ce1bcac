import { errorText, type JsonObject, sftError } from '@sftkit/core'
import type { Action } from '../record/step-row.ts'
import { lacks, openRecording, type Recording } from '../view/recording.ts'
import { actionOf } from '../view/replay-actions.ts'
import { ignoring } from './difference.ts'
import { type Divergence, divergenceOf, normalised, outcomeOf, outcomeOfResult } from './divergence.ts'
import type { Environment } from './environment.ts'
import { type RecordedEnvironment, recordedEnvironment } from './recorded-environment.ts'

/** How a replay compares. */
export interface ReplayOptions {
  /**
   * Places that may differ, as JSON Pointers into the row of a step, with `*` for any one key and `**` for any number
   * of them: `/observation_snapshot/time`, `/observation_snapshot/**` followed by `/mtime`.
   */
  readonly ignore?: readonly string[]
  /** Ends the replay between two steps. */
  readonly signal?: AbortSignal
}

/** How a replay went. */
export interface ReplayResult {
  /** Steps that were compared, the one that differs included. */
  readonly steps: number
  /** Whether everything was as recorded. */
  readonly same: boolean
  /** The first difference; the replay ends there. */
  readonly divergence?: Divergence
}

/**
 * Runs the actions of a recording again, and compares what each leads to with what was recorded: error, observation,
 * file, pass rate, reward, done.
 *
 * @param recording a recording or its file
 * @param environment in the state in which the episode began, or with a `reset` that leads there
 * @throws SFT_RECORD_UNREADABLE where the recording lacks what an action wrote; the signal's reason
 */
export function replay(
  recording: Recording | string,
  environment: Environment,
  options?: ReplayOptions,
): Promise<ReplayResult>
/**
 * Answers an agent from a recording, instead of acting: each action gets its recorded result, so that the agent's run
 * is the same bit by bit.
 */
export function replay(
  recording: Recording | string,
  options: { readonly mode: 'recorded' } & Pick<ReplayOptions, 'ignore'>,
): RecordedEnvironment
export function replay(
  recording: Recording | string,
  environment: Environment | ({ readonly mode: 'recorded' } & Pick<ReplayOptions, 'ignore'>),
  options: ReplayOptions = {},
): Promise<ReplayResult> | RecordedEnvironment {
  const opened = typeof recording === 'string' ? openRecording(recording) : recording
  if ('mode' in environment && environment.mode === 'recorded')
    return recordedEnvironment(opened, environment.ignore)
  return actAgain(opened, environment as Environment, options)
}

async function actAgain(
  recording: Recording,
  environment: Environment,
  { ignore = [], signal }: ReplayOptions,
): Promise<ReplayResult> {
  const ignored = ignoring(ignore)
  const diverged = (steps: number, divergence: Divergence): ReplayResult => ({
    steps,
    same: false,
    divergence,
  })
  signal?.throwIfAborted()
  if (recording.missing.length > 0) throw lacks(recording.file, 'its first rows', recording.missing)
  const first = (await environment.reset?.()) ?? null
  if (recording.reset !== undefined) {
    const seen = { observation_snapshot: recording.reset.observation_snapshot }
    const found = divergenceOf({ step: 0 }, seen, normalised({ observation_snapshot: first }), ignored)
    if (found !== undefined) return diverged(0, found)
  }
  let steps = 0
  for (const step of recording.steps()) {
    signal?.throwIfAborted()
    if (step.action_content_length !== null && step.action_content === undefined)
      throw sftError(
        'SFT_RECORD_UNREADABLE',
        `Step ${step.step_number} of ${recording.file} cannot be replayed: only the length of what it wrote was recorded.`,
      )
    const action = actionOf(step)
    const got = await outcome(environment, action)
    steps++
    const found = divergenceOf({ step: step.step_number, action }, outcomeOf(step), got, ignored)
    if (found !== undefined) return diverged(steps, found)
  }
  return { steps, same: true }
}

/** An environment that throws is compared by its error, as it was recorded. */
async function outcome(environment: Environment, action: Action): Promise<JsonObject> {
  try {
    return outcomeOfResult(await environment.step(action))
  } catch (error) {
    return outcomeOfResult({ observation: null, reward: 0, done: false, error: errorText(error) })
  }
}
