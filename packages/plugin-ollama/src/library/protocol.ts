/** What the process that holds llama.cpp is asked, and answers. */
export interface LibraryCalls {
  load(request: {
    readonly gguf: string
    readonly contextSize: number
    readonly threads: number
  }): LoadedModel
  /** Ids of texts, special tokens told as such, and nothing put before them. */
  tokenize(request: { readonly texts: readonly string[] }): readonly (readonly number[])[]
  /** For each token of a continuation that is given: what llama.cpp would have said. */
  judge(request: {
    readonly prompt: readonly number[]
    readonly continuation: readonly number[]
  }): readonly Judgement[]
  /** The likeliest tokens after a prompt, up to an end of generation, which is the last one then. */
  generate(request: {
    readonly prompt: readonly number[]
    readonly tokens: number
    /** Above 0: tokens by chance, as likely as they are. */
    readonly temperature?: number
    readonly seed?: number
    /** More tokens at which it ends. */
    readonly ends?: readonly number[]
    /** Also how likely each token is. */
    readonly likelihoods?: boolean
  }): Generation
  /** Ends the generation under way; it answers with what it has. */
  stop(request: Readonly<Record<string, never>>): void
  /** Makes room for so many tokens, where there is less. */
  grow(request: { readonly contextSize: number }): { readonly contextSize: number }
}

export interface LoadedModel {
  readonly contextSize: number
  /** The most tokens that the model reads. */
  readonly longestContext: number
  readonly bos: number | null
  readonly eos: number | null
  readonly vocabulary: number
}

export interface Judgement {
  /** The likeliest token. */
  readonly likeliest: number
  /** By how much the given token is less likely than that, in nats; 0 where it is that. */
  readonly behind: number
  /** The given token's own log probability. */
  readonly logprob: number
}

export interface Generation {
  readonly tokens: readonly number[]
  readonly text: string
  readonly stopped: boolean
  /** The log probabilities of the tokens, where they were asked for. */
  readonly logprobs?: readonly number[]
}

export type LibraryMethod = keyof LibraryCalls
export interface LibraryRequest {
  readonly id: number
  readonly method: LibraryMethod
  readonly params: unknown
}
export interface LibraryReply {
  readonly id: number
  readonly result?: unknown
  readonly error?: string
  /** A piece of a generation under way. */
  readonly text?: string
}
