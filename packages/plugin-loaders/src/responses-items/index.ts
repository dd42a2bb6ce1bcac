import type { JsonObject, LoadContext, LoadedTrace, Plugin, SourceFile } from '@sftkit/core'
import { withTools } from '../chat/tools.ts'
import { detectAs } from '../detect/detect-as.ts'
import { itemFields } from '../histories/item-fields.ts'
import { readItems } from '../histories/items.ts'
import { recordFields } from '../ledger/record.ts'
import { loaderPlugin } from '../loader-plugin.ts'
import { createLosses } from '../losses.ts'
import { readId, readText } from '../values.ts'

/** A conversation as a file of Responses items: one a line, or all in one JSON list. */
export function responsesItems(): Plugin {
  return loaderPlugin({
    name: 'responses-items',
    looksFor: 'Responses items (message, reasoning, function_call, …), one a line or in one list',
    detect: detectAs('responses-items'),
    repeats: callOf,
    open: openItems,
  })
}

/**
 * A conversation that was gone on with in another file holds the same calls. Servers use ids again: the same call is
 * one of the same name and arguments too.
 */
function callOf(item: JsonObject): readonly string[] | undefined {
  const { type, call_id: call, name, arguments: args, input, action, operation } = item
  const id = readId(call)
  if (id === undefined || readText(type)?.endsWith('_output') === true) return undefined
  return [JSON.stringify([id, name, args ?? input ?? action ?? operation])]
}

async function* openItems(file: SourceFile, context: LoadContext): AsyncGenerator<LoadedTrace> {
  const losses = createLosses()
  const items: JsonObject[] = []
  for await (const { value } of file.records()) {
    recordFields(value, itemFields, losses, '[]')
    items.push(value)
  }
  if (items.length === 0) return
  const { messages, tools } = readItems(items, { path: '[]', pointer: '' }, losses)
  losses.flush(context)
  yield { messages, ...withTools(undefined, tools) }
}
