import { basename } from 'node:path'
import { sftError } from '@sftkit/core'
import { type EmbeddedModel, loadEmbedded } from '../library/embedded.ts'
import type { ChatMessage } from '../verify/probes.ts'
import {
  type AnswerOptions,
  type Chat,
  type Engine,
  type Likelihood,
  MAX_TOKENS,
  type ModelAnswer,
} from './engine.ts'
import { type GgufChat, readGgufChat } from './gguf-chat.ts'
import { answerReader } from './read-answer.ts'

/** Contexts grow by so many tokens, so that not every longer chat makes a new one. */
const STEP = 2048

/**
 * A GGUF in the embedded llama.cpp, with the chat template that stands in it.
 *
 * @throws SFT_MODEL_GGUF, SFT_MODEL_TEMPLATE, SFT_LIBRARY_MISSING, SFT_LIBRARY_FAILED
 */
export async function openEmbedded(gguf: string, signal?: AbortSignal): Promise<Engine> {
  const chatOf = readGgufChat(gguf)
  const embedded = await loadEmbedded(gguf, { contextSize: STEP, signal })
  const { longestContext } = embedded.loaded
  const makeRoom = async (tokens: number): Promise<void> => {
    if (tokens > longestContext)
      throw sftError(
        'SFT_MODEL_CONTEXT',
        `The chat and its answer have ${tokens} tokens, and the model reads ${longestContext}.`,
      )
    await embedded.call('grow', { contextSize: Math.ceil(tokens / STEP) * STEP })
  }
  return {
    kind: 'llama.cpp',
    title: `llama.cpp, ${basename(gguf)}`,
    answer: (chat, options = {}) => answer(chat, options, { embedded, chatOf, makeRoom }),
    likelihood: (chat, reference) => likelihood(chat, reference, { embedded, chatOf, makeRoom }),
    [Symbol.asyncDispose]: () => embedded[Symbol.asyncDispose](),
  }
}

interface Opened {
  readonly embedded: EmbeddedModel
  readonly chatOf: GgufChat
  makeRoom(tokens: number): Promise<void>
}

async function answer(
  chat: Chat,
  { temperature = 0, seed = 0, maxTokens = MAX_TOKENS, signal, onPiece }: AnswerOptions,
  { embedded, chatOf, makeRoom }: Opened,
): Promise<ModelAnswer> {
  const text = chatOf.render(chat, true)
  const prompt = await tokens(text, embedded, chatOf)
  // A model that reads less than it may write answers as long as there is room.
  const most = Math.min(maxTokens, Math.max(16, embedded.loaded.longestContext - prompt.length))
  await makeRoom(prompt.length + most)
  const reader = answerReader(text, chat, onPiece)
  const stop = (): void => void embedded.call('stop', {}).catch(() => undefined)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    if (signal?.aborted) return { ...reader.end(''), end: 'cancelled', tokens: 0 }
    const ends = chatOf.turnEnd === undefined ? [] : [chatOf.turnEnd]
    const request = { prompt, tokens: most, temperature, seed, ends }
    const said = await embedded.call('generate', request, (piece) => reader.add(piece))
    const end = said.stopped ? 'stop' : signal?.aborted ? 'cancelled' : 'length'
    return { ...reader.end(said.text), end, tokens: said.tokens.length }
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

/** Of the tokens that come after the prompt where the answer is part of the chat, up to the one that ends it. */
async function likelihood(
  chat: Chat,
  reference: ChatMessage,
  { embedded, chatOf, makeRoom }: Opened,
): Promise<Likelihood | undefined> {
  const whole = chatOf.render({ ...chat, messages: [...chat.messages, reference] }, false)
  const prompt = chatOf.render(chat, true)
  const same = commonLength(prompt, whole)
  const given = await tokens(whole.slice(0, same), embedded, chatOf)
  const [after = []] = await embedded.call('tokenize', { texts: [whole.slice(same)] })
  const end = after.indexOf(chatOf.turnEnd ?? embedded.loaded.eos ?? -1)
  const continuation = end === -1 ? after : after.slice(0, end + 1)
  if (given.length === 0 || continuation.length === 0) return undefined
  await makeRoom(given.length + continuation.length)
  const judged = await embedded.call('judge', { prompt: given, continuation })
  const nll = judged.reduce((sum, { logprob }) => sum - Math.max(logprob, LEAST), 0)
  return { nll, tokens: continuation.length }
}

/** llama.cpp's probabilities are 32-bit numbers, which end here: anything less likely is 0 there. */
const LEAST = Math.log(2 ** -149)

async function tokens(text: string, embedded: EmbeddedModel, { begin }: GgufChat): Promise<number[]> {
  const [ids = []] = await embedded.call('tokenize', { texts: [text] })
  return begin === undefined || ids[0] === begin ? [...ids] : [begin, ...ids]
}

function commonLength(one: string, other: string): number {
  let same = 0
  while (same < one.length && one[same] === other[same]) same++
  return same
}
