import {
  foldRepeats,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LoadedTrace,
  type Message,
  messageText,
} from '@sftkit/core'
import { withTools } from '../chat/tools.ts'
import { recordFields } from '../ledger/record.ts'
import type { LossLedger } from '../losses.ts'
import { pick, readId, readText } from '../values.ts'
import { type Attachments, createAttachments } from './attachments.ts'
import { createCutFinder } from './cut-answers.ts'
import { readEvents } from './events.ts'
import type { LogFacts } from './log-facts.ts'
import { readInspectMessages } from './messages.ts'
import { findModelCalls } from './model-calls.ts'
import { readOutcome, scoresOf } from './outcome.ts'
import { createReasoningFinder } from './reasoning.ts'
import { sampleFields } from './sample-fields.ts'
import { readSideConversations, type SideConversation } from './side-conversations.ts'
import { readCallTools } from './tools.ts'
import { readUsage } from './usage.ts'

/**
 * The traces of a sample: its conversation as it stood at the end, and those of its model calls which that does not
 * show.
 *
 * @param place the sample's JSON pointer in its document
 */
export function readSample(
  source: JsonObject,
  log: LogFacts,
  place: string,
  losses: LossLedger,
): readonly LoadedTrace[] {
  recordFields(source, sampleFields, losses)
  const { events, attachments: texts } = eventsOf(source)
  const attachments = createAttachments(texts, losses)
  const calls = findModelCalls(source, events)
  const list = Array.isArray(source.messages)
    ? attachments.resolve(source.messages as readonly JsonValue[])
    : []
  const reasoningOf = createReasoningFinder(calls, attachments, losses)
  const isCut = createCutFinder(calls, source.output, attachments)
  const messages = readInspectMessages(list, 'messages[]', `${place}/messages`, losses, reasoningOf, isCut)
  const facts = readFacts(source, log, events)
  const usage = readUsage(source.model_usage, log.model, calls.length)
  const kept = readEvents(source, events, messages, attachments)
  const main: LoadedTrace = {
    ...facts,
    messages,
    ...withTools(readCallTools(calls, attachments, losses), []),
    ...(kept.length > 0 && { events: kept }),
    outcome: readOutcome(source, losses),
    ...(usage !== undefined && { usage }),
    metadata: { inspect: readMetadata(source, log, messages, attachments) },
  }
  const [first, ...others] = readSideConversations(list, calls, attachments, losses)
  if (first === undefined) return [main]
  // A sample that broke off may have lost its messages: then its calls are all there is.
  if (messages.length === 0) return foldRepeats([{ ...main, ...first }, ...asSides(main, others)])
  return foldRepeats([main, ...asSides(main, [first, ...others])])
}

/** Conversations beside a sample's own: each is a session of its own, called by it. */
function asSides(main: LoadedTrace, conversations: readonly SideConversation[]): LoadedTrace[] {
  const { session: parent, outcome, metadata, group, agent, startedAt, endedAt } = main
  return conversations.map((conversation, index) => {
    const side = index + 1
    const session = `${parent}/${side}`
    return {
      ...conversation,
      session,
      group: { ...group, session, ...(parent !== undefined && { parent }) },
      ...(agent !== undefined && { agent }),
      ...(startedAt !== undefined && { startedAt }),
      ...(endedAt !== undefined && { endedAt }),
      ...(outcome !== undefined && { outcome }),
      metadata: { inspect: { ...(isJsonObject(metadata?.inspect) && metadata.inspect), side } },
    }
  })
}

/** The event log; early versions had it, with its long texts, under `transcript`. */
function eventsOf(sample: JsonObject): {
  events: readonly JsonValue[]
  attachments: JsonValue | undefined
} {
  const { transcript, events, attachments } = sample
  const own = Array.isArray(events) ? (events as readonly JsonValue[]) : undefined
  if (own !== undefined || !isJsonObject(transcript)) return { events: own ?? [], attachments }
  const old = Array.isArray(transcript.events) ? (transcript.events as readonly JsonValue[]) : []
  return { events: old, attachments: transcript.content ?? attachments }
}

function readFacts(
  sample: JsonObject,
  log: LogFacts,
  events: readonly JsonValue[],
): Pick<LoadedTrace, 'session' | 'group' | 'agent' | 'model' | 'startedAt' | 'endedAt'> {
  const id = readId(sample.id)
  const epoch = readId(sample.epoch)
  const session = readId(sample.uuid) ?? [log.run, id, epoch].filter((part) => part !== undefined).join('/')
  const task = log.task === undefined || id === undefined ? undefined : `${log.task}/${id}`
  const output = isJsonObject(sample.output) ? readText(sample.output.model) : undefined
  const model = log.model ?? output
  const startedAt = readText(sample.started_at) ?? timeOf(events[0]) ?? log.created
  const endedAt = readText(sample.completed_at) ?? timeOf(events.at(-1))
  return {
    ...(session !== '' && { session }),
    group: {
      ...(task !== undefined && { task }),
      ...(session !== '' && { session }),
      ...(epoch !== undefined && { attempt: epoch }),
    },
    ...(log.agent !== undefined && { agent: log.agent }),
    ...(model !== undefined && { model }),
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
  }
}

function timeOf(event: JsonValue | undefined): string | undefined {
  return isJsonObject(event) ? readText(event.timestamp) : undefined
}

const SAMPLE = [
  'id',
  'epoch',
  'target',
  'choices',
  'description',
  'metadata',
  'limit',
  'total_time',
  'working_time',
]
const SCORE = ['value', 'answer', 'explanation', 'reason']

function readMetadata(
  sample: JsonObject,
  log: LogFacts,
  messages: readonly Message[],
  attachments: Attachments,
): JsonObject {
  const { metadata: ofLog, ...facts } = log.metadata
  const scores = Object.entries(scoresOf(sample)).flatMap(([name, score]) => {
    const picked = isJsonObject(score) ? pick(score, SCORE) : { value: score ?? null }
    return picked === undefined ? [] : [[name, picked] as const]
  })
  const output = isJsonObject(sample.output) ? sample.output : {}
  const models = modelsOf(sample, output).filter((model) => model !== log.model)
  const said = unsaid(sample, output, messages, attachments)
  return {
    ...facts,
    ...(ofLog !== undefined && { log_metadata: ofLog }),
    ...attachments.resolve(pick(sample, SAMPLE)),
    ...(scores.length > 0 && { scores: attachments.resolve(Object.fromEntries(scores)) }),
    ...(models.length > 0 && { models }),
    ...(stopReasons(output).length > 0 && { stop_reasons: stopReasons(output) }),
    ...said,
  }
}

/** The exact names of the models that answered. */
function modelsOf(sample: JsonObject, output: JsonObject): string[] {
  const messages = Array.isArray(sample.messages) ? (sample.messages as readonly JsonValue[]) : []
  const named = messages.map((message) => (isJsonObject(message) ? message.model : undefined))
  return [...new Set([...named, output.model].flatMap((model) => readText(model) ?? []))]
}

function choicesOf(output: JsonObject): readonly JsonObject[] {
  return Array.isArray(output.choices) ? (output.choices as readonly JsonValue[]).filter(isJsonObject) : []
}

function stopReasons(output: JsonObject): string[] {
  return choicesOf(output).flatMap(({ stop_reason: reason }) => readText(reason) ?? [])
}

/** Input and answer where the messages do not hold them: they were rewritten, or there are none. */
function unsaid(
  sample: JsonObject,
  output: JsonObject,
  messages: readonly Message[],
  attachments: Attachments,
): JsonObject {
  const texts = messages.map(messageText)
  const whole = new Set(texts)
  const isSaid = (text: string): boolean => whole.has(text) || texts.some((message) => message.includes(text))
  const input = textsOf(attachments.resolve(sample.input)).filter((text) => !isSaid(text))
  const answers = choicesOf(output)
    .flatMap(({ message }) => textsOf(attachments.resolve(message)))
    .filter((text) => !isSaid(text))
  return {
    ...(input.length > 0 && { input }),
    ...(answers.length > 0 && { output: answers }),
  }
}

/** The texts of a text, a message or a list of messages. */
function textsOf(value: JsonValue | undefined): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(textsOf)
  if (!isJsonObject(value)) return []
  return textsOf(value.content ?? value.text)
}
