import { type JsonObject, type JsonValue, sftError } from '@sftkit/core'
import type { FileDiff, StepRow } from '../format/rows.ts'
import { securityFlagsOf } from '../security/flags.ts'
import type { SecurityRule } from '../security/rule.ts'

/** What an agent did. */
export interface Action {
  /** `write_file`, `run_tests`. */
  readonly type: string
  readonly path?: string | null
  /** A search text, a command line. */
  readonly query?: string | null
  /** What is written. */
  readonly content?: string | null
  /** Further arguments. */
  readonly arguments?: JsonObject
}

/** A change of a file, as it is given to a recorder. */
export interface FileChange {
  readonly path: string
  /** Null: the file was created. */
  readonly before: string | null
  /** Null: the file was deleted. */
  readonly after: string | null
  /** Default: the characters between what both have at their beginning and at their end. */
  readonly charsChanged?: number
}

/** One step, as it is given to a recorder. */
export interface Step {
  /** Default: one more than the step before. */
  readonly stepNumber?: number
  readonly action: Action
  /** For an action whose content is not recorded; default: the content's length. In UTF-16 units. */
  readonly contentLength?: number
  /** What the agent said beside the action. */
  readonly message?: string
  /** What the agent saw after it: any JSON value. */
  readonly observation: JsonValue
  readonly reward: number
  /** Default: the sum of the rewards. */
  readonly cumulativeReward?: number
  /** Default false. */
  readonly done?: boolean
  readonly error?: string | null
  /** The environment threw the error instead of returning it. */
  readonly threw?: boolean
  readonly fileDiff?: FileChange | null
  /** From 0 to 1, where tests ran. */
  readonly passRate?: number | null
  /** Another name of `passRate`. */
  readonly testPassRate?: number | null
  readonly durationMs?: number | null
  /** Default: what the recorder's security rules say. */
  readonly securityFlags?: readonly string[]
}

/**
 * The row of a step.
 *
 * @throws SFT_RECORD_VALUE for a number that is none, or an action without a type
 */
export function stepRow(
  step: Step,
  before: { readonly number: number; readonly reward: number },
  timestamp: number,
  rules: readonly SecurityRule[],
): StepRow {
  const { action, fileDiff } = step
  if (typeof action?.type !== 'string' || action.type === '')
    throw sftError('SFT_RECORD_VALUE', 'A step has an action without a type.')
  const number = step.stepNumber ?? before.number + 1
  const check = (name: string, value: number): number => {
    if (typeof value === 'number' && Number.isFinite(value)) return value
    throw sftError('SFT_RECORD_VALUE', `Step ${number} has ${name} ${value}: not a finite number.`)
  }
  const checked = (name: string, value: number | null | undefined): number | null =>
    value == null ? null : check(name, value)
  const reward = check('the reward', step.reward)
  // Put together without spreads: this is most of what recording costs beside the write.
  const row: Mutable<StepRow> = {
    type: 'step',
    step_number: check('the step number', number),
    timestamp,
    action_type: action.type,
    action_path: action.path ?? null,
    action_query: action.query ?? null,
    action_content_length: checked('the content length', step.contentLength ?? action.content?.length),
    observation_snapshot: step.observation ?? null,
    reward,
    cumulative_reward: check('the cumulative reward', step.cumulativeReward ?? before.reward + reward),
    done: step.done === true,
    error: step.error ?? null,
    file_diff: fileDiff == null ? null : diffRow(fileDiff),
    test_pass_rate: checked('the pass rate', passRateOf(step)),
    duration_ms: checked('the duration', step.durationMs),
    security_flags: step.securityFlags ?? securityFlagsOf(action, fileDiff ?? undefined, rules),
  }
  if (action.content != null) row.action_content = action.content
  if (action.arguments !== undefined) row.action_arguments = action.arguments
  if (step.message !== undefined) row.message = step.message
  if (step.threw === true) row.threw = true
  return row
}

/** The pass rate of a step or a result, under either of its names. */
export function passRateOf({
  passRate,
  testPassRate,
}: Pick<Step, 'passRate' | 'testPassRate'>): number | null {
  return passRate ?? testPassRate ?? null
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

function diffRow({ path, before, after, charsChanged }: FileChange): FileDiff {
  return { path, before, after, chars_changed: charsChanged ?? changedLength(before ?? '', after ?? '') }
}

/** The length of what lies between the common beginning and the common end, of the longer one. */
export function changedLength(before: string, after: string): number {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++
  let end = 0
  while (
    end < shorter - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  )
    end++
  return Math.max(before.length, after.length) - start - end
}
