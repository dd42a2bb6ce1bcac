import { isJsonObject, type JsonObject, type JsonValue, type LossRecorder, type Message } from '@sftkit/core'
import { readArguments } from '../arguments.ts'
import { roleOf } from '../chat/roles.ts'
import { type DraftCall, type DraftMessage, draftMessage } from '../drafts.ts'
import { pairCalls } from '../pairing.ts'
import { describeType, readId, readText } from '../values.ts'
import { readInspectContent } from './content.ts'

/**
 * Reads a conversation whose attachments are in their places. An assistant's turn that was part of the sample's input
 * is not learned.
 *
 * @param path the list's place for the ledger (`messages[]`)
 * @param place its JSON pointer
 * @param reasoningOf reasoning that stands elsewhere, for a message that has none
 * @param isCut whether a turn was broken off, which is not learned either
 */
export function readInspectMessages(
  list: readonly JsonValue[],
  path: string,
  place: string,
  losses: LossRecorder,
  reasoningOf?: (message: JsonObject) => string | undefined,
  isCut?: (message: JsonObject) => boolean,
): Message[] {
  const drafts = list.flatMap((message, index): DraftMessage[] => {
    if (!isJsonObject(message)) {
      if (message !== null) losses.loss(path, 'dropped', `no message: ${describeType(message)}`)
      return []
    }
    const draft = readMessage(message, path, `${place}/${index}`, losses, reasoningOf)
    if (draft.role === 'assistant' && isCut?.(message) === true) draft.train = false
    return [draft]
  })
  return pairCalls(drafts, { callId: `${path}.tool_calls[].id`, resultId: `${path}.tool_call_id` }, losses)
}

function readMessage(
  source: JsonObject,
  path: string,
  place: string,
  losses: LossRecorder,
  reasoningOf: ((message: JsonObject) => string | undefined) | undefined,
): DraftMessage {
  const roleName = readText(source.role)
  const role = roleOf(roleName ?? '') ?? 'user'
  if (role !== roleName) losses.loss(`${path}.role`, 'changed', `${roleName ?? 'absent'} read as ${role}`)
  const { content, reasoning } = readInspectContent(
    source.content,
    `${path}.content`,
    `${place}/content`,
    losses,
  )
  if (role === 'tool') {
    return draftMessage('tool', withError(content, source, path, losses), {
      toolCallId: readId(source.tool_call_id),
      name: readText(source.function) ?? readText(source.name),
    })
  }
  if (role !== 'assistant') {
    if (Array.isArray(source.tool_calls) && source.tool_calls.length > 0)
      losses.loss(`${path}.tool_calls`, 'dropped', `on role ${role}`)
    return draftMessage(role, content, { name: readText(source.name) })
  }
  return draftMessage('assistant', content, {
    reasoning: reasoning ?? reasoningOf?.(source),
    toolCalls: readCalls(source.tool_calls, `${path}.tool_calls[]`, losses),
    train: source.source === 'input' ? false : undefined,
  })
}

/** A tool that failed says so in its error, which then is what the model was told. */
function withError(
  content: DraftMessage['content'],
  source: JsonObject,
  path: string,
  losses: LossRecorder,
): DraftMessage['content'] {
  const error = isJsonObject(source.error) ? readText(source.error.message) : readText(source.tool_error)
  if (error === undefined) return content
  if (content === '') {
    losses.loss(`${path}.error.message`, 'changed', 'the error of a tool read as its result')
    return error
  }
  if (content === error) return content
  losses.loss(`${path}.error.message`, 'changed', 'the error of a tool, after its result')
  const parts = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content
  return [...parts, { type: 'text', text: error }]
}

function readCalls(
  value: JsonValue | undefined,
  path: string,
  losses: LossRecorder,
): DraftCall[] | undefined {
  if (!Array.isArray(value)) return undefined
  const calls = (value as readonly JsonValue[]).flatMap((call): DraftCall[] => {
    if (!isJsonObject(call)) return []
    const name =
      readText(call.function) ?? (isJsonObject(call.function) ? readText(call.function.name) : undefined)
    if (name === undefined) losses.loss(`${path}.function`, 'changed', 'no name: written as an empty one')
    return [
      {
        id: readId(call.id) ?? '',
        name: name ?? '',
        ...readArguments(call.arguments, `${path}.arguments`, losses),
      },
    ]
  })
  return calls.length === 0 ? undefined : calls
}
