import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LoadedTrace,
  type LossRecorder,
} from '@sftkit/core'
import { withTools } from '../chat/tools.ts'
import { list } from '../ledger/fields.ts'
import { recordFields } from '../ledger/record.ts'
import type { LossLedger } from '../losses.ts'
import { readText } from '../values.ts'
import type { Attachments } from './attachments.ts'
import { createCutFinder } from './cut-answers.ts'
import { messageFields } from './message-fields.ts'
import { readInspectMessages } from './messages.ts'
import type { ModelCall } from './model-calls.ts'
import { readCallTools } from './tools.ts'
import { createTurnNames, turnText } from './turn-names.ts'

const PATH = 'events[](model).input'

export type SideConversation = Pick<LoadedTrace, 'messages' | 'tools' | 'model'>

/**
 * Conversations of the model that the sample's messages do not show, because they show the state at its end: what
 * stood there before a compaction, and other agents. Of a conversation that grew from call to call, the last.
 */
export function readSideConversations(
  messages: readonly JsonValue[],
  calls: readonly ModelCall[],
  attachments: Attachments,
  losses: LossLedger,
): SideConversation[] {
  const known = createTurnNames(attachments)
  known.add(messages)
  const found: { call: ModelCall; input: readonly JsonValue[]; answer: JsonObject }[] = []
  for (const call of calls.toReversed()) {
    const { answer } = call
    if (answer === undefined || known.has(answer) || turnText(answer, attachments) === EMPTY) continue
    const input = call.input()
    known.add([...input, answer])
    found.push({ call, input, answer })
  }
  const isCut = createCutFinder(calls, undefined, attachments)
  return found.toReversed().map(({ call, input, answer }) => {
    const conversation = attachments.resolve([...input, answer])
    recordFields(conversation.filter(isJsonObject), list(messageFields), losses, PATH)
    const model = readText(call.event.model)
    return {
      messages: readInspectMessages(conversation, `${PATH}[]`, '/input', losses, undefined, isCut),
      ...withTools(readCallTools([call], attachments, quiet), []),
      ...(model !== undefined && { model }),
    }
  })
}

/** An answer that says nothing. */
const EMPTY = JSON.stringify(['', []])

/** The tools of all calls were read before. */
const quiet: LossRecorder = { loss: () => {} }
