import { isJsonObject, type JsonObject, type JsonValue } from '@sftkit/core'
import { strip } from './strip.ts'

export interface ReferenceOptions {
  /** Default true. */
  readonly includeSystem?: boolean
}

export interface ReferenceCall {
  readonly id: string
  readonly type: 'function'
  readonly function: { readonly name: string; readonly arguments: string }
}

/** A Chat Completions message as the reference's exporter writes it. */
export interface ReferenceMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  /** Absent on an assistant's turn with calls and no text. */
  readonly content?: JsonValue
  readonly tool_calls?: readonly ReferenceCall[]
  readonly tool_call_id?: string
}

/** Told of each item that became no message. */
export type OnSkipped = (item: JsonValue, why: string) => void

/**
 * Converts a history as the reference's exporter does, its losses included: reasoning, results in role `tool` and
 * unknown items are skipped; the search for the calls of an assistant turn passes over system, reasoning and unknown
 * items, which are lost; parts that are no text are left out.
 *
 * A call without an id gets `call_<its index in the history>`.
 */
export function historyToMessages(
  history: readonly JsonValue[],
  { includeSystem = true }: ReferenceOptions = {},
  onSkipped: OnSkipped = () => {},
): ReferenceMessage[] {
  const messages: ReferenceMessage[] = []
  for (let index = 0; index < history.length; ) {
    const item = history[index] as JsonValue
    const { role, type, content } = itemOf(item)
    if (role === 'assistant') {
      const { calls, end } = callsOfTurn(history, index + 1, onSkipped)
      const text = contentText(item)
      if (text !== '' || calls.length > 0) {
        messages.push({
          role,
          ...(text !== '' && { content: text }),
          ...(calls.length > 0 && { tool_calls: calls }),
        })
      } else onSkipped(item, 'no text')
      index = end
      continue
    }
    if (role !== 'system' && role !== 'user' && type === 'function_call') {
      const calls = callsInARow(history, index)
      messages.push({ role: 'assistant', content: '', tool_calls: calls })
      index += calls.length
      continue
    }
    const message = plainMessage(item, role, type, content, includeSystem)
    if (message === undefined)
      onSkipped(item, typeof role === 'string' ? `role ${role}` : `type ${String(type)}`)
    else messages.push(message)
    index++
  }
  return messages
}

function plainMessage(
  item: JsonValue,
  role: unknown,
  type: unknown,
  content: JsonValue | undefined,
  includeSystem: boolean,
): ReferenceMessage | undefined {
  if (role === 'system') return includeSystem && isSet(content) ? { role, content } : undefined
  if (role === 'user') {
    const text = contentText(item)
    return text === '' ? undefined : { role, content: text }
  }
  if (type !== 'function_call_output') return undefined
  const { call_id: id, output } = itemOf(item)
  const text = output === undefined ? '' : typeof output === 'string' ? output : JSON.stringify(output)
  return { role: 'tool', tool_call_id: typeof id === 'string' ? id : '', content: text }
}

function isSet(content: JsonValue | undefined): content is JsonValue {
  return content != null && content !== '' && !(Array.isArray(content) && content.length === 0)
}

function callsOfTurn(
  history: readonly JsonValue[],
  from: number,
  onSkipped: OnSkipped,
): { calls: ReferenceCall[]; end: number } {
  const calls: ReferenceCall[] = []
  let end = from
  for (; end < history.length; end++) {
    const item = history[end] as JsonValue
    const { type, role } = itemOf(item)
    if (type === 'function_call') calls.push(toCall(item, end))
    else if (type === 'function_call_output' || role === 'user' || role === 'assistant') break
    else onSkipped(item, 'passed over in the search for calls')
  }
  return { calls, end }
}

function callsInARow(history: readonly JsonValue[], from: number): ReferenceCall[] {
  const calls: ReferenceCall[] = []
  for (let index = from; index < history.length; index++) {
    const item = history[index] as JsonValue
    if (itemOf(item).type !== 'function_call') break
    calls.push(toCall(item, index))
  }
  return calls
}

function toCall(item: JsonValue, index: number): ReferenceCall {
  const { call_id: id, name, arguments: args } = itemOf(item)
  return {
    id: typeof id === 'string' ? id : `call_${index}`,
    type: 'function',
    function: {
      name: typeof name === 'string' ? name : '',
      arguments: typeof args === 'string' ? args : JSON.stringify(args ?? {}),
    },
  }
}

function itemOf(item: JsonValue | undefined): JsonObject {
  return isJsonObject(item) ? item : {}
}

/** Text, stripped; the texts of `text` and `output_text` parts and bare strings, joined by one space. */
export function contentText(item: JsonValue): string {
  const { content } = itemOf(item)
  if (typeof content === 'string') return strip(content)
  if (!Array.isArray(content)) return ''
  const texts = (content as readonly JsonValue[]).flatMap((part) => {
    if (typeof part === 'string') return part
    const { type, text } = itemOf(part)
    return (type === 'text' || type === 'output_text') && typeof text === 'string' && text !== '' ? text : []
  })
  return strip(texts.join(' '))
}
