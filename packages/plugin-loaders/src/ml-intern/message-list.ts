import { isJsonObject, type JsonObject, type LoadContext, type LossRecorder, parseJson } from '@sftkit/core'
import { readListColumn } from '../json-column.ts'

/**
 * The `messages` of a session: a list, or JSON text of one; none where it is null.
 *
 * Arguments of calls are JSON texts inside the text, so numbers outside them cannot reach the output and the plain
 * parser does. Where arguments are objects it would respell numbers: such a text is parsed again.
 */
export function readMessageList(
  row: JsonObject,
  context: LoadContext,
  losses: LossRecorder,
): readonly unknown[] {
  return readListColumn(row, 'messages', context, losses, (text) => {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.some(hasParsedArguments) ? parseJson(text) : list
  })
}

function hasParsedArguments(message: unknown): boolean {
  if (!isJsonObject(message)) return false
  const { tool_calls: calls, content, function_call: single } = message
  // Content that is no text may be written as JSON text.
  if (typeof content === 'object' && content !== null) return true
  if (isJsonObject(single) && typeof single.arguments !== 'string') return true
  return (
    Array.isArray(calls) &&
    calls.some((call) => !isJsonObject(call?.function) || typeof call.function.arguments !== 'string')
  )
}
