import { isJsonObject, type JsonObject, type JsonValue } from '@sftkit/core'
import { readNumber } from '../../values.ts'
import { addDelta, type Growing } from './merge.ts'

/** The completion that the chunks of a stream of Chat Completions, or of Completions, make. */
export function completionOf(chunks: readonly JsonObject[]): JsonObject {
  const whole: Growing = {}
  const choices = new Map<number, Growing>()
  for (const chunk of chunks) {
    for (const [key, value] of Object.entries(chunk))
      if (key !== 'choices' && value != null) whole[key] = value
    for (const choice of Array.isArray(chunk.choices) ? (chunk.choices as readonly JsonValue[]) : []) {
      if (!isJsonObject(choice)) continue
      const { delta, ...rest } = choice
      const index = readNumber(choice.index) ?? 0
      const known = choices.get(index) ?? {}
      choices.set(index, known)
      addDelta(known, isJsonObject(delta) ? { ...rest, message: delta } : rest)
    }
  }
  for (const choice of choices.values()) withoutNumbers(choice)
  return {
    ...whole,
    choices: [...choices.keys()].sort((a, b) => a - b).map((index) => choices.get(index) ?? {}),
  }
}

/** A call's number in the stream is none of the call's fields. */
function withoutNumbers({ message }: Growing): void {
  if (!isJsonObject(message) || !Array.isArray(message.tool_calls)) return
  for (const call of message.tool_calls as readonly JsonValue[]) {
    if (isJsonObject(call)) delete (call as Growing).index
  }
}
