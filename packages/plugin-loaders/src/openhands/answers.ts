import { isJsonObject, type JsonObject, type JsonValue, type LossRecorder } from '@sftkit/core'
import { readChatFields } from '../chat/fields.ts'
import { saysCutOff } from '../cut-off.ts'
import { type DraftMessage, draftMessage } from '../drafts.ts'
import { readId, readText } from '../values.ts'

const PATH = 'history[].tool_call_metadata'

/** The call that an action or observation belongs to. */
export interface CallNote {
  readonly callId: string
  readonly name: string
  /** Groups the calls of one answer. */
  readonly answerId: string
  readonly response: JsonObject | undefined
}

/** Reads `tool_call_metadata`; undefined where the event is no part of a call. */
export function readCallNote(event: JsonObject): CallNote | undefined {
  const note = event.tool_call_metadata
  if (!isJsonObject(note)) return undefined
  const callId = readId(note.tool_call_id) ?? ''
  const response = isJsonObject(note.model_response) ? note.model_response : undefined
  return {
    callId,
    name: readText(note.function_name) ?? '',
    answerId: readId(response?.id) ?? `call ${callId}`,
    response,
  }
}

/**
 * The model's answer as one message: its text, thinking and all its calls. The actions that the harness made of it
 * differ from it (their arguments are completed, a thought may be the text or an argument), so they are not used
 * unless the answer is missing.
 */
export function readAnswer(note: CallNote, args: JsonObject, losses: LossRecorder): DraftMessage {
  const choice: unknown = Array.isArray(note.response?.choices) ? note.response.choices[0] : undefined
  const message = isJsonObject(choice) ? choice.message : undefined
  if (!isJsonObject(message)) return rebuilt(note, args, losses)
  const path = `${PATH}.model_response.choices[].message`
  const { content, reasoning, toolCalls } = readChatFields(message, path, '/history', losses)
  const draft = draftMessage('assistant', content, {
    reasoning,
    toolCalls,
    train: saysCutOff(choice) ? false : undefined,
  })
  if (toolCalls?.some((call) => call.id === note.callId) !== true) {
    // An agent without native calls writes them in its text; the harness read this one out of it.
    const call = rebuilt(note, args, losses).toolCalls ?? []
    draft.toolCalls = [...(toolCalls ?? []), ...call]
  }
  return draft
}

function rebuilt(note: CallNote, { thought, ...args }: JsonObject, losses: LossRecorder): DraftMessage {
  losses.loss(`${PATH}.model_response`, 'changed', 'no such call in the answer: made from the action')
  return draftMessage('assistant', note.response === undefined ? (readText(thought) ?? '') : '', {
    toolCalls: [{ id: note.callId, name: note.name, arguments: args }],
  })
}

/** The note without the answer's message, which is recorded by its reader. */
export function withoutMessage(note: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(note) || !isJsonObject(note.model_response)) return note
  const { choices } = note.model_response
  if (!Array.isArray(choices) || !isJsonObject(choices[0])) return note
  const [first, ...others] = choices as readonly JsonValue[]
  const bare = { ...(first as JsonObject), message: null }
  return { ...note, model_response: { ...note.model_response, choices: [bare, ...others] } }
}
