import { sftError } from '@sftkit/core'
import { z } from 'zod'
import { type ChatReply, ollamaClient } from '../ollama/client.ts'
import { ollamaMessage } from '../verify/render.ts'
import {
  type AnswerOptions,
  type Chat,
  type Engine,
  MAX_TOKENS,
  type ModelAnswer,
  type ModelCall,
} from './engine.ts'
import { answerReader } from './read-answer.ts'

export interface OllamaEngineOptions {
  /** The tokens of the longest chat with its answer; absent: as Ollama has it. */
  readonly contextSize?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * A model in Ollama.
 *
 * @param url of Ollama, without a slash at its end
 * @throws SFT_OLLAMA_UNREACHABLE; SFT_MODEL_UNKNOWN with the models that are there
 */
export async function openInOllama(
  url: string,
  model: string,
  { contextSize, signal }: OllamaEngineOptions = {},
): Promise<Engine> {
  const client = ollamaClient(url, signal)
  const version = await client.version()
  if (version === undefined) throw sftError('SFT_OLLAMA_UNREACHABLE', `No Ollama answers at ${url}.`)
  const shown = await client.show(model)
  if (shown === undefined) throw unknownModel(model, url, await client.list())
  const longest = longestContext(shown)
  const context = contextSize === undefined ? {} : { num_ctx: Math.min(contextSize, longest) }
  return {
    kind: 'ollama',
    title: `Ollama ${version}, ${model}`,
    answer: (chat, options = {}) => answer(url, model, { chat, options, context, signal }),
    [Symbol.asyncDispose]: async () => undefined,
  }
}

async function answer(
  url: string,
  model: string,
  asked: {
    readonly chat: Chat
    readonly options: AnswerOptions
    readonly context: Readonly<Record<string, number>>
    readonly signal: AbortSignal | undefined
  },
): Promise<ModelAnswer> {
  const { chat, options, context } = asked
  const { temperature = 0, seed = 0, maxTokens = MAX_TOKENS, onPiece } = options
  const signals = [asked.signal, options.signal].filter((signal) => signal !== undefined)
  const client = ollamaClient(url, AbortSignal.any(signals))
  const reader = answerReader('', chat, onPiece)
  const calls: ModelCall[] = []
  let [content, thought, end, tokens] = ['', '', 'cancelled' as ModelAnswer['end'], 0]
  const take = ({ message, done_reason, eval_count }: ChatReply): void => {
    const { content: piece = '', thinking = '', tool_calls: made = [] } = message ?? {}
    if (thinking !== '') onPiece?.(thinking, 'reasoning')
    thought += thinking
    content += piece
    reader.add(piece)
    for (const { function: called } of made) calls.push({ name: called.name, arguments: called.arguments })
    if (done_reason !== undefined) end = done_reason === 'length' ? 'length' : 'stop'
    tokens = eval_count ?? tokens
  }
  try {
    const body = {
      model,
      messages: chat.messages.map(ollamaMessage),
      ...(chat.tools && { tools: chat.tools }),
      options: { temperature, seed, num_predict: maxTokens, ...context },
      // A chat that is too long is refused, and not cut without a word.
      ...{ truncate: false, shift: false },
    }
    for await (const reply of client.chatStream(body)) take(reply)
  } catch (error) {
    if (!options.signal?.aborted) throw error
  }
  const said = reader.end(content)
  return {
    text: said.text,
    reasoning: thought || said.reasoning,
    calls,
    // What Ollama left in the text is not a call to those who ask it.
    broken: [...said.broken, ...said.calls.map((call) => JSON.stringify(call))],
    end,
    tokens,
  }
}

function longestContext(shown: Readonly<Record<string, unknown>>): number {
  const info = z.record(z.string(), z.unknown()).safeParse(shown.model_info).data ?? {}
  const longest = Object.entries(info).find(([key]) => key.endsWith('.context_length'))?.[1]
  return typeof longest === 'number' && longest > 0 ? longest : Number.POSITIVE_INFINITY
}

function unknownModel(model: string, url: string, there: readonly { readonly name: string }[]): Error {
  const names = there.map(({ name }) => name).slice(0, 20)
  return sftError(
    'SFT_MODEL_UNKNOWN',
    `There is no file, no run and no model in Ollama at ${url} that is called ${model}. ${
      names.length === 0 ? 'It has no models.' : `It has ${names.join(', ')}.`
    }`,
  )
}
