import { type FieldLedger, isJsonObject, type Message } from '@sftkit/core'
import { roleOf } from '../chat/roles.ts'
import { readAssistantText } from '../chat/text-calls.ts'
import { readContent } from '../content.ts'
import { type DraftMessage, draftMessage } from '../drafts.ts'
import { recordFields } from '../ledger/record.ts'
import { pairCalls } from '../pairing.ts'
import { describeType, readText } from '../values.ts'
import { turn as fields } from './fields.ts'

const PATH = 'conversations[]'
const TEXT = `${PATH}.content`

/**
 * Reads a conversation whose roles are only user and assistant: thinking and calls stand in the assistant's text as
 * `<think>` and `<tool_call>`, and the user turn after calls is their result. Which of the other user turns were the
 * system's cannot be told.
 */
export function readConversation(turns: readonly unknown[], losses: FieldLedger): Message[] {
  const drafts: DraftMessage[] = []
  for (const [index, turn] of turns.entries()) {
    if (!isJsonObject(turn)) {
      if (turn !== null) losses.loss(PATH, 'dropped', `no turn: ${describeType(turn)}`)
      continue
    }
    recordFields(turn, fields, losses, PATH)
    const name = readText(turn.role) ?? ''
    const role = roleOf(name) ?? 'user'
    if (role !== name) losses.loss(`${PATH}.role`, 'changed', `${name} read as ${role}`)
    const { content } = readContent(turn.content, TEXT, `/conversations/${index}/content`, losses)
    if (role === 'assistant' && typeof content === 'string')
      drafts.push(readAssistantText(content, TEXT, losses))
    else if (role === 'user' && drafts.at(-1)?.toolCalls !== undefined) {
      losses.loss(PATH, 'changed', 'a user turn after calls, read as their result')
      drafts.push(draftMessage('tool', content))
    } else drafts.push(draftMessage(role, content))
  }
  if (drafts[0]?.role === 'user')
    losses.loss(`${PATH}.role`, 'dropped', 'system and tool roles were written as user')
  return pairCalls(drafts, { callId: TEXT, resultId: PATH }, losses)
}
