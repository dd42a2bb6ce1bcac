import type { OllamaClient } from '../ollama/client.ts'
import { ollamaMessage } from '../verify/render.ts'
import type { ModelAnswer, OpenModel } from './open-model.ts'

/** A model in Ollama. */
export function openInOllama(client: OllamaClient, model: string, maxTokens: number): OpenModel {
  return {
    by: 'ollama',
    async answer({ messages, tools }, onText) {
      let text = ''
      let stopped = false
      const calls: ModelAnswer['calls'][number][] = []
      const options = { temperature: 0, num_predict: maxTokens }
      const body = { model, messages: messages.map(ollamaMessage), ...(tools && { tools }), options }
      for await (const { message, done_reason } of client.chatStream(body)) {
        const piece = message?.content ?? ''
        text += piece
        if (piece !== '') onText?.(piece)
        for (const call of message?.tool_calls ?? [])
          calls.push({ type: 'function', function: call.function })
        if (done_reason !== undefined) stopped = done_reason === 'stop'
      }
      return { text, calls, stopped }
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}
