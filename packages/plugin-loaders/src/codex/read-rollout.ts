import {
  type FieldLedger,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type TraceEvent,
} from '@sftkit/core'
import type { DraftMessage } from '../drafts.ts'
import { keptPart } from '../ledger/kept-part.ts'
import { recordFields } from '../ledger/record.ts'
import { describeType, readText } from '../values.ts'
import { createConversation, type Path } from './conversation.ts'
import { describeEvent } from './event-fields.ts'
import { describeItem } from './item-fields.ts'
import { readCallItem, readMessageItem, readOutputItem, reasoningTexts } from './items.ts'
import { itemType, type Line } from './lines.ts'
import { createOutcome, type OutcomeTracker } from './outcome.ts'
import { type Said, type Speech, speechOf } from './said.ts'
import { readSession, type Session } from './session.ts'
import { compactedFields, sessionFields, stateFields, turnContextFields } from './session-fields.ts'
import { recordSpeech, STANDS_IN, userMessage } from './speech.ts'
import { createUsage, type UsageTally } from './usage.ts'

/** What a rollout holds. */
export interface Rollout {
  readonly session: Session | undefined
  readonly paths: readonly Path[]
  readonly events: readonly TraceEvent[]
  readonly outcome: OutcomeTracker
  readonly usage: UsageTally
  /** The model of the first request, where no session names one. */
  readonly model: string | undefined
}

/** Older versions write the summary alone: what else the model went on from is not recorded. */
const ONLY_AN_EVENT = 'what the model went on from: an event, as the context after it is not recorded'

/** Reads the lines of a rollout, in order. */
export function readRollout(lines: readonly Line[], said: Said, losses: FieldLedger): Rollout {
  const conversation = createConversation('payload', losses)
  const outcome = createOutcome()
  const usage = createUsage()
  const events: TraceEvent[] = []
  let session: Session | undefined
  let model: string | undefined
  let context: JsonObject = {}

  const log = (line: Line, type: string, data: JsonValue | undefined): void => {
    const { timestamp } = line
    events.push({ type, ...(timestamp !== undefined && { timestamp }), data: isJsonObject(data) ? data : {} })
  }
  const readItem = (line: Line): void => {
    const { type, payload, path, place, timestamp } = line
    const [role, fields] = describeItem(type)
    const at = `${path}(${type})`
    recordFields(withoutType(payload), fields, losses, at)
    if (role === 'message') {
      const message = readMessageItem(payload, at, place, timestamp, losses)
      model ??= readText(payload.model)
      if (message.role !== 'assistant') conversation.add(message)
      else
        conversation.say({ ...asPart(message), isMessage: true, isFinal: payload.phase === 'final_answer' })
    } else if (role === 'reasoning') conversation.say({ reasoning: reasoningTexts(payload), timestamp })
    else if (role === 'call')
      conversation.say({ toolCalls: [readCallItem(payload, type, at, losses)], timestamp })
    else if (role === 'output') conversation.add(readOutputItem(payload, at, place, timestamp, losses))
    else log(line, type === '' ? 'item' : type, withoutType(keptPart(payload, fields)))
  }
  const speak = (line: Line, speech: Speech): void => {
    const { payload, timestamp } = line
    const { speaker, text } = speech
    recordSpeech(line, STANDS_IN, losses)
    if (speaker === 'reasoning') conversation.say({ reasoning: [text], timestamp })
    else if (speaker === 'assistant') conversation.say({ content: text, timestamp, isMessage: true })
    else conversation.add(userMessage(text, payload, timestamp))
  }
  const readEvent = (line: Line): void => {
    const { type, payload, path } = line
    outcome.hear(type, payload)
    const speech = speechOf(type, payload)
    if (speech !== undefined && said.has(speech)) {
      recordSpeech(line, 'repeats an item', losses)
      return
    }
    if (speech !== undefined && !said.speaks(speech.speaker)) {
      speak(line, speech)
      return
    }
    const { fields, isLogged } = describeEvent(
      type,
      isJsonObject(payload.item) ? readText(payload.item.type) : undefined,
    )
    recordFields(withoutType(payload), fields, losses, `${path}(${type})`)
    if (type === 'token_count' && isJsonObject(payload.info)) {
      usage.addCount(payload.info)
      model ??= readText(payload.info.model)
    }
    if (type === 'turn.completed' && isJsonObject(payload.usage)) usage.addTurn(payload.usage)
    if (type === 'thread_rolled_back') conversation.rollBack(turnsOf(payload))
    if (isLogged) log(line, type === '' ? 'event' : type, withoutType(keptPart(payload, fields)))
  }
  const readLine: Record<Line['kind'], (line: Line) => void> = {
    item: readItem,
    event: readEvent,
    session: (line) => {
      if (session === undefined) {
        session = readSession(line.payload, line.path, said, losses)
        return
      }
      // A fork's file holds its parent's line too, and a resumed session may write its own again.
      recordFields(line.payload, sessionFields, losses, line.path)
      log(line, 'session_meta', keptPart(line.payload, sessionFields))
    },
    'turn-context': (line) => {
      recordFields(line.payload, turnContextFields, losses, line.path)
      model ??= readText(line.payload.model)
      const now = keptPart(line.payload, turnContextFields)
      const news = isJsonObject(now) ? changesIn(now, context) : {}
      if (Object.keys(news).length > 0) log(line, 'turn_context', news)
      context = { ...context, ...news }
    },
    compacted: (line) => {
      const { replacement_history: history, ...rest } = line.payload
      recordFields(line.payload, compactedFields, losses, line.path)
      log(line, 'compacted', keptPart(rest, compactedFields))
      if (!Array.isArray(history)) {
        if (readText(rest.message) !== undefined)
          losses.loss(`${line.path}.message`, 'changed', ONLY_AN_EVENT)
        return
      }
      conversation.replace(() => {
        for (const [index, item] of (history as readonly JsonValue[]).entries()) {
          const place = `${line.place}/replacement_history/${index}`
          const path = `${line.path}.replacement_history[]`
          if (!isJsonObject(item)) {
            if (item !== null) losses.loss(path, 'dropped', `no item: ${describeType(item)}`)
            continue
          }
          readItem({ ...line, kind: 'item', type: itemType(item), payload: item, path, place })
        }
      })
    },
    other: (line) => {
      recordFields(line.payload, stateFields, losses, line.path)
      const data = keptPart(line.payload, stateFields)
      if (line.payload.record_type === undefined || Object.keys(line.payload).length > 1)
        log(line, line.type === '' ? 'line' : line.type, withoutType(data))
    },
  }
  for (const line of lines) readLine[line.kind](line)
  return { session, paths: conversation.paths(), events, outcome, usage, model }
}

function asPart({ content, reasoning, timestamp }: DraftMessage) {
  return { content, timestamp, ...(reasoning !== undefined && { reasoning: [reasoning] }) }
}

function turnsOf(payload: JsonObject): number {
  const turns = payload.num_turns
  return typeof turns === 'number' && turns >= 1 ? Math.floor(turns) : 1
}

function changesIn(now: JsonObject, before: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(now).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key])),
  )
}

/** The path has it. */
function withoutType(data: JsonValue | undefined): JsonObject {
  if (!isJsonObject(data)) return {}
  const { type: _, ...rest } = data
  return rest
}
