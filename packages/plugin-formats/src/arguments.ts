import { isJsonObject, type JsonObject, type ToolCall } from '@sftkit/core'
import type { LossTally } from './losses.ts'
import { writableJson, writableText } from './writable.ts'

const FIELD = 'messages[].toolCalls[].arguments'

/**
 * A call's arguments as an object, which is what chat templates read. Text that is no JSON object becomes
 * `{"input": text}`, the shape that agents give to tools that take free text; a bare text in its place would be
 * trained as a doubly encoded argument by some templates and crash others.
 */
export function objectArguments(call: ToolCall, losses: LossTally): JsonObject {
  if (call.argumentsText !== undefined) {
    losses.add(FIELD, 'changed', 'not a JSON object, written as {"input": text}')
    return { input: writableText(call.argumentsText, FIELD, losses) }
  }
  if (isJsonObject(call.arguments)) return writableJson(call.arguments, FIELD, losses)
  losses.add(FIELD, 'changed', 'not a JSON object, written as {"input": value}')
  return { input: writableJson(call.arguments, FIELD, losses) }
}

/** A call's arguments as JSON text; text that did not parse stands as the model wrote it. */
export function textArguments(call: ToolCall, losses: LossTally): string {
  return writableText(call.argumentsText ?? JSON.stringify(call.arguments), FIELD, losses)
}
