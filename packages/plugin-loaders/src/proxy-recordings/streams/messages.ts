import { isJsonObject, type JsonObject } from '@sftkit/core'
import { readNumber, readText } from '../../values.ts'
import { objectOf } from './events.ts'
import { addDelta, type Growing } from './merge.ts'

/** The message that the events of a stream of Anthropic's Messages make; with an `error`, where one ended it. */
export function messageOf(events: readonly JsonObject[]): JsonObject {
  const message: Growing = {}
  const blocks = new Map<number, { block: Growing; input: string }>()
  for (const event of events) {
    const index = readNumber(event.index) ?? 0
    const block = blocks.get(index)
    switch (event.type) {
      case 'message_start':
        if (isJsonObject(event.message)) Object.assign(message, event.message)
        break
      case 'content_block_start':
        if (isJsonObject(event.content_block))
          blocks.set(index, { block: { ...event.content_block } as Growing, input: '' })
        break
      case 'content_block_delta':
        if (block !== undefined && isJsonObject(event.delta)) addToBlock(block, event.delta)
        break
      case 'message_delta':
        if (isJsonObject(event.delta)) Object.assign(message, event.delta)
        if (isJsonObject(event.usage))
          message.usage = { ...(isJsonObject(message.usage) ? message.usage : {}), ...event.usage }
        break
      case 'error':
        if (isJsonObject(event.error)) message.error = event.error
        break
    }
  }
  const content = [...blocks.keys()]
    .sort((a, b) => a - b)
    .flatMap((index) => {
      const found = blocks.get(index)
      if (found === undefined) return []
      // Arguments that were cut off stay as the text they are.
      return found.input === ''
        ? [found.block]
        : [{ ...found.block, input: objectOf(found.input) ?? found.input }]
    })
  return { ...message, content }
}

function addToBlock(found: { block: Growing; input: string }, delta: JsonObject): void {
  const { type, partial_json: json, citation, ...texts } = delta
  found.input += readText(json) ?? ''
  addDelta(found.block, {
    ...texts,
    ...(type === 'citations_delta' && citation != null && { citations: [citation] }),
  })
}
