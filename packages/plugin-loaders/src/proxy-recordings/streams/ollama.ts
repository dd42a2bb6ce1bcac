import { isJsonObject, type JsonObject } from '@sftkit/core'
import { addDelta, type Growing } from './merge.ts'

/** The answer that the lines of a stream of Ollama's own interface make. */
export function ollamaAnswerOf(lines: readonly JsonObject[]): JsonObject {
  const whole: Growing = {}
  for (const { message, response, thinking, ...rest } of lines) {
    for (const [key, value] of Object.entries(rest)) if (value != null) whole[key] = value
    addDelta(whole, {
      ...(isJsonObject(message) && { message }),
      ...(response != null && { response }),
      ...(thinking != null && { thinking }),
    })
  }
  return whole
}
