import type { StepRow } from '../format/rows.ts'
import type { Action } from '../record/step-row.ts'
import type { Recording } from './recording.ts'

/** The actions of an episode in their order, with what they wrote: all that an environment needs to act again. */
export function* replayActions(recording: Recording): Generator<Action, undefined> {
  for (const step of recording.steps()) yield actionOf(step)
}

/** The action that a step recorded. */
export function actionOf(step: StepRow): Action {
  return {
    type: step.action_type,
    ...(step.action_path !== null && { path: step.action_path }),
    ...(step.action_query !== null && { query: step.action_query }),
    ...(step.action_content !== undefined && { content: step.action_content }),
    ...(step.action_arguments !== undefined && { arguments: step.action_arguments }),
  }
}
