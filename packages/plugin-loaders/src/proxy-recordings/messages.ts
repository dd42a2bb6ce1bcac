import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LoadedTrace,
  messageText,
  type Usage,
} from '@sftkit/core'
import { readAnthropicContent } from '../anthropic/messages.ts'
import { roleOf } from '../chat/roles.ts'
import { type ToolsReader, withTools } from '../chat/tools.ts'
import { type DraftMessage, draftMessage } from '../drafts.ts'
import { recordFields } from '../ledger/record.ts'
import type { LossLedger } from '../losses.ts'
import { pairCalls } from '../pairing.ts'
import { readNumber, readText } from '../values.ts'
import type { ReadExchange } from './exchange.ts'
import { asked, factsOf } from './facts.ts'
import { messagesAnswer, messagesRequest } from './fields.ts'

/** A call of Anthropic's Messages. */
export function readMessages(
  exchange: ReadExchange,
  readTools: ToolsReader,
  losses: LossLedger,
): LoadedTrace[] {
  const { request, answer } = exchange
  recordFields(request, messagesRequest, losses, 'request.body')
  recordFields(answer, messagesAnswer, losses, 'answer')
  const list = Array.isArray(request.messages) ? (request.messages as readonly JsonValue[]) : []
  const drafts = [
    ...systemOf(request.system, losses),
    ...list.flatMap((message, at) =>
      isJsonObject(message)
        ? draftsOf(message, 'request.body.messages[]', `/request/body/messages/${at}`, losses)
        : [],
    ),
  ]
  const said = Array.isArray(answer.content) && answer.content.length > 0
  const answers = said
    ? draftsOf({ role: 'assistant', content: answer.content }, 'answer', '/answer', losses)
    : []
  const paths = {
    callId: 'messages[].content[](tool_use).id',
    resultId: 'messages[].content[](tool_result).tool_use_id',
  }
  const messages = pairCalls([...drafts, ...answers], paths, losses)
  const model = readText(answer.model) ?? readText(request.model)
  const usage = readUsage(answer.usage)
  const facts = factsOf(exchange, readText(answer.stop_reason))
  const session = facts.session ?? sessionOf(request.metadata)
  return [
    {
      ...facts,
      ...(session !== undefined && { session, group: { session } }),
      ...(model !== undefined && { model }),
      ...asked(messages, answers.length, exchange.whole, answer.stop_reason),
      ...withTools(readTools(request.tools, 'request.body.tools', losses), []),
      ...(usage !== undefined && { usage }),
    },
  ]
}

function systemOf(system: JsonValue | undefined, losses: LossLedger): DraftMessage[] {
  if (system == null || system === '') return []
  const place = { path: 'request.body.system', place: '/request/body/system' }
  const read = readAnthropicContent('system', system, place, {}, losses)
  // Its blocks are one text in parts.
  return read.map((message) =>
    draftMessage('system', messageText(message as LoadedTrace['messages'][number])),
  )
}

function draftsOf(message: JsonObject, path: string, pointer: string, losses: LossLedger): DraftMessage[] {
  const role = roleOf(readText(message.role) ?? '') ?? 'user'
  return readAnthropicContent(
    role,
    message.content,
    { path: `${path}.content`, place: `${pointer}/content` },
    {},
    losses,
  )
}

/** Claude Code names the session in the user's id: at its end, or as JSON. */
function sessionOf(metadata: JsonValue | undefined): string | undefined {
  const user = isJsonObject(metadata) ? (readText(metadata.user_id) ?? '') : ''
  return /(?:_session_|"session_id"\s*:\s*")([0-9a-f-]{36})/.exec(user)?.[1]
}

function readUsage(usage: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(usage)) return undefined
  const input = ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'].map((key) =>
    readNumber(usage[key]),
  )
  const outputTokens = readNumber(usage.output_tokens)
  const counted = input.filter((count) => count !== undefined)
  return {
    ...(counted.length > 0 && { inputTokens: counted.reduce((sum, count) => sum + count, 0) }),
    ...(outputTokens !== undefined && { outputTokens }),
  }
}
