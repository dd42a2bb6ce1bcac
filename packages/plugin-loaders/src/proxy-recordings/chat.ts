import { isJsonObject, type JsonObject, type JsonValue, type LoadedTrace, type Usage } from '@sftkit/core'
import { readChatMessages } from '../chat/messages.ts'
import { type ToolsReader, withTools } from '../chat/tools.ts'
import { recordFields } from '../ledger/record.ts'
import type { LossLedger } from '../losses.ts'
import { readNumber, readText } from '../values.ts'
import type { ReadExchange } from './exchange.ts'
import { asked, factsOf } from './facts.ts'
import { chatAnswer, chatRequest } from './fields.ts'

/** A call of Chat Completions: one trace for each of its choices. */
export function readChat(exchange: ReadExchange, readTools: ToolsReader, losses: LossLedger): LoadedTrace[] {
  const { messages } = exchange.request
  const choices = choicesOf(exchange.answer)
  const found = choices.length === 0 ? [{}] : choices
  return found.map(({ message, finish_reason: finish }) =>
    readTurns(
      exchange,
      Array.isArray(messages) ? (messages as readonly JsonValue[]) : [],
      isJsonObject(message) ? message : undefined,
      readText(finish),
      readTools,
      losses,
    ),
  )
}

/** A call of Completions: the prompt as the user's message, the text as the answer. */
export function readCompletion(
  exchange: ReadExchange,
  readTools: ToolsReader,
  losses: LossLedger,
): LoadedTrace[] {
  const { prompt } = exchange.request
  if (typeof prompt !== 'string') {
    losses.loss('request.body.prompt', 'dropped', 'no single text')
    return []
  }
  losses.loss('request.body.prompt', 'changed', 'read as a message of role user')
  const found = choicesOf(exchange.answer)
  return (found.length === 0 ? [{}] : found).map(({ text, finish_reason: finish }) =>
    readTurns(
      exchange,
      [{ role: 'user', content: prompt }],
      typeof text === 'string' ? { role: 'assistant', content: text } : undefined,
      readText(finish),
      readTools,
      losses,
    ),
  )
}

function choicesOf(answer: JsonObject): JsonObject[] {
  return Array.isArray(answer.choices) ? (answer.choices as readonly JsonValue[]).filter(isJsonObject) : []
}

/** A call whose messages are those of Chat Completions. */
export function readTurns(
  exchange: ReadExchange,
  request: readonly JsonValue[],
  answer: JsonObject | undefined,
  finish: string | undefined,
  readTools: ToolsReader,
  losses: LossLedger,
): LoadedTrace {
  const { request: body, answer: whole } = exchange
  recordFields(body, chatRequest, losses, 'request.body')
  recordFields(whole, chatAnswer, losses, 'answer')
  const list = answer === undefined ? request : [...request, { role: 'assistant', ...answer }]
  const { messages, tools: moved } = readChatMessages(
    list,
    'request.body.messages',
    losses,
    '/request/body/messages',
  )
  const tools = readTools(
    body.tools ?? body.functions,
    body.tools == null ? 'request.body.functions' : 'request.body.tools',
    losses,
  )
  const model = readText(whole.model) ?? readText(body.model)
  const usage = readUsage(whole)
  return {
    ...factsOf(exchange, finish),
    ...(model !== undefined && { model }),
    ...asked(messages, answer === undefined ? 0 : 1, exchange.whole, finish),
    ...withTools(tools, moved),
    ...(usage !== undefined && { usage }),
  }
}

function readUsage(answer: JsonObject): Usage | undefined {
  const usage = isJsonObject(answer.usage) ? answer.usage : {}
  const inputTokens = readNumber(usage.prompt_tokens) ?? readNumber(answer.prompt_eval_count)
  const outputTokens = readNumber(usage.completion_tokens) ?? readNumber(answer.eval_count)
  const totalTokens = readNumber(usage.total_tokens)
  const costUsd = readNumber(usage.cost)
  if (inputTokens === undefined && outputTokens === undefined) return undefined
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    ...(totalTokens !== undefined && { totalTokens }),
    ...(costUsd !== undefined && { costUsd }),
  }
}
