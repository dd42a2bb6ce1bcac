import { isJsonObject, type JsonObject } from '@sftkit/core'
import { readNumber, readText } from '../../values.ts'
import { addDelta, type Growing } from './merge.ts'

const ENDS = new Set(['response.completed', 'response.incomplete', 'response.failed'])

/**
 * The response of a stream of Responses: its last event has it whole. Where that did not come, what began it with the
 * items so far; of the last one what was said of it.
 */
export function responseOf(events: readonly JsonObject[]): JsonObject {
  const end = events.findLast(
    ({ type, response }) => ENDS.has(readText(type) ?? '') && isJsonObject(response),
  )
  if (isJsonObject(end?.response)) return end.response
  const begun = events.find(({ response }) => isJsonObject(response))?.response
  const items = new Map<number, Growing>()
  for (const event of events) {
    const index = readNumber(event.output_index) ?? 0
    const item = items.get(index)
    switch (event.type) {
      case 'response.output_item.added':
      case 'response.output_item.done':
        if (isJsonObject(event.item)) items.set(index, { ...event.item } as Growing)
        break
      case 'response.output_text.delta':
        if (item !== undefined) addText(item, readText(event.delta) ?? '')
        break
      case 'response.function_call_arguments.delta':
        if (item !== undefined) addDelta(item, { arguments: readText(event.delta) ?? '' })
        break
    }
  }
  const output = [...items.keys()].sort((a, b) => a - b).map((index) => items.get(index) ?? {})
  const failed = events.findLast(({ type }) => type === 'error')
  return {
    ...(isJsonObject(begun) && begun),
    output,
    ...(failed !== undefined && { error: isJsonObject(failed.error) ? failed.error : failed }),
  }
}

function addText(item: Growing, text: string): void {
  const [first] = Array.isArray(item.content) ? item.content : []
  const before = isJsonObject(first) ? (readText(first.text) ?? '') : ''
  item.content = [{ type: 'output_text', text: before + text }]
}
