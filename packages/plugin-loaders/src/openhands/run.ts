import { isJsonObject, type JsonObject, type JsonValue, type TraceEvent } from '@sftkit/core'
import { type DraftMessage, draftMessage } from '../drafts.ts'
import type { Fields } from '../ledger/fields.ts'
import { keptPart } from '../ledger/kept-part.ts'
import { recordFields } from '../ledger/record.ts'
import type { LossLedger } from '../losses.ts'
import { readTime } from '../times.ts'
import { readId, readText, setOwn } from '../values.ts'
import { type CallNote, readAnswer, readCallNote, withoutMessage } from './answers.ts'
import {
  actionFields,
  callMetadata,
  commonFields,
  eventArguments,
  eventExtras,
  observationFields,
  type Reading,
  statusFields,
} from './fields.ts'
import { messageContent, outputsText, speaker, textOf } from './message-content.ts'
import { actionText, FINISH } from './text-action.ts'

/** What the events of one agent came to. */
export interface Run {
  readonly drafts: DraftMessage[]
  readonly events: TraceEvent[]
  tools?: JsonValue | undefined
  agentClass?: string
  version?: string
  model?: string
  metrics?: JsonObject
  startedAt?: string | undefined
  endedAt?: string | undefined
  finished: boolean
  /** The server's id of the conversation. */
  session?: string
  /** The last state that the controller named. */
  state?: string
}

export interface RunReader {
  readonly run: Run
  add(event: JsonObject, place: string): void
}

/** Actions and observations of the harness: they say something about the run and are no message. */
const EVENTS = new Set([
  'recall',
  'change_agent_state',
  'agent_state_changed',
  'initialize',
  'start',
  'condensation',
  'condensation_request',
  'condense',
  'pause',
  'resume',
  'loop_recovery',
  'server_ready',
])

const PATH = 'history[]'

/** Gathers the events of one agent, in their order, into messages. */
export function createRun(losses: LossLedger): RunReader {
  const run: Run = { drafts: [], events: [], finished: false }
  const answers = new Map<string, DraftMessage>()
  /** The calls of actions by the actions' ids, for observations that do not name theirs. */
  const calls = new Map<string, string>()

  /** What all events have is counted together. */
  const recordEvent = (event: JsonObject, fields: Fields, kind: string): JsonObject => {
    const shared: Record<string, JsonValue | undefined> = {}
    const own: Record<string, JsonValue | undefined> = {}
    for (const key of Object.keys(event)) {
      // Recorded where the call is read.
      if (key === 'tool_call_metadata' && isJsonObject(event[key])) continue
      setOwn(commonFields.keys.has(key) ? shared : own, key, event[key])
    }
    recordFields(shared, commonFields, losses, PATH)
    recordFields(own, fields, losses, `${PATH}(${kind})`)
    return own
  }

  const addAction = (event: JsonObject, name: string, place: string): void => {
    const flat = !isJsonObject(event.args)
    const args = flat ? event : (event.args as JsonObject)
    const note = readCallNote(event)
    const reading = readingOf(name, note)
    recordEvent(event, actionFields(reading, flat), name)
    const timestamp = readTime(event.timestamp)
    if (name === 'initialize') {
      setText(run, 'model', args.LLM_MODEL)
      setText(run, 'agentClass', args.AGENT)
    }
    if (reading === 'event') addEvent(name, timestamp, argumentsOf(event, flat), run, losses)
    else if (reading === 'system') {
      run.tools ??= args.tools
      setText(run, 'version', args.openhands_version)
      setText(run, 'agentClass', args.agent_class)
      const prompt = readText(args.content)
      if (prompt !== undefined) run.drafts.push(draftMessage('system', prompt, { timestamp }))
    } else if (reading === 'call' && note !== undefined) addCall(event, note, args, timestamp)
    else if (reading === 'message') {
      const role = speaker(event, args, run)
      run.drafts.push(draftMessage(role, messageContent(args, place, losses), { timestamp }))
    } else {
      const role = event.source === 'user' ? 'user' : 'assistant'
      const text = actionText(name, argumentsOf(event, flat))
      run.drafts.push(
        text === '' && name === 'finish'
          ? draftMessage(role, FINISH, { timestamp, train: role === 'assistant' ? false : undefined })
          : draftMessage(role, text, { timestamp }),
      )
    }
    if (name === 'finish') run.finished = true
    if (isJsonObject(event.llm_metrics)) run.metrics = event.llm_metrics
  }

  const addCall = (
    event: JsonObject,
    note: CallNote,
    args: JsonObject,
    timestamp: string | undefined,
  ): void => {
    const known = answers.get(note.answerId)
    recordNote(event, known === undefined ? 'first' : 'repeated')
    const id = readId(event.id)
    if (id !== undefined) calls.set(id, note.callId)
    setText(run, 'model', note.response?.model)
    if (known === undefined) {
      const answer = readAnswer(note, args, losses)
      if (timestamp !== undefined) answer.timestamp = timestamp
      answers.set(note.answerId, answer)
      run.drafts.push(answer)
    } else if (known.toolCalls?.some((call) => call.id === note.callId) !== true) {
      const [call] = readAnswer({ ...note, response: undefined }, args, losses).toolCalls ?? []
      if (call !== undefined) known.toolCalls = [...(known.toolCalls ?? []), call]
    }
  }

  const addStatus = (event: JsonObject, timestamp: string | undefined): void => {
    const own = recordEvent(event, statusFields, 'status')
    setText(run, 'session', event.sid)
    const data = keptPart(own, statusFields)
    if (isJsonObject(data))
      run.events.push({ type: 'status', ...(timestamp !== undefined && { timestamp }), data })
  }

  const recordNote = (event: JsonObject, which: 'first' | 'repeated'): void =>
    recordFields(
      withoutMessage(event.tool_call_metadata),
      callMetadata[which],
      losses,
      `${PATH}.tool_call_metadata`,
    )

  const addObservation = (event: JsonObject, name: string): void => {
    const extras = isJsonObject(event.extras) ? event.extras : {}
    const note = readCallNote(event)
    const reading = name === 'null' ? 'null' : EVENTS.has(name) && note === undefined ? 'event' : 'result'
    const seen = readText(extras.formatted_output_and_error)
    if (reading === 'null') {
      losses.loss(`${PATH}(null)`, 'dropped', 'a filler that observes nothing')
      return
    }
    recordEvent(
      event,
      observationFields(reading, seen !== undefined, !('extras' in event)),
      `${name} observation`,
    )
    const timestamp = readTime(event.timestamp)
    if (reading === 'event') {
      const content = readText(event.content)
      setText(run, 'state', extras.agent_state)
      const data = keptPart(extras, eventExtras)
      addEvent(
        name,
        timestamp,
        { ...(content !== undefined && { content }), ...(isJsonObject(data) && data) },
        run,
        losses,
      )
      return
    }
    if (note !== undefined) recordNote(event, 'repeated')
    const callId = note?.callId ?? calls.get(readId(event.cause) ?? '')
    const text = seen ?? (textOf(event.content) || outputsText(extras))
    run.drafts.push(
      callId === undefined
        ? draftMessage('user', text, { name: 'environment', timestamp })
        : draftMessage('tool', text, { toolCallId: callId, timestamp }),
    )
  }

  return {
    run,
    add: (event, place) => {
      const timestamp = readTime(event.timestamp)
      run.startedAt ??= timestamp
      run.endedAt = timestamp ?? run.endedAt
      if (typeof event.action === 'string') addAction(event, event.action, place)
      else if (typeof event.observation === 'string') addObservation(event, event.observation)
      else addStatus(event, timestamp)
    },
  }
}

function readingOf(name: string, note: CallNote | undefined): Reading {
  if (note !== undefined) return 'call'
  if (EVENTS.has(name)) return 'event'
  return name === 'system' || name === 'message' ? name : 'text'
}

/** Without what an event has whatever its kind. */
function argumentsOf(event: JsonObject, flat: boolean): JsonObject {
  if (!flat) return event.args as JsonObject
  const { action: _a, id: _i, source: _s, timestamp: _t, cause: _c, message: _m, ...args } = event
  const { llm_metrics: _l, tool_call_metadata: _n, ...rest } = args
  return rest
}

/** What the harness tells the model beside the messages, in words of its own that no event repeats. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  recall: [
    'microagent_knowledge',
    'repo_instructions',
    'conversation_instructions',
    'additional_agent_instructions',
  ],
  condensation: ['summary'],
}

function addEvent(
  type: string,
  timestamp: string | undefined,
  data: JsonObject,
  run: Run,
  losses: LossLedger,
): void {
  for (const key of Object.hasOwn(TOLD, type) ? (TOLD[type] ?? []) : []) {
    const told = data[key]
    if (readText(told) !== undefined || (Array.isArray(told) && told.length > 0))
      losses.loss(`${PATH}(${type}).${key}`, 'changed', 'what the model was told: an event, no message')
  }
  const part = keptPart(data, eventArguments)
  run.events.push({
    type,
    ...(timestamp !== undefined && { timestamp }),
    data: isJsonObject(part) ? part : {},
  })
}

function setText(
  run: Run,
  key: 'version' | 'agentClass' | 'model' | 'session' | 'state',
  value: unknown,
): void {
  const text = readText(value)
  if (text === undefined) return
  if (key === 'state') run.state = text
  else run[key] ??= text
}
