import type { JsonObject, JsonValue, Trace } from '@sftkit/core'
import type { ReferenceMessage } from '@sftkit/plugin-loaders'

/** One result of an evaluation, as a suite returns it. */
export interface EvalResult {
  /** Whether all its measures passed. */
  readonly passed: boolean
  /** Responses-style items: messages, `function_call`, `function_call_output`. A result without any is left out. */
  readonly history?: readonly JsonValue[] | null
}

/** A suite's results, or a list of them; also one that comes bit by bit. */
export type EvalResults<R extends EvalResult = EvalResult> =
  | Iterable<R>
  | AsyncIterable<R>
  | { readonly results: Iterable<R> }

export interface EvalDatasetOptions<R> {
  /** Leaves out what did not pass, and what nobody has said it of. Default true. */
  readonly passedOnly?: boolean
  /** Only of files: a result whose reward is at least this has passed, whatever its own verdict. */
  readonly minReward?: number
  /** Says what stays. One that throws leaves the result out, with its error. */
  readonly filter?: (result: R) => boolean
  /** Default true. */
  readonly includeSystem?: boolean
  /** Default true; false leaves the texts alone. */
  readonly includeToolCalls?: boolean
  /** Writes the rows to this file too, as JSON lines. Relative to the process's directory. */
  readonly write?: string
}

/** A row in OpenAI's form: `{messages}`, and of files `tools` and `metadata` where they are known. */
export interface EvalRow {
  readonly messages: readonly ReferenceMessage[]
  readonly tools?: JsonValue
  readonly metadata?: JsonObject
}

/** What was left out, and why. */
export interface LeftOut {
  /** The result's place in the list, from 0 on, or the file it stands in. */
  readonly result: number | string
  /** `not-passed`, `no-verdict`, `filter`, `filter-error`, `empty`; of files also the codes of what is not readable. */
  readonly reason: string
  readonly detail?: string
}

export interface EvalDataset {
  readonly rows: readonly EvalRow[]
  readonly leftOut: readonly LeftOut[]
}

/** What the plugin and the function over files select by. */
export interface EvalResultsOptions
  extends Pick<EvalDatasetOptions<Trace>, 'passedOnly' | 'minReward' | 'filter'> {
  /** The plugin's name, where it is listed twice. Default `eval-results`. */
  readonly name?: string
}
