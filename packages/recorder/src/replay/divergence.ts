import { type JsonObject, type JsonValue, parseJson } from '@sftkit/core'
import type { StepRow } from '../format/rows.ts'
import { type Action, passRateOf } from '../record/step-row.ts'
import { firstDifference } from './difference.ts'
import type { StepResult } from './environment.ts'
import { showDifference } from './show-difference.ts'

/** The first difference between a recording and what happens now. */
export interface Divergence {
  /** The step's number; 0 is what the agent saw first. */
  readonly step: number
  readonly action?: Action
  /** What differs: the row's field, and the place inside it (JSON Pointer): `/observation_snapshot/files/0`. */
  readonly field: string
  readonly expected: JsonValue | undefined
  readonly got: JsonValue | undefined
  /** Both, for a person: `-` is the recording, `+` is now. */
  readonly diff: string
}

/** A result as the row of a step has it, as far as an environment decides it. */
type Outcome = Pick<
  StepRow,
  'observation_snapshot' | 'reward' | 'done' | 'error' | 'file_diff' | 'test_pass_rate'
>

/** What an environment must not change, in the order in which it is compared. */
export function outcomeOf(step: StepRow): JsonObject {
  return compared(step)
}

/** The same of a result, by way of JSON, as a recorder would have written it. */
export function outcomeOfResult(result: StepResult): JsonObject {
  const diff = result.fileDiff ?? null
  return normalised(
    compared({
      observation_snapshot: result.observation ?? null,
      reward: result.reward,
      done: result.done === true,
      error: result.error ?? null,
      file_diff: diff === null ? null : { ...diff, chars_changed: 0 },
      test_pass_rate: passRateOf(result),
    }),
  ) as JsonObject
}

function compared({
  error,
  observation_snapshot,
  file_diff,
  reward,
  test_pass_rate,
  done,
}: Outcome): JsonObject {
  return {
    error,
    observation_snapshot,
    file_diff:
      file_diff === null ? null : { path: file_diff.path, before: file_diff.before, after: file_diff.after },
    test_pass_rate,
    reward,
    done,
  }
}

/** The value as it would be read from a recording. */
export function normalised(value: unknown): JsonValue {
  const text = JSON.stringify(value)
  return text === undefined ? null : parseJson(text)
}

/** The divergence between two values of a step, if any. */
export function divergenceOf(
  place: Pick<Divergence, 'step' | 'action'>,
  expected: JsonValue,
  got: JsonValue,
  ignored: (pointer: string) => boolean,
): Divergence | undefined {
  const found = firstDifference(expected, got, ignored)
  return found && { ...place, ...found, diff: showDifference(found.expected, found.got) }
}

/** A divergence in a sentence and its diff. */
export function describeDivergence({ step, action, field, diff }: Divergence): string {
  const what =
    action === undefined ? 'the reset' : [action.type, action.path ?? action.query].filter(Boolean).join(' ')
  return `Step ${step} (${what}) differs from the recording in ${field === '' ? 'its value' : field}.\n${diff}`
}
