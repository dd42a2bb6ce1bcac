import type { ContentPart, JsonObject, JsonValue, LossRecorder, Message, ToolDefinition } from '@sftkit/core'
import { createToolsReader } from '../chat/tools.ts'
import { readContent } from '../content.ts'
import { type DraftCall, type DraftMessage, draftMessage } from '../drafts.ts'
import { pairCalls } from '../pairing.ts'
import type { Row, Turn } from './row.ts'

export interface Conversation {
  readonly messages: Message[]
  readonly tools?: readonly ToolDefinition[]
  /** Numbers of the messages that the tool wrote in a person's name. */
  readonly harness: readonly number[]
  readonly failedCalls: readonly string[]
  /** Of each call with one, the agent that did the work. */
  readonly agents: ReadonlyMap<string, string>
  /** Of each result that was too large to be shown, the file that has it all. */
  readonly saved: ReadonlyMap<string, string>
  /** Of each response, what its last row says. */
  readonly usage: readonly JsonObject[]
}

/** A response that further rows may add to. */
interface OpenResponse {
  readonly draft: DraftMessage
  readonly parts: ContentPart[]
  readonly reasoning: string[]
  readonly calls: DraftCall[]
  usage: JsonObject | undefined
}

/** A result, by the number of its message. */
interface PlacedResult {
  readonly place: number
  readonly agent: string | undefined
  readonly failed: boolean
}

const RESULT_ID = 'user.message.content[](tool_result).tool_use_id'
const CALL_ID = 'assistant.message.content[](tool_use).id'

/**
 * The messages of a path's rows.
 *
 * @param isCopied whether a row, by its place among them, is one of another path's: its messages are learned there
 * @param given the row that says what the model was told, and with which tools
 * @param learned false: nothing of it was written for the user, so nothing is learned
 */
export function readConversation(
  rows: readonly Row[],
  isCopied: (place: number) => boolean,
  given: Pick<Row, 'systemPrompt' | 'tools'> | undefined,
  learned: boolean,
  losses: LossRecorder,
): Conversation {
  const drafts: DraftMessage[] = []
  const responses: OpenResponse[] = []
  const open = new Map<string, OpenResponse>()
  const isRepeated = createRepeatedCalls(rows)
  const harness: number[] = []
  const results: PlacedResult[] = []
  let partial: OpenResponse | undefined
  let merged = 0
  if (given?.systemPrompt != null) drafts.push(draftMessage('system', systemText(given.systemPrompt, losses)))

  const addResults = ({ said, callId: ofRow, agent }: Turn, marks: Marks): void => {
    for (const { callId, content, failed } of said.results) {
      results.push({ place: drafts.length, agent, failed })
      drafts.push(draftMessage('tool', content, { toolCallId: callId ?? ofRow, ...marks }))
    }
  }
  const addUser = (turn: Turn, marks: Marks): void => {
    addResults(turn, marks)
    const { parts, results: found } = turn.said
    if (parts.length === 0 && found.length > 0) return
    if (found.length === 0 && !turn.harness) open.clear()
    if (turn.harness) harness.push(drafts.length)
    drafts.push(draftMessage('user', contentOf(parts), marks))
  }
  const addResponse = (turn: Turn, marks: Marks): void => {
    const known = (turn.messageId === undefined ? undefined : open.get(turn.messageId)) ?? partial
    const response = known ?? newResponse(turn, marks, learned)
    if (known === undefined) {
      if (turn.harness) harness.push(drafts.length)
      responses.push(response)
      drafts.push(response.draft)
    } else merged++
    for (const part of turn.said.parts) response.parts.push(part)
    for (const text of turn.said.reasoning) response.reasoning.push(text)
    for (const call of turn.said.calls) {
      if (isRepeated(call)) losses.loss(CALL_ID, 'changed', 'a call written twice: read once')
      else response.calls.push({ ...call })
    }
    finish(response)
    if (turn.cut) response.draft.train = false
    // What the program writes in the model's name is no call of the model.
    if (turn.model !== '<synthetic>') response.usage = turn.usage ?? response.usage
    if (turn.messageId !== undefined) open.set(turn.messageId, response)
    partial = turn.messageId !== undefined && PARTIAL.test(turn.messageId) ? response : undefined
    addResults(turn, marks)
  }
  for (const [place, { turn, timestamp }] of rows.entries()) {
    const marks = { timestamp, copied: isCopied(place) || undefined }
    if (turn?.role === 'assistant') addResponse(turn, marks)
    else if (turn !== undefined) {
      partial = undefined
      addUser(turn, marks)
    }
  }
  if (merged > 0) losses.loss('assistant.message.id', 'changed', 'rows with one id are one message', merged)
  const messages = pairCalls(drafts, { callId: CALL_ID, resultId: RESULT_ID }, losses)
  return {
    messages,
    ...readTools(given?.tools, losses),
    ...ofResults(results, messages),
    harness,
    usage: responses.map(({ usage }) => usage).filter((usage) => usage !== undefined),
  }
}

/** iFlow writes a response in several rows with ids of their own; all but the last name the call that follows. */
const PARTIAL = /^response-\d+-tool-/

/** What all messages of a row bear. */
interface Marks {
  readonly timestamp: string | undefined
  readonly copied: true | undefined
}

function newResponse({ synthetic }: Turn, marks: Marks, learned: boolean): OpenResponse {
  const train = learned && !synthetic && marks.copied === undefined ? undefined : false
  return {
    draft: draftMessage('assistant', '', { ...marks, train }),
    parts: [],
    reasoning: [],
    calls: [],
    usage: undefined,
  }
}

function finish({ draft, parts, reasoning, calls }: OpenResponse): void {
  draft.content = contentOf(parts)
  if (reasoning.length > 0)
    draft.reasoning = reasoning.length === 1 ? (reasoning[0] as string) : reasoning.join('\n')
  if (calls.length > 0) draft.toolCalls = calls
}

function contentOf(parts: readonly ContentPart[]): DraftMessage['content'] {
  const [only] = parts
  if (only === undefined) return ''
  return parts.length === 1 && only.type === 'text' ? only.text : parts
}

/** Says whether the same call, by id, name and arguments, stood in a row before and has no result of its own. */
function createRepeatedCalls(rows: readonly Row[]): (call: DraftCall) => boolean {
  const answers = new Map<string, number>()
  for (const { turn } of rows)
    for (const { callId } of turn?.said.results ?? [])
      if (callId !== undefined) answers.set(callId, (answers.get(callId) ?? 0) + 1)
  const before = new Map<string, { readonly call: DraftCall; count: number }>()
  return (call) => {
    const known = call.id === '' ? undefined : before.get(call.id)
    if (known === undefined) {
      before.set(call.id, { call, count: 1 })
      return false
    }
    const same =
      known.count >= (answers.get(call.id) ?? 0) &&
      known.call.name === call.name &&
      JSON.stringify(known.call.arguments) === JSON.stringify(call.arguments)
    if (!same) known.count++
    return same
  }
}

function systemText(value: JsonValue, losses: LossRecorder): DraftMessage['content'] {
  const list = Array.isArray(value) ? value : [value]
  return readContent(list, 'attachment.systemPrompt', '', losses).content
}

function readTools(
  value: JsonValue | undefined,
  losses: LossRecorder,
): { tools?: readonly ToolDefinition[] } {
  const tools = value === undefined ? undefined : createToolsReader()(value, 'attachment.tools', losses)
  return tools === undefined ? {} : { tools }
}

/** How near to a result's beginning the name stands. */
const SAVED_NEAR = 1000
const SAVED = /tool-results[\\/]([\w.-]+)/

function ofResults(
  results: readonly PlacedResult[],
  messages: readonly Message[],
): Pick<Conversation, 'failedCalls' | 'agents' | 'saved'> {
  const failedCalls: string[] = []
  const agents = new Map<string, string>()
  const saved = new Map<string, string>()
  for (const { place, agent, failed } of results) {
    const { toolCallId: id, content } = messages[place] as Message
    if (id === undefined) continue
    if (failed) failedCalls.push(id)
    if (agent !== undefined) agents.set(id, agent)
    const start = typeof content === 'string' ? content.slice(0, SAVED_NEAR) : ''
    const name = start.includes('tool-results') ? SAVED.exec(start)?.[1] : undefined
    if (name !== undefined) saved.set(id, name)
  }
  return { failedCalls, agents, saved }
}
