import {
  type FieldLedger,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LoadContext,
  type LoadedTrace,
  type Plugin,
  type SourceRecord,
} from '@sftkit/core'
import { createToolsReader, type ToolsReader, withTools } from '../chat/tools.ts'
import { breakOffLast, isCutOff } from '../cut-off.ts'
import { detectAs } from '../detect/detect-as.ts'
import { textOf } from '../detect/shape.ts'
import { draftMessage } from '../drafts.ts'
import { draftItems, pairItems } from '../histories/items.ts'
import { loaderPlugin } from '../loader-plugin.ts'
import { createLosses } from '../losses.ts'
import { readOwnRow } from '../row-metadata.ts'
import { readTime } from '../times.ts'
import { readId } from '../values.ts'
import { type Bodies, findBodies } from './bodies.ts'
import { conversationOf } from './conversation.ts'
import { readOutcome } from './outcome.ts'
import { responsesRepeats } from './repeats.ts'
import { isPartOfStream } from './stream.ts'
import { readUsage } from './usage.ts'

/** Calls of the Responses interface: bodies of requests and responses, pairs of them, rows that sftkit wrote. */
export function responses(): Plugin {
  const readTools = createToolsReader()
  return loaderPlugin({
    name: 'responses',
    looksFor: 'input or output as a list of Responses items, also under request, response or body',
    detect: detectAs('responses'),
    repeats: responsesRepeats,
    read: (record, context) => readCall(record, context, readTools),
  })
}

function readCall(
  { value }: SourceRecord,
  context: LoadContext,
  readTools: ToolsReader,
): LoadedTrace | undefined {
  if (isPartOfStream(value)) {
    const why = 'a part of a stream: the response at its end repeats it'
    context.loss(`(${textOf(value.type).slice(0, 60)})`, 'dropped', why)
    return undefined
  }
  const losses = createLosses()
  const trace = readBodies(findBodies(value, losses), readTools, losses)
  losses.flush(context)
  return trace
}

/** What a call of the model makes as a trace. The fields of its bodies are recorded by the caller. */
export function readBodies(
  { request = {}, response = {}, customId }: Bodies,
  readTools: ToolsReader,
  losses: FieldLedger,
): LoadedTrace {
  const { messages, moved } = readMessages(request, response, losses)
  const tools = readTools(request.tools ?? response.tools, 'tools', losses)
  const facts = readFacts(request, response, customId)
  const outcome = readOutcome(response)
  const usage = readUsage(response.usage)
  return {
    ...facts,
    messages,
    ...withTools(tools, moved),
    ...(outcome !== undefined && { outcome }),
    ...(usage !== undefined && { usage }),
  }
}

function readMessages(
  request: JsonObject,
  response: JsonObject,
  losses: FieldLedger,
): { messages: LoadedTrace['messages']; moved: NonNullable<LoadedTrace['tools']> } {
  const instructions = request.instructions ?? response.instructions
  const lists = [
    readList(instructions, 'instructions', 'system', losses),
    readList(request.input ?? response.input, 'input', 'user', losses),
    // A record that is both bodies has its output once.
    readList(response.output ?? request.output, 'output', 'assistant', losses),
  ]
  if (isCutOff(response.status ?? request.status)) breakOffLast(lists[2]?.drafts ?? [])
  // Read one by one: a turn that ended the input does not go on in the output.
  const drafts = lists.flatMap((list) => list.drafts)
  return {
    messages: pairItems(drafts, { path: '[]', pointer: '' }, losses),
    moved: lists.flatMap((list) => list.tools),
  }
}

/** Items, or a text as one message of the role that speaks there. */
function readList(
  value: JsonValue | undefined,
  key: string,
  role: 'system' | 'user' | 'assistant',
  losses: FieldLedger,
): ReturnType<typeof draftItems> {
  if (typeof value === 'string') {
    if (value === '') return { drafts: [], tools: [] }
    losses.loss(key, 'changed', `a text read as a message of role ${role}`)
    return { drafts: [draftMessage(role, value)], tools: [] }
  }
  if (isJsonObject(value)) return draftItems([value], { path: key, pointer: `/${key}` }, losses)
  if (!Array.isArray(value)) return { drafts: [], tools: [] }
  return draftItems(value as readonly JsonValue[], { path: `${key}[]`, pointer: `/${key}` }, losses)
}

function readFacts(
  request: JsonObject,
  response: JsonObject,
  customId: string | undefined,
): Omit<LoadedTrace, 'messages'> {
  const first = (key: string): string | undefined => readId(response[key]) ?? readId(request[key])
  const time = (key: string): string | undefined => readTime(response[key]) ?? readTime(request[key])
  const id = first('id')
  const conversation = conversationOf(request) ?? conversationOf(response)
  const own = response.metadata ?? request.metadata
  const ownRow = readOwnRow(own)
  const session = ownRow?.session ?? conversation ?? id
  const parent = first('previous_response_id')
  const model = first('model')
  const startedAt = time('created_at')
  const endedAt = time('completed_at')
  const asked = request.metadata
  const metadata = {
    ...(id !== undefined && id !== session && { id }),
    ...(customId !== undefined && { custom_id: customId }),
    ...(own != null && { metadata: own }),
    ...(asked != null && asked !== own && { request_metadata: asked }),
    ...(isJsonObject(response.error) && { error: response.error }),
  }
  return {
    ...(session !== undefined && { session }),
    ...((session ?? parent) !== undefined && {
      group: {
        ...(session !== undefined && { session }),
        ...(parent !== undefined && { parent }),
        ...ownRow?.group,
      },
    }),
    ...(model !== undefined && { model }),
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(Object.keys(metadata).length > 0 && { metadata: { responses: metadata } }),
  }
}
