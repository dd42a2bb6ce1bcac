import { errorText, type JsonValue } from '@sftkit/core'
import type { Environment, StepResult } from '../replay/environment.ts'
import type { EpisodeRecorder } from './episode.ts'
import type { Recorder } from './recorder.ts'
import type { Action } from './step-row.ts'

/** An environment whose steps are recorded. */
export interface RecordedSteps {
  reset(): Promise<JsonValue | undefined>
  /** @param message what the agent said beside the action */
  step(action: Action, message?: string): Promise<StepResult>
}

/**
 * An environment that records each step of another one as it happens: action, result and how long it took. An
 * environment that throws is recorded with its error, which is thrown on.
 *
 * @param recorder an open episode, or a recorder, whose current episode is meant
 */
export function recordEnvironment(
  environment: Environment,
  recorder: Pick<EpisodeRecorder | Recorder, 'recordReset' | 'recordStep'>,
): RecordedSteps {
  return {
    async reset() {
      const observation = (await environment.reset?.()) ?? undefined
      if (observation !== undefined) recorder.recordReset(observation)
      return observation
    },
    async step(action, message) {
      const said = message === undefined ? {} : { message }
      const began = performance.now()
      const elapsed = (): number => Math.round((performance.now() - began) * 1000) / 1000
      let result: StepResult
      try {
        result = await environment.step(action)
      } catch (error) {
        recorder.recordStep({
          ...said,
          action,
          observation: null,
          reward: 0,
          error: errorText(error),
          threw: true,
          durationMs: elapsed(),
        })
        throw error
      }
      const { durationMs, ...rest } = result
      recorder.recordStep({
        ...said,
        ...rest,
        action,
        durationMs: durationMs ?? elapsed(),
      })
      return result
    },
  }
}
