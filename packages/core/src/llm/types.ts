import type { ResolvedConfig } from '../config/types.ts'
import type { JsonObject, JsonValue } from '../data/json.ts'
import type { Logger } from '../log/logger.ts'

/** A message of a question to a model. */
export interface LlmMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** Prices in US dollars for a million tokens. */
export interface LlmPrice {
  readonly input: number
  readonly output: number
  readonly cachedInput?: number
  /** The most tokens that the model can answer with: what an answer without `maxTokens` may cost at worst. */
  readonly maxOutput?: number
}

/** Where and under which limits a plugin asks. Plugins that ask at one endpoint share its limits: the lowest count. */
export interface LlmSettings {
  /** An OpenAI-compatible endpoint. Default: `OPENAI_BASE_URL`, else OpenAI's. */
  readonly baseURL?: string
  /** Name of the environment variable that holds the key. Default `OPENAI_API_KEY`. */
  readonly apiKeyEnv?: string
  /** Requests a minute. Default: what the server's headers say, else none. */
  readonly maxRpm?: number
  /** Tokens a minute. Default: what the server's headers say, else none. */
  readonly maxTpm?: number
  /** The most requests in flight. Default 64. */
  readonly maxInFlight?: number
  /** US dollars that this plugin's requests of the run may cost in all, runs that are taken up again included. */
  readonly budgetUsd?: number
  /** By model. Default: the engine's table. */
  readonly prices?: Readonly<Record<string, LlmPrice>>
  /** `batch`: through the provider's batch API, at its price and in its time. */
  readonly mode?: 'online' | 'batch'
  /** Milliseconds until a request counts as lost. Default 120,000. */
  readonly timeoutMs?: number
}

/** A question. JSON, so that it can travel from a worker to the run's one engine. */
export interface LlmRequest {
  readonly model: string
  readonly messages: readonly LlmMessage[]
  /** The JSON schema that the answer has to fit; without one the answer is text. */
  readonly schema?: { readonly name: string; readonly schema: JsonObject }
  readonly temperature?: number
  readonly topP?: number
  readonly maxTokens?: number
  readonly seed?: number
  readonly settings?: LlmSettings
  /** Whose question it is; filled in by core. Budgets are kept for each plugin. */
  readonly plugin?: string
}

export interface LlmUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  /** Absent where the model's price is not known. */
  readonly costUsd?: number
}

/**
 * Why a question has no answer: the engine has done what it could. `not-asked` in a dry run, where questions are only
 * counted.
 */
export type LlmFailure =
  | 'cut-off'
  | 'empty'
  | 'does-not-fit'
  | 'refused'
  | 'rejected'
  | 'unavailable'
  | 'not-asked'

export type LlmAnswer =
  | {
      readonly ok: true
      readonly text: string
      /** The parsed answer, where a schema was given. */
      readonly value?: JsonValue
      readonly usage: LlmUsage
      /** Whether it was paid for before. */
      readonly cached: boolean
    }
  | { readonly ok: false; readonly failure: LlmFailure; readonly detail: string; readonly usage: LlmUsage }

/** Looks at an answer's value: what is wrong with it, for the model to mend, or nothing. */
export type LlmCheck = (value: JsonValue) => string | undefined | Promise<string | undefined>

/** Asks models, from any stage and thread. */
export interface Llm {
  /**
   * Asks a question; a question that was answered before, in any run, is not asked again.
   *
   * @param check beyond the schema; an answer that does not pass is asked for once more, with the reason
   * @throws SFT_LLM_MISSING where no plugin has an engine; what stops a run: a wrong key, an unknown model, the budget
   */
  ask(request: LlmRequest, check?: LlmCheck): Promise<LlmAnswer>
}

/** What answers the questions of a run: one for all plugins and threads, in the main thread. */
export interface LlmEngine extends Llm {
  /** Takes questions without asking them; absent in engines that cannot tell what they would take. */
  reckon?(): LlmReckoning
  /** Ends what is in flight as the signal says, and frees what it holds. */
  close(): Promise<void>
}

/** What questions that are not asked yet will take, as far as that can be known before. */
export interface LlmProjection {
  /** Questions that will be asked, and those of the same work that are answered already. */
  readonly questions: number
  readonly answered: number
  /** About: tokens are bytes until a server has counted them. */
  readonly tokens: number
  /** US dollars, from short answers to the longest there can be; absent where a model's price is not known. */
  readonly usd?: { readonly least: number; readonly most: number }
  /** When the prices of the engine's table were seen; absent where all prices were given. */
  readonly pricesSeen?: string
  /** At least: what the limits allow; absent where none is known. */
  readonly seconds?: number
  readonly requestLimit?: number
  readonly tokenLimit?: number
  /** Whether only part of the work was looked at, and the rest taken to be like it. */
  readonly sampled: boolean
  /** Whether it is enough to ask a person first, as the engine's options say. */
  readonly large: boolean
}

/** Takes questions without asking them, and reckons what they would take; kept answers are given. */
export interface LlmReckoning extends Llm {
  /** @param share how much of the work has been looked at, above 0 and at most 1 */
  total(share: number): LlmProjection
}

export interface LlmEngineContext {
  readonly config: ResolvedConfig
  readonly log: Logger
  readonly signal: AbortSignal
  /** The run directory: what the engine keeps for resuming stands in `<out>/.sft/`. */
  readonly out: string
  /** Tells the run's display how far the questions are. */
  progress(progress: LlmProgress): void
  /**
   * To be waited for before a question that will cost something: the phase's work is looked at once, and whoever
   * started the run told what it will take. Absent where nobody wants to know.
   *
   * @throws SFT_LLM_DECLINED
   */
  agree?(reckoning: () => LlmReckoning): Promise<void>
}

/** How far a run's questions are. */
export interface LlmProgress {
  /** Questions that were asked so far, those that wait included. */
  readonly asked: number
  /** Answered by the model in this run. */
  readonly done: number
  /** Answered from what was paid for before. */
  readonly cached: number
  /** Without an answer. */
  readonly failed: number
  readonly inFlight: number
  /** Of the last minute; limits are absent where none is known. */
  readonly requestsPerMinute: number
  readonly requestLimit?: number
  readonly tokensPerMinute: number
  readonly tokenLimit?: number
  /** US dollars so far, earlier runs in this directory included; absent where a model's price is not known. */
  readonly spentUsd?: number
  /** What the questions that were asked so far will have cost in the end. */
  readonly projectedUsd?: number
  readonly budgetUsd?: number
  /** Until the questions that were asked so far are answered. */
  readonly secondsLeft?: number
}

/** Opens a run's engine, when the first question is asked. */
export type LlmProvider = (context: LlmEngineContext) => LlmEngine | Promise<LlmEngine>
