import { hash } from 'node:crypto'
import { isJsonObject, type JsonObject, type JsonValue } from '@sftkit/core'
import { readId } from '../values.ts'
import { conversationOf } from './conversation.ts'

/**
 * What calls of one run share: the conversation's id, or the id of the response before. Where each sends the whole
 * conversation again: how it begins, up to the first message of the user, and its first tool call with what the user
 * said before it, as some servers use the ids of calls again. Rows that sftkit wrote are whole runs.
 *
 * The record may be cut off anywhere: what stands last in it may not be whole, and is no key.
 */
export function responsesRepeats(record: JsonObject): readonly string[] | undefined {
  if (isJsonObject(record.metadata) && record.metadata.session_id != null) return undefined
  const keys = new Set<string>()
  const bodies = bodiesOf(record)
  const input =
    bodies.map(({ body, whole }) => wholeItems(body, 'input', whole)).find(({ length }) => length > 0) ?? []
  for (const { body, whole } of bodies) {
    const conversation = conversationOf(body)
    if (conversation !== undefined && (whole || !CONVERSATION.has(lastKey(body) ?? '')))
      keys.add(`conversation ${conversation}`)
    for (const key of ['previous_response_id', 'id'] as const) {
      const isResponse = key !== 'id' || body.output !== undefined
      const id = isResponse && (whole || lastKey(body) !== key) ? readId(body[key]) : undefined
      if (id !== undefined) keys.add(`response ${id}`)
    }
    const start = startOf(body, wholeItems(body, 'input', whole))
    if (start !== undefined) keys.add(`start ${start}`)
    const call = firstCall([...input, ...wholeItems(body, 'output', whole)])
    if (call !== undefined) keys.add(`call ${call}`)
  }
  return keys.size === 0 ? undefined : [...keys]
}

const CONVERSATION = new Set(['conversation', 'conversation_id', 'session_id'])

interface FoundBody {
  readonly body: JsonObject
  /** Whether something stands behind it. */
  readonly whole: boolean
}

function bodiesOf(record: JsonObject): readonly FoundBody[] {
  const inner = ['request', 'response', 'body'].flatMap((key): FoundBody[] => {
    const body = record[key]
    if (!isJsonObject(body)) return []
    const whole = lastKey(record) !== key
    return isJsonObject(body.body) ? [{ body: body.body, whole }] : [{ body, whole }]
  })
  return [{ body: record, whole: false }, ...inner]
}

/** The items of a list; without the last one, where nothing stands behind the list. */
function wholeItems(body: JsonObject, key: 'input' | 'output', whole: boolean): readonly JsonValue[] {
  const value = body[key]
  const isWhole = whole || lastKey(body) !== key
  if (typeof value === 'string') return isWhole ? [value] : []
  if (!Array.isArray(value)) return []
  return isWhole ? (value as readonly JsonValue[]) : (value as readonly JsonValue[]).slice(0, -1)
}

function lastKey(object: JsonObject): string | undefined {
  return Object.keys(object).at(-1)
}

/** How a conversation begins, as a number: its items up to the first of the user. */
function startOf(body: JsonObject, input: readonly JsonValue[]): string | undefined {
  const place = input.findIndex(
    (item) => typeof item === 'string' || (isJsonObject(item) && item.role === 'user'),
  )
  if (place === -1) return undefined
  const said = input
    .slice(0, place + 1)
    .map((item) => (isJsonObject(item) ? [item.role, item.content] : ['user', item]))
  const instructions = lastKey(body) === 'instructions' ? undefined : body.instructions
  return hash('sha256', JSON.stringify([instructions, said]))
}

/** Its id, and what was asked before it; nothing where that stands in an earlier request. */
function firstCall(items: readonly JsonValue[]): string | undefined {
  const asked: JsonValue[] = []
  for (const item of items) {
    if (typeof item === 'string') asked.push(item)
    if (!isJsonObject(item)) continue
    if (item.role === 'user') asked.push(textsOf(item.content))
    const id = readId(item.call_id)
    if (id !== undefined)
      return asked.length === 0 ? undefined : `${id} ${hash('sha256', JSON.stringify(asked))}`
  }
  return undefined
}

/** A text may be written as one part. */
function textsOf(content: JsonValue | undefined): string {
  if (!Array.isArray(content)) return typeof content === 'string' ? content : ''
  return (content as readonly JsonValue[])
    .map((part) => (isJsonObject(part) && typeof part.text === 'string' ? part.text : ''))
    .join('\n')
}
