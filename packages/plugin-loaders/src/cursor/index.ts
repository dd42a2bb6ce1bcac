import {
  isJsonObject,
  type JsonObject,
  type LoadContext,
  type LoadedTrace,
  type Outcome,
  type Plugin,
  type SourceSet,
} from '@sftkit/core'
import { anthropicContent } from '../anthropic/fields.ts'
import { readAnthropicContent } from '../anthropic/messages.ts'
import { roleOf } from '../chat/roles.ts'
import { createToolsReader } from '../chat/tools.ts'
import { breakOffLast } from '../cut-off.ts'
import { detectAs } from '../detect/detect-as.ts'
import type { DraftMessage } from '../drafts.ts'
import { dropped, kept, object, time, variants } from '../ledger/fields.ts'
import { recordFields } from '../ledger/record.ts'
import { loaderPlugin } from '../loader-plugin.ts'
import type { LossLedger } from '../losses.ts'
import { pairCalls } from '../pairing.ts'
import { createFacts, outcomeOf, ownMetadata } from '../session/facts.ts'
import { readEach } from '../session/read-lines.ts'
import { readTime } from '../times.ts'
import { pick, readId, readText } from '../values.ts'

/** Transcripts of Cursor's agent: rows of role and message, with or without a head that names the session. */
export function cursor(): Plugin {
  return loaderPlugin({
    name: 'cursor',
    looksFor: 'lines of type cursor_session_meta, or of nothing but role and message',
    detect: detectAs('cursor'),
    repeats: (line) => {
      const session = line.type === 'cursor_session_meta' ? readId(line.session_id) : undefined
      return session === undefined ? undefined : [session]
    },
    open: readTranscript,
  })
}

/** Cursor's own databases: what they hold is not documented and changes. */
export function cursorStore(): Plugin {
  return loaderPlugin({
    name: 'cursor-store',
    looksFor: "Cursor's own databases: state.vscdb, store.db",
    detect: detectAs('cursor-store'),
    refuses:
      "Cursor's own store is not read. Export the chats, or load the agent's transcripts (agent-transcripts/*.jsonl).",
  })
}

const row = object({
  role: kept,
  timestamp: time,
  message: object({
    content: anthropicContent,
    role: kept,
    model: kept,
    id: dropped('an id of the service'),
  }),
})

const fields = variants(
  'type',
  {
    cursor_session_meta: object({
      source: dropped('always cursor'),
      session_id: kept,
      parent_session_id: kept,
      model: kept,
      cursor_scope: kept,
      title: kept,
      cwd: kept,
      created_at: time,
    }),
    cursor_available_tools: object({ tools: kept }),
    turn_ended: object({ timestamp: time }, kept),
  },
  row,
)

async function* readTranscript(set: SourceSet, context: LoadContext): AsyncGenerator<LoadedTrace> {
  yield* readEach(set.files, context, (lines, _, losses) => readRows(lines, losses))
}

function readRows(lines: readonly JsonObject[], losses: LossLedger): LoadedTrace {
  const drafts: DraftMessage[] = []
  const facts = createFacts()
  const readTools = createToolsReader()
  let head: JsonObject = {}
  let tools: LoadedTrace['tools']
  let outcome: Outcome = { status: 'unknown' }
  for (const [index, line] of lines.entries()) {
    recordFields(line, line.type === undefined ? row : fields, losses)
    const timestamp = facts.time(line.timestamp)
    if (line.type === 'cursor_session_meta') {
      head = { ...line, ...head }
      facts.model(line.model)
    } else if (line.type === 'cursor_available_tools') {
      tools = readTools(line.tools, '(cursor_available_tools).tools', losses) ?? tools
    } else if (line.type === 'turn_ended') {
      outcome = outcomeAfter(line)
      if (outcome.status === 'cancelled' || outcome.status === 'errored') breakOffLast(drafts)
      const { type, timestamp: _, ...data } = line
      facts.event(type, timestamp, data)
    } else if (isJsonObject(line.message)) {
      const role = roleOf(readText(line.role) ?? '') ?? 'user'
      const place = { path: 'message.content', place: `/${index + 1}/message/content` }
      facts.model(line.message.model)
      drafts.push(...readAnthropicContent(role, line.message.content, place, { timestamp }, losses))
      outcome = outcomeOf('unknown')
    }
  }
  const session = readId(head.session_id)
  const parent = readId(head.parent_session_id)
  const startedAt = readTime(head.created_at)
  const paths = {
    callId: 'message.content[](tool_use).id',
    resultId: 'message.content[](tool_result).tool_use_id',
  }
  return {
    ...facts.fields(),
    ...(session !== undefined && { session, group: { session, ...(parent !== undefined && { parent }) } }),
    agent: 'cursor',
    ...(startedAt !== undefined && { startedAt }),
    messages: pairCalls(drafts, paths, losses),
    ...(tools !== undefined && { tools }),
    outcome,
    ...ownMetadata('cursor', pick(head, ['cursor_scope', 'title', 'cwd']), facts.otherModels()),
  }
}

function outcomeAfter({ status, error }: JsonObject): Outcome {
  if (status === 'success' || status === 'completed') return outcomeOf('completed')
  if (status === 'error' || status === 'failed') return outcomeOf('errored', readText(error))
  return outcomeOf(status === 'aborted' || status === 'cancelled' ? 'cancelled' : 'unknown')
}
