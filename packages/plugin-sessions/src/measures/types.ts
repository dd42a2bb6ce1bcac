import type { Context, JsonValue, Llm, Message, Outcome, Trace, Usage } from '@sftkit/core'

type Awaitable<T> = T | Promise<T>

/** What a measure says of a session. */
export interface MeasureResult {
  readonly passed: boolean
  /** Why, in a few words: the detail of a drop. */
  readonly reason?: string
  /** What was measured: a number of steps, a cost, a score. */
  readonly value?: number
}

/** A call of a tool, with what it returned. */
export interface MeasuredCall {
  readonly name: string
  /** The parsed object; where the source's text is none, `{}` and the text in `argumentsText`. */
  readonly arguments: JsonValue
  readonly argumentsText?: string
  /** The result's text; absent where there is none. */
  readonly result?: string
  /** The place of the calling message in `messages`. */
  readonly message: number
}

/** What a measure looks at. */
export interface MeasureContext {
  readonly trace: Trace
  readonly messages: readonly Message[]
  /** All calls in their order. */
  readonly toolCalls: readonly MeasuredCall[]
  /** The text of the last turn of the assistant that has one; `""` where there is none. */
  readonly finalAnswer: string
  readonly outcome: Outcome
  readonly usage: Usage | undefined
  /** From the first time that is known to the last; undefined where fewer than two are. */
  readonly durationMs: number | undefined
  /** Asks models. Outside a run it throws SFT_LLM_MISSING. */
  readonly llm: Llm
  readonly log: Context['log']
  readonly signal: AbortSignal
}

/** Says whether a session passes; a bare yes or no is a result without a reason. Throws where it cannot say. */
export type MeasureFunction = (context: MeasureContext) => Awaitable<MeasureResult | boolean>

/** A yes-or-no question about a session, with a name. */
export interface Measure {
  /** Letters, digits, `-`, `_` and `.`: it is part of a tag. */
  readonly name: string
  /** What it was made with: part of the key by which finished work is found again. */
  readonly options?: JsonValue
  run(context: MeasureContext): Awaitable<MeasureResult | boolean>
}

/** How a measure is named in options: itself, a function, or the name of a defined or built-in one. */
export type MeasureChoice = string | Measure | MeasureFunction

/** What became of a measure on one session. */
export type MeasureOutcome =
  | ({ readonly status: 'passed' | 'failed' } & Omit<MeasureResult, 'passed'>)
  | { readonly status: 'error'; readonly reason: string }
