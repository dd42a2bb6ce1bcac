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
  generate(request: { readonly prompt: readonly number[]; readonly tokens: number }): Generation
}

export interface LoadedModel {
  readonly contextSize: number
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
