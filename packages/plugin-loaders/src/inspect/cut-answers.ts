import { isJsonObject, type JsonObject, type JsonValue } from '@sftkit/core'
import { saysCutOff } from '../cut-off.ts'
import type { Attachments } from './attachments.ts'
import type { ModelCall } from './model-calls.ts'
import { createTurnNames } from './turn-names.ts'

/** Tells the turns of a conversation that a limit broke off: only the outputs around the messages say so. */
export function createCutFinder(
  calls: readonly ModelCall[],
  output: JsonValue | undefined,
  attachments: Attachments,
): (message: JsonObject) => boolean {
  const cut = [...calls.map(({ event }) => event.output), output].flatMap(cutAnswers)
  if (cut.length === 0) return () => false
  const names = createTurnNames(attachments)
  names.add(cut)
  return names.has
}

function cutAnswers(output: JsonValue | undefined): JsonObject[] {
  const choices =
    isJsonObject(output) && Array.isArray(output.choices) ? (output.choices as readonly JsonValue[]) : []
  return choices.flatMap((choice) =>
    isJsonObject(choice) && saysCutOff(choice) && isJsonObject(choice.message) ? [choice.message] : [],
  )
}
