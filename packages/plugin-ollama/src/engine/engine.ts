import type { ChatMessage } from '../verify/probes.ts'

/** A chat that a model is to answer. */
export interface Chat {
  readonly messages: readonly ChatMessage[]
  readonly tools?: readonly unknown[]
}

/** A call that a model made. */
export interface ModelCall {
  readonly name: string
  readonly arguments: Readonly<Record<string, unknown>>
}

/** What a model said. */
export interface ModelAnswer {
  /** Its text, without its thinking and its calls. */
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly ModelCall[]
  /** What it wrote as calls that cannot be read as such. */
  readonly broken: readonly string[]
  /** `stop`: it ended by itself; `length`: the limit ended it; `cancelled`: somebody did. */
  readonly end: 'stop' | 'length' | 'cancelled'
  /** Tokens that it wrote. */
  readonly tokens: number
}

/** How a model is to answer. */
export interface AnswerOptions {
  /** Default 0: the likeliest tokens, so that the same chat gets the same answer. */
  readonly temperature?: number
  /** Default 0. */
  readonly seed?: number
  /** The most tokens of the answer. Default {@link MAX_TOKENS}. */
  readonly maxTokens?: number
  /** Ends the answer; what was said until then is returned. */
  readonly signal?: AbortSignal
  /** Called with each piece of the text or of the thinking as it comes. */
  onPiece?(piece: string, kind: 'text' | 'reasoning'): void
}

export const MAX_TOKENS = 1024

/** How likely a reference answer is to a model. */
export interface Likelihood {
  /** Of the whole answer with the token that ends it, in nats. */
  readonly nll: number
  readonly tokens: number
}

/** A model that answers chats, wherever it runs. */
export interface Engine extends AsyncDisposable {
  readonly kind: 'ollama' | 'llama.cpp'
  /** As it is shown: `llama.cpp, agent-q8_0.gguf`. */
  readonly title: string
  /** @throws SFT_LIBRARY_FAILED, SFT_OLLAMA_UNREACHABLE, SFT_OLLAMA_REFUSED; SFT_MODEL_CONTEXT where the chat is too long */
  answer(chat: Chat, options?: AnswerOptions): Promise<ModelAnswer>
  /** Absent where the engine does not tell. The chat's template has to render the prompt as a beginning of the whole. */
  likelihood?(chat: Chat, answer: ChatMessage): Promise<Likelihood | undefined>
}
