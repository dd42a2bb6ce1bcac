import type { EmbeddedModel } from '../library/embedded.ts'
import type { Generation } from '../library/protocol.ts'
import { askContinuations, type OwnContinuation } from '../python/continuations.ts'
import type { PythonProcess } from '../python/process.ts'

export interface ContinueRequest {
  readonly python: PythonProcess
  /** The original's folder. */
  readonly model: string
  /** Ids of prompts. */
  readonly prompts: readonly (readonly number[])[]
  /** How many tokens at most are added to each. */
  readonly limit: number
  /** Tokens that end generation. */
  readonly ends: readonly number[]
}

export interface ContinuedChat {
  readonly own: OwnContinuation
  /** What the converted model adds. */
  readonly draft?: Generation | undefined
}

/** Where the two part more often, what was compared up to there is enough. */
const ROUNDS = 8

/**
 * What the original adds to prompts, each token the likeliest. llama.cpp guesses, and the original reads a guess in one
 * pass: where both are the same model, that is all there is to do, and the original's weights need not be in memory in
 * 32 bits. Where the original chooses otherwise, llama.cpp guesses again after its choice.
 *
 * @throws SFT_CONVERT_PYTHON, SFT_LIBRARY_FAILED
 */
export async function continueChats(
  { python, model, prompts, limit, ends }: ContinueRequest,
  embedded: EmbeddedModel,
): Promise<readonly ContinuedChat[]> {
  const chats: { own: OwnContinuation; draft?: Generation }[] = prompts.map(() => ({
    own: { tokens: [], logprobs: [], stopped: false, text: '' },
  }))
  for (let round = 0; round < ROUNDS; round++) {
    const asked: { chat: (typeof chats)[number]; ids: readonly number[]; draft: readonly number[] }[] = []
    for (const [at, chat] of chats.entries()) {
      const ids = prompts[at] ?? []
      const { tokens, stopped } = chat.own
      if (stopped || tokens.length >= limit) continue
      const prompt = [...ids, ...tokens]
      const rest = { tokens: limit - tokens.length, ends, likelihoods: true }
      const said = await embedded.call('generate', { prompt, ...rest })
      chat.draft ??= said
      asked.push({ chat, ids, draft: [...tokens, ...said.tokens] })
    }
    if (asked.length === 0) break
    const drafts = asked.map(({ ids, draft }) => ({ ids, draft }))
    const answers = await askContinuations({ python, model, chats: drafts, limit, ends, alone: false })
    for (const [at, own] of answers.entries()) if (asked[at]) asked[at].chat.own = own
  }
  return chats
}

/** The same without llama.cpp: the original finds every token by itself. */
export async function continueAlone(request: ContinueRequest): Promise<readonly ContinuedChat[]> {
  const { prompts, ...rest } = request
  if (prompts.length === 0) return []
  const chats = prompts.map((ids) => ({ ids, draft: [] }))
  return (await askContinuations({ ...rest, chats, alone: true })).map((own) => ({ own }))
}
