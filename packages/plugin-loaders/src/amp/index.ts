import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LoadContext,
  type LoadedTrace,
  type LossRecorder,
  type Outcome,
  type Plugin,
  type SourceRecord,
} from '@sftkit/core'
import { anthropicContent } from '../anthropic/fields.ts'
import { readAnthropicContent } from '../anthropic/messages.ts'
import { roleOf } from '../chat/roles.ts'
import { breakOffLast, isCutOff, saysCutOff } from '../cut-off.ts'
import { detectAs } from '../detect/detect-as.ts'
import type { DraftMessage } from '../drafts.ts'
import { readListColumn } from '../json-column.ts'
import { changed, dropped, kept, list, object, time } from '../ledger/fields.ts'
import { recordFields } from '../ledger/record.ts'
import { loaderPlugin } from '../loader-plugin.ts'
import { createLosses } from '../losses.ts'
import { pairCalls } from '../pairing.ts'
import { createFacts, outcomeOf, ownMetadata, type SessionFacts, sum } from '../session/facts.ts'
import { readTime } from '../times.ts'
import { pick, readId, readText } from '../values.ts'
import { withPlainResults } from './results.ts'

/**
 * Threads of Amp: one document with messages in Anthropic's shape, whose results stand under `run`. The shape is known
 * from several readers of its thread files, not from a description of Amp's own.
 */
export function amp(): Plugin {
  return loaderPlugin({
    name: 'amp',
    looksFor: 'a document whose id begins with T-, with created and messages',
    detect: detectAs('amp'),
    repeats: (thread) => {
      const id = readId(thread.id)
      return id === undefined ? undefined : [id]
    },
    read: readThread,
  })
}

const fields = object({
  id: kept,
  v: dropped('of the file'),
  title: kept,
  created: time,
  updated: time,
  agentMode: kept,
  messages: list(
    object({
      role: kept,
      messageId: dropped('of a message'),
      id: dropped('of a message'),
      dtoMessageID: dropped('of a message'),
      content: anthropicContent,
      meta: object({ sentAt: time }, dropped('of a message')),
      state: object(
        { type: kept, stopReason: dropped('of one model call'), error: kept },
        dropped('of one model call'),
      ),
      usage: object({
        model: kept,
        inputTokens: kept,
        outputTokens: kept,
        cacheCreationInputTokens: kept,
        cacheReadInputTokens: kept,
        totalInputTokens: dropped('the sum of the others'),
        credits: dropped('what was paid'),
        maxInputTokens: dropped('a setting'),
        timestamp: dropped('of one model call'),
      }),
      turnElapsedMs: dropped('a duration'),
      userState: dropped("a state of the user's editor"),
      fileMentions: dropped('files beside the thread'),
      agentMode: dropped('the mode of the thread'),
      readAt: dropped('for display'),
      interrupted: changed('the outcome'),
    }),
  ),
  env: object({
    initial: object(
      {
        trees: list(
          object({
            uri: kept,
            displayName: dropped('for display'),
            repository: object({ url: kept, ref: kept, sha: kept, type: dropped('a kind of repository') }),
          }),
        ),
        cwd: kept,
        platform: dropped('of the computer'),
        tags: list(kept),
      },
      dropped('of the program'),
    ),
  }),
  meta: dropped("the program's own"),
  activatedSkills: dropped('what the program had loaded'),
  nextMessageId: dropped('a count'),
  creatorUserID: dropped('personal'),
  mainThreadID: kept,
  parentThreadID: kept,
  forkedFromThreadID: kept,
  relationships: dropped('links to other threads'),
  archived: dropped('for display'),
  '~debug': dropped("the program's own"),
})

function readThread({ value }: SourceRecord, context: LoadContext): LoadedTrace {
  const losses = createLosses()
  const drafts: DraftMessage[] = []
  const facts = createFacts()
  let outcome: Outcome = { status: 'unknown' }
  const list = readListColumn(value, 'messages', context, losses).map(withPlainResults)
  recordFields({ ...value, messages: list }, fields, losses)
  for (const [index, message] of list.entries()) {
    if (!isJsonObject(message)) continue
    drafts.push(...readMessage(message, `/messages/${index}`, facts, losses))
    outcome = outcomeAfter(message)
  }
  const session = readId(value.id)
  const parent =
    readId(value.forkedFromThreadID) ?? readId(value.parentThreadID) ?? readId(value.mainThreadID)
  const initial = isJsonObject(value.env) && isJsonObject(value.env.initial) ? value.env.initial : {}
  const startedAt = readTime(value.created)
  const endedAt = readTime(value.updated)
  const paths = {
    callId: 'messages[].content[](tool_use).id',
    resultId: 'messages[].content[](tool_result).toolUseID',
  }
  const messages = pairCalls(drafts, paths, losses)
  losses.flush(context)
  if (messages.length === 0) context.unreadable('The thread has no messages.')
  return {
    ...facts.fields(),
    ...(session !== undefined && { session, group: { session, ...(parent !== undefined && { parent }) } }),
    agent: 'amp',
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
    messages,
    outcome,
    ...ownMetadata(
      'amp',
      pick(value, ['title', 'agentMode', 'mainThreadID', 'parentThreadID', 'forkedFromThreadID']),
      pick(initial, ['cwd', 'tags']),
      treesOf(initial.trees),
      facts.otherModels(),
    ),
  }
}

function readMessage(
  message: JsonObject,
  place: string,
  facts: SessionFacts,
  losses: LossRecorder,
): DraftMessage[] {
  // Rows of role info tell the user something, such as the summary of an earlier thread that the model goes on from.
  const name = readText(message.role) ?? ''
  const role = name === 'info' ? 'user' : (roleOf(name) ?? 'user')
  if (name === 'info') losses.loss('messages[].role', 'changed', 'info read as user')
  const timestamp = facts.time(isJsonObject(message.meta) ? message.meta.sentAt : undefined)
  if (isJsonObject(message.usage)) {
    const { model, inputTokens, cacheCreationInputTokens, cacheReadInputTokens, outputTokens } = message.usage
    facts.model(model)
    const input = sum(inputTokens, cacheCreationInputTokens, cacheReadInputTokens)
    facts.spent({ input, output: outputTokens, calls: 1 })
  }
  const where = { path: 'messages[].content', place: `${place}/content` }
  const drafts = readAnthropicContent(role, message.content, where, { timestamp }, losses)
  const state = isJsonObject(message.state) ? message.state : {}
  const isCut = message.interrupted === true || isCutOff(state.type) || saysCutOff(state)
  if (role === 'assistant' && isCut) breakOffLast(drafts)
  return drafts
}

function outcomeAfter({ role, state, interrupted }: JsonObject): Outcome {
  const { type, error } = isJsonObject(state) ? state : {}
  if (type === 'cancelled' || interrupted === true) return outcomeOf('cancelled')
  if (type === 'error') return outcomeOf('errored', readText(isJsonObject(error) ? error.message : error))
  return outcomeOf(role === 'assistant' && type === 'complete' ? 'completed' : 'unknown')
}

function treesOf(value: JsonValue | undefined): JsonObject | undefined {
  if (!Array.isArray(value)) return undefined
  const trees = value.filter(isJsonObject).map((tree: JsonObject) => ({
    ...pick(tree, ['uri']),
    ...(isJsonObject(tree.repository) && pick(tree.repository, ['url', 'ref', 'sha'])),
  }))
  return trees.length === 0 ? undefined : { trees }
}
