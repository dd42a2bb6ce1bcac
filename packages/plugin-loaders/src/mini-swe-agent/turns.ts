import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LossRecorder,
  type Message,
  type TraceEvent,
} from '@sftkit/core'
import { readChatFields } from '../chat/fields.ts'
import { readThinkingBlocks } from '../chat/reasoning.ts'
import { roleOf } from '../chat/roles.ts'
import { saysCutOff } from '../cut-off.ts'
import { type DraftMessage, draftMessage } from '../drafts.ts'
import { pairCalls } from '../pairing.ts'
import { readTime } from '../times.ts'
import { describeType, readText } from '../values.ts'

export interface Turns {
  readonly messages: readonly Message[]
  readonly events: readonly TraceEvent[]
  /** The record that ends a run, which is no message. */
  readonly exit?: JsonObject
}

const PATH = 'messages[]'

/** @param submission what the run handed in: format 1 writes it as a last user message */
export function readTurns(
  list: readonly JsonValue[],
  submission: string | undefined,
  losses: LossRecorder,
): Turns {
  const drafts: DraftMessage[] = []
  const events: TraceEvent[] = []
  let exit: JsonObject | undefined
  let hasAnswer = false
  for (const [index, item] of list.entries()) {
    if (!isJsonObject(item)) {
      if (item !== null) losses.loss(PATH, 'dropped', `no message: ${describeType(item)}`)
      continue
    }
    const extra = isJsonObject(item.extra) ? item.extra : {}
    const timestamp = readTime(extra.timestamp)
    if (item.role === 'exit') {
      exit = item
      recordExitText(item, submission, losses)
      continue
    }
    if (isExitText(item, index === list.length - 1, submission)) {
      losses.loss(PATH, 'dropped', 'the last message: what the run handed in')
      continue
    }
    const interrupt = readText(extra.interrupt_type)
    if (interrupt !== undefined)
      events.push({
        type: 'interrupt',
        ...(timestamp !== undefined && { timestamp }),
        data: { interrupt_type: interrupt },
      })
    const draft = readMessage(item, extra, timestamp, `/messages/${index}`, losses)
    hasAnswer ||= draft.role === 'assistant'
    if (draft.role === 'user' && hasAnswer && !isPerson(draft, interrupt)) draft.name ??= 'environment'
    drafts.push(draft)
  }
  const messages = pairCalls(
    drafts,
    { callId: `${PATH}.tool_calls[].id`, resultId: `${PATH}.tool_call_id` },
    losses,
  )
  return { messages, events, ...(exit !== undefined && { exit }) }
}

/** What the interactive agent puts before a person's words, which version 2 marks as interrupts. */
const PERSON = /^(?:The user added a new task|Interrupted by user)/

/** After the first answer who speaks as the user is the environment, but where a person stepped in. */
function isPerson({ content }: DraftMessage, interrupt: string | undefined): boolean {
  if (interrupt !== undefined) return interrupt.startsWith('User')
  return typeof content === 'string' && PERSON.test(content)
}

function isExitText(item: JsonObject, isLast: boolean, submission: string | undefined): boolean {
  if (!isLast || item.role !== 'user') return false
  return item.content === '' || (submission !== undefined && item.content === submission)
}

function recordExitText({ content }: JsonObject, submission: string | undefined, losses: LossRecorder): void {
  if (content !== submission && content !== '' && content != null && submission !== undefined)
    losses.loss(`${PATH}(exit).content`, 'dropped', 'differs from what the run handed in')
}

function readMessage(
  item: JsonObject,
  extra: JsonObject,
  timestamp: string | undefined,
  place: string,
  losses: LossRecorder,
): DraftMessage {
  const { extra: _, ...message } = item
  const { roleName, content, ...fields } = readChatFields(message, PATH, place, losses)
  const role = roleOf(roleName ?? '') ?? 'user'
  if (role !== roleName) losses.loss(`${PATH}.role`, 'changed', `${roleName ?? 'absent'} read as ${role}`)
  if (role !== 'assistant') {
    if (fields.toolCalls !== undefined) losses.loss(`${PATH}.tool_calls`, 'dropped', `on role ${role}`)
    return draftMessage(role, content, {
      toolCallId: role === 'tool' ? fields.toolCallId : undefined,
      name: fields.name,
      timestamp: fields.timestamp ?? timestamp,
    })
  }
  return draftMessage(role, content, {
    ...fields,
    toolCallId: undefined,
    timestamp: fields.timestamp ?? timestamp,
    reasoning: fields.reasoning ?? reasoningOf(extra, losses),
    train: fields.train ?? (saysCutOff(choiceOf(extra)) ? false : undefined),
  })
}

/** The provider's answer. */
function choiceOf(extra: JsonObject): unknown {
  const response = extra.response ?? extra.model_response
  const choices = isJsonObject(response) ? response.choices : undefined
  return Array.isArray(choices) ? choices[0] : undefined
}

/** Format 1 keeps a message's text only; the thinking before it is in the provider's answer. */
function reasoningOf(extra: JsonObject, losses: LossRecorder): string | undefined {
  const choice = choiceOf(extra)
  const message = isJsonObject(choice) ? choice.message : undefined
  if (!isJsonObject(message)) return undefined
  const path = `${PATH}.extra.response.choices[].message`
  const reasoning =
    readText(message.reasoning_content) ??
    readText(message.reasoning) ??
    (Array.isArray(message.thinking_blocks)
      ? readThinkingBlocks(message.thinking_blocks, `${path}.thinking_blocks`, losses)
      : undefined)
  if (reasoning !== undefined)
    losses.loss(path, 'changed', 'the thinking of the raw answer, which the message does not have')
  return reasoning
}
