import { existsSync } from 'node:fs'
import { sftError } from '@sftkit/core'
import { readGguf } from '../gguf/read.ts'
import { loadEmbedded } from '../library/embedded.ts'
import { renderJinja } from '../verify/render.ts'
import type { OpenModel } from './open-model.ts'

/** A GGUF in the embedded llama.cpp, with the chat template that stands in it. */
export async function openGguf(
  gguf: string,
  maxTokens: number,
  signal: AbortSignal | undefined,
): Promise<OpenModel> {
  if (!existsSync(gguf)) throw sftError('SFT_LIBRARY_FAILED', `There is no file ${gguf}.`)
  const { metadata } = readMetadata(gguf)
  const template = metadata['tokenizer.chat_template']
  if (typeof template !== 'string')
    throw sftError('SFT_LIBRARY_FAILED', `${gguf} has no chat template, so it cannot be talked to.`)
  const tokens = metadata['tokenizer.ggml.tokens']
  const tokenAt = (key: string): string | undefined => {
    const id = metadata[`tokenizer.ggml.${key}_token_id`]
    return Array.isArray(tokens) && typeof id === 'number' ? String(tokens[id]) : undefined
  }
  const [bos, eos] = [tokenAt('bos'), tokenAt('eos')]
  const embedded = await loadEmbedded(gguf, { contextSize: 8192, signal })
  return {
    by: 'llama.cpp',
    async answer({ messages, tools }, onText) {
      const text = renderJinja(template, { name: 'chat', messages, ...(tools && { tools }) }, { bos, eos })
      const [prompt = []] = await embedded.call('tokenize', { texts: [text] })
      const room = embedded.loaded.contextSize - prompt.length
      if (room < 16)
        throw sftError(
          'SFT_LIBRARY_FAILED',
          `The chat has ${prompt.length} tokens, and the model reads ${embedded.loaded.contextSize}.`,
        )
      const said = await embedded.call('generate', { prompt, tokens: Math.min(maxTokens, room) }, onText)
      return { text: said.text, calls: [], stopped: said.stopped }
    },
    [Symbol.asyncDispose]: () => embedded[Symbol.asyncDispose](),
  }
}

function readMetadata(gguf: string): ReturnType<typeof readGguf> {
  try {
    return readGguf(gguf)
  } catch (cause) {
    throw sftError('SFT_LIBRARY_FAILED', `${gguf} is no GGUF: ${(cause as Error).message}.`, { cause })
  }
}
