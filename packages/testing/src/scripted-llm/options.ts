/** A question as a scripted server gets it. */
export interface ScriptedQuestion {
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly [key: string]: unknown
}

/** An answer as a scripted server gives it. */
export interface ScriptedAnswer {
  readonly text: string
  /** Default `stop`. */
  readonly finish?: string
  readonly refusal?: string
  readonly toolCalls?: readonly ScriptedToolCall[]
  /** Default: a quarter of the characters. */
  readonly inputTokens?: number
  readonly outputTokens?: number
}

export interface ScriptedToolCall {
  readonly name: string
  readonly arguments: Readonly<Record<string, unknown>>
  /** Default: from the question and the place. */
  readonly id?: string
}

/**
 * Shares of calls, from 0 to 1. Which calls are struck follows from the question, and for the first four from how
 * often it was asked as well, so that a question that is asked again gets through.
 */
export interface ScriptedFaults {
  /** 429. */
  readonly limited?: number
  /** 500. */
  readonly failed?: number
  /** No answer, ever. */
  readonly hanging?: number
  /** 200 with half of a body. */
  readonly garbled?: number
  /** An answer that is no JSON. */
  readonly malformed?: number
  readonly cutOff?: number
  readonly empty?: number
}

export interface ScriptedBatches {
  /** How often a batch is `in_progress` before it is `completed`. Default 1. */
  readonly polls?: number
  /** Shares of a batch's questions that fail, or are not asked before it expires; by question and batch. */
  readonly failed?: number
  readonly expired?: number
  /** Why the first batch is refused as a whole: it ends as `failed`. */
  readonly refused?: { readonly code: string; readonly message: string }
  /** So many calls to files and batches are answered with 500 before the first one works. */
  readonly stumbles?: number
  /** The replies to so many new batches are lost on the way: the batch is made, and nobody learns its name. */
  readonly lost?: number
}

export interface ScriptedLlmOptions {
  /** Depends on the question alone. Default: a text about the last message; with a JSON format, as an object. */
  readonly answer?: (question: ScriptedQuestion) => ScriptedAnswer | string
  /** Milliseconds before each answer. */
  readonly latencyMs?: number
  /** Milliseconds between the pieces of a stream. Default 0. */
  readonly pieceMs?: number
  readonly faults?: ScriptedFaults
  /** Refuses what is over these in a sliding minute, with 429. */
  readonly limits?: { readonly requests?: number; readonly tokens?: number }
  /** Whether it tells its limits in headers. Default yes. */
  readonly tellsLimits?: boolean
  /** Seconds of `Retry-After`, where it answers 429 or 500. */
  readonly retryAfter?: number
  /** The key that it takes; without one it takes all. */
  readonly key?: string
  /** The models it has; without them it has all. */
  readonly models?: readonly string[]
  /** The most that it knows of structured answers. Default `json-schema`. */
  readonly structured?: 'json-schema' | 'json' | 'text'
  /** Which JSON schemas it takes; others are refused as invalid. Default all. */
  readonly takesSchema?: (schema: unknown) => boolean
  /** What it takes for the most tokens of an answer. Default both. */
  readonly maxTokensName?: 'max_tokens' | 'max_completion_tokens'
  /** Answers 429 while more calls than this are being answered. */
  readonly mostAtOnce?: number
  readonly batches?: ScriptedBatches
  /** Keeps no bodies of questions, for very many of them. */
  readonly forgets?: boolean
  /** Default: a free one. */
  readonly port?: number
  /** Serves https with this key and certificate, as PEM. */
  readonly tls?: { readonly key: string; readonly cert: string }
}
