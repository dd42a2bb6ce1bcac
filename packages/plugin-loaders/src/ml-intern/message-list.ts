import { type JsonObject, type LoadContext, type LossRecorder, parseJson } from '@sftkit/core'
import { readListColumn } from '../json-column.ts'

/**
 * The `messages` of a session: a list, or JSON text of one; none where it is null.
 *
 * Arguments of calls are JSON texts inside the text, so numbers outside them cannot reach the output and the plain
 * parser does. Where arguments are objects it would respell numbers.
 */
export function readMessageList(
  row: JsonObject,
  context: LoadContext,
  losses: LossRecorder,
): readonly unknown[] {
  return readListColumn(row, 'messages', context, losses, (text) =>
    text.includes('"arguments": {') || text.includes('"arguments":{') ? parseJson(text) : JSON.parse(text),
  )
}
