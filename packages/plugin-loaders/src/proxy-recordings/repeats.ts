import { hash } from 'node:crypto'
import { isJsonObject, type JsonObject, type JsonValue } from '@sftkit/core'
import { responsesRepeats } from '../responses/repeats.ts'
import { readId } from '../values.ts'

/**
 * What calls of one conversation share, as each sends all of it again: how it begins, up to the user's first message,
 * and its first tool call with what the user said before it. Some servers count the calls of each conversation from
 * zero, so that the id alone says nothing.
 *
 * The record may be cut off anywhere: it is whole where it says how it ended, and only then are there keys.
 */
export function exchangeRepeats({ api, end, request }: JsonObject): readonly string[] | undefined {
  if (end === undefined || !isJsonObject(request) || !isJsonObject(request.body)) return undefined
  const { body } = request
  if (api === 'responses') return responsesRepeats({ body, end })
  if (!Array.isArray(body.messages)) return undefined
  const list = body.messages as readonly JsonValue[]
  const keys = [startOf(body.system, list), firstCall(list)].filter((key) => key !== undefined)
  return keys.length === 0 ? undefined : keys
}

function startOf(system: JsonValue | undefined, list: readonly JsonValue[]): string | undefined {
  const place = list.findIndex((message) => isJsonObject(message) && message.role === 'user')
  if (place === -1) return undefined
  const said = list
    .slice(0, place + 1)
    .map((message) => (isJsonObject(message) ? textsOf(message.content) : ''))
  return `start ${hash('sha256', JSON.stringify([textsOf(system), said]))}`
}

/** Marks for caches move from message to message: only the texts count. */
function textsOf(content: JsonValue | undefined): JsonValue {
  if (!Array.isArray(content)) return content ?? ''
  return (content as readonly JsonValue[]).map((part) =>
    isJsonObject(part) ? (part.text ?? part.type ?? '') : part,
  )
}

function firstCall(list: readonly JsonValue[]): string | undefined {
  const asked: JsonValue[] = []
  for (const message of list) {
    if (!isJsonObject(message)) continue
    if (message.role === 'user') asked.push(textsOf(message.content))
    const parts = [message.tool_calls, message.content].flatMap((value) =>
      Array.isArray(value) ? (value as readonly JsonValue[]) : [],
    )
    const call = parts.find(
      (part) => isJsonObject(part) && (part.type === 'tool_use' || isJsonObject(part.function)),
    )
    const id = isJsonObject(call) ? readId(call.id) : undefined
    if (id !== undefined) return `call ${id} ${hash('sha256', JSON.stringify(asked))}`
  }
  return undefined
}
