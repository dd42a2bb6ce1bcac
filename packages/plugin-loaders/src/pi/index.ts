import {
  foldRepeats,
  type JsonObject,
  type LoadContext,
  type LoadedTrace,
  type Plugin,
  type SourceSet,
} from '@sftkit/core'
import { detectAs } from '../detect/detect-as.ts'
import { type DraftMessage, draftMessage } from '../drafts.ts'
import { recordFields } from '../ledger/record.ts'
import { loaderPlugin } from '../loader-plugin.ts'
import { createLosses, type LossLedger } from '../losses.ts'
import { pairCalls } from '../pairing.ts'
import { readId, readText } from '../values.ts'
import { type Context, contextsOf, leavesOf, pathTo } from './contexts.ts'
import { type Entry, readSections, type Section } from './entries.ts'
import { readEvents } from './events.ts'
import { entryFields } from './fields.ts'
import { readEntryMessage } from './messages.ts'
import { answersOf, modelOf, outcomeOf, usageOf } from './runs.ts'
import { idsOf, readSession, type Session } from './session.ts'

/**
 * Sessions of Pi, and of OpenClaw and others that write its format, in every version. Each branch of the tree is a
 * trace, and so is each context that was summed up; what they share is marked as copied.
 */
export function pi(): Plugin {
  return loaderPlugin({
    name: 'pi',
    looksFor: 'a line of type session with an id, then lines of type message, model_change and others',
    detect: detectAs('pi'),
    repeats: (record) => {
      if (record.type !== 'session') return undefined
      const { id, parent } = idsOf(record)
      const ids = [id, parent].filter((key) => key !== undefined)
      return ids.length === 0 ? undefined : ids
    },
    open,
  })
}

async function* open(file: SourceSet, context: LoadContext): AsyncGenerator<LoadedTrace> {
  const records: JsonObject[] = []
  for await (const { value } of file.records()) records.push(value)
  for (const section of readSections(records)) {
    const losses = createLosses()
    const traces = readTraces(section, losses)
    losses.flush(context)
    yield* traces
  }
}

function readTraces(section: Section, losses: LossLedger): readonly LoadedTrace[] {
  const session = withPrompt(readSession(section.headers, losses), section)
  const messages = new Map<Entry, DraftMessage>()
  for (const entry of section.entries) {
    const { type: _, ...value } = entry.value
    recordFields(value, entryFields(entry.type), losses, `(${entry.type})`)
    const message = readEntryMessage(entry, losses)
    if (message !== undefined) messages.set(entry, message)
  }
  const isMessage = (entry: Entry): boolean => messages.has(entry)
  const leaves = leavesOf(section, isMessage)
  const paths = leaves.map(pathTo)
  const answered = paths.filter((path) => path.some((entry) => messages.get(entry)?.role === 'assistant'))
  // A branch on which nothing was answered is no run: what it says goes to the event log.
  const runs = answered.length > 0 ? answered : paths.slice(0, 1)
  const inTraces = new Set(runs.flat().filter(isMessage))
  const events = readEvents(section.entries, (entry) => inTraces.has(entry))
  const counted = new Set<Entry>()
  const contexts = runs.map((path) => contextsOf(path, section, isMessage))
  recordUnused(section.entries, contexts.flat(), losses)
  const traces = runs.flatMap((path, run) =>
    (contexts[run] ?? []).map((part) => {
      const isLast = run === 0 && !part.isCompacted
      const leaf = runs.length > 1 ? readId(path.at(-1)?.value.id) : undefined
      const about = traceOf(part, session, messages, counted, losses)
      return {
        ...about,
        group: { ...session.group, ...(leaf !== undefined && { attempt: leaf }) },
        ...(isLast && events.length > 0 && { events }),
      }
    }),
  )
  return traces.length > 0 ? foldRepeats(traces) : [emptyTrace(session, events)]
}

/** A summary that cut nothing off, or does not say what, begins no context: the session goes on as one trace. */
function recordUnused(entries: readonly Entry[], contexts: readonly Context[], losses: LossLedger): void {
  const used = new Set(contexts.map(({ summary }) => summary))
  const unused = entries.filter(
    (entry) => entry.type === 'compaction' && readText(entry.value.summary) !== undefined && !used.has(entry),
  )
  if (unused.length > 0)
    losses.loss(
      '(compaction).summary',
      'changed',
      'an event: it cut nothing off, or not known what',
      unused.length,
    )
}

/** Some harnesses write the prompt as an entry, which is in the event log too. */
function withPrompt(session: Session, { entries }: Section): Session {
  const init = entries.find(({ type }) => type === 'session_init')
  const prompt = session.prompt ?? readText(init?.value.systemPrompt)
  return { ...session, prompt }
}

const PAIRING = {
  callId: '(message).message(assistant).content[](toolCall).id',
  resultId: '(message).message(toolResult).toolCallId',
}

function traceOf(
  { summary, entries, repeated, isCompacted }: Context,
  session: Session,
  messages: ReadonlyMap<Entry, DraftMessage>,
  counted: Set<Entry>,
  losses: LossLedger,
): LoadedTrace {
  const drafts: DraftMessage[] = session.prompt === undefined ? [] : [draftMessage('system', session.prompt)]
  if (summary !== undefined) {
    const { value, timestamp } = summary
    drafts.push(
      draftMessage('user', readText(value.summary) ?? '', {
        name: 'compaction-summary',
        timestamp,
        copied: true,
      }),
    )
  }
  for (const [index, entry] of entries.entries()) {
    const draft = messages.get(entry)
    if (draft !== undefined) drafts.push(ownDraft(draft, index < repeated))
  }
  const answers = answersOf(entries)
  // What several branches share was paid for once.
  const own = entries.filter((entry) => !counted.has(entry))
  for (const entry of own) counted.add(entry)
  const usage = usageOf(answersOf(own))
  const model = modelOf(answers) ?? session.model
  const endedAt = entries.findLast(({ timestamp }) => timestamp !== undefined)?.timestamp
  const metadata = { ...session.metadata, ...(isCompacted && { ended: 'compacted' }) }
  return {
    ...aboutSession(session, metadata),
    ...(model !== undefined && { model }),
    ...(endedAt !== undefined && { endedAt }),
    messages: pairCalls(drafts, PAIRING, losses),
    ...(!isCompacted && { outcome: outcomeOf(answers) }),
    ...(usage !== undefined && { usage }),
  }
}

/** The pairing writes ids into the drafts, and several traces share them. */
function ownDraft(draft: DraftMessage, isRepeated: boolean): DraftMessage {
  return {
    ...draft,
    ...(draft.toolCalls !== undefined && { toolCalls: draft.toolCalls.map((call) => ({ ...call })) }),
    ...(isRepeated && { copied: true, ...(draft.role === 'assistant' && { train: false }) }),
  }
}

function emptyTrace(session: Session, events: LoadedTrace['events']): LoadedTrace {
  return {
    ...aboutSession(session, session.metadata),
    ...(session.model !== undefined && { model: session.model }),
    messages: [],
    ...(events !== undefined && events.length > 0 && { events }),
  }
}

function aboutSession({ id, group, startedAt, tools }: Session, metadata: JsonObject): LoadedTrace {
  return {
    ...(id !== undefined && { session: id }),
    group,
    agent: typeof metadata.harness === 'string' ? metadata.harness : 'pi',
    ...(startedAt !== undefined && { startedAt }),
    messages: [],
    ...(tools !== undefined && { tools }),
    ...(Object.keys(metadata).length > 0 && { metadata: { pi: metadata } }),
  }
}
