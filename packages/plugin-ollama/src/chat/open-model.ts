import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { sftError } from '@sftkit/core'
import { ollamaClient } from '../ollama/client.ts'
import { ollamaUrl } from '../ollama/host.ts'
import type { ChatMessage } from '../verify/probes.ts'

/** What a model said. */
export interface ModelAnswer {
  /** Its text; of an embedded model with its calls, as it wrote them. */
  readonly text: string
  /** Its calls, where Ollama found some. */
  readonly calls: NonNullable<ChatMessage['tool_calls']>
  /** Whether it stopped by itself. */
  readonly stopped: boolean
}

/** A model that answers chats. */
export interface OpenModel extends AsyncDisposable {
  readonly by: 'ollama' | 'llama.cpp'
  /** @param onText called with each piece of the text as it comes */
  answer(
    chat: { readonly messages: readonly ChatMessage[]; readonly tools?: readonly unknown[] },
    onText?: (text: string) => void,
  ): Promise<ModelAnswer>
}

export interface OpenModelOptions {
  readonly host?: string
  readonly signal?: AbortSignal
  /** The most tokens of an answer. Default 1024. */
  readonly maxTokens?: number
}

/**
 * Opens a model to talk to: a GGUF by the embedded llama.cpp, anything else by Ollama. It answers with the likeliest
 * tokens, so the same chat gets the same answer.
 *
 * @throws SFT_LIBRARY_…, SFT_OLLAMA_UNREACHABLE, SFT_OLLAMA_REFUSED
 */
export async function openModel(model: string, options: OpenModelOptions = {}): Promise<OpenModel> {
  const { host, signal, maxTokens = 1024 } = options
  if (/\.gguf$/i.test(model) || existsSync(resolve(model))) {
    const { openGguf } = await import('./gguf-model.ts')
    return openGguf(resolve(model), maxTokens, signal)
  }
  const client = ollamaClient(ollamaUrl(host), signal)
  if ((await client.version()) === undefined)
    throw sftError('SFT_OLLAMA_UNREACHABLE', `No Ollama answers at ${client.url}.`)
  const { openInOllama } = await import('./ollama-model.ts')
  return openInOllama(client, model, maxTokens)
}
