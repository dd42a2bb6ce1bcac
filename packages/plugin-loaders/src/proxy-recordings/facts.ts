import { isJsonObject, type JsonObject, type LoadedTrace, type Message, type Outcome } from '@sftkit/core'
import { isCutOff } from '../cut-off.ts'
import { pick, readNumber, readText } from '../values.ts'
import type { ReadExchange } from './exchange.ts'
import { SESSION_HEADERS } from './fields.ts'

const HOW: Readonly<Record<string, Outcome['status']>> = {
  stop: 'completed',
  end_turn: 'completed',
  stop_sequence: 'completed',
  length: 'limit',
  max_tokens: 'limit',
  model_context_window_exceeded: 'limit',
}

const ENDS: Readonly<Record<string, Outcome['status']>> = {
  'client-gone': 'cancelled',
  stopped: 'cancelled',
  unfinished: 'cancelled',
  'upstream-gone': 'errored',
  unreachable: 'errored',
}

/** What the line says of a trace beside its messages. */
export function factsOf(
  { line, answer, whole, status }: ReadExchange,
  finish: string | undefined,
): Omit<LoadedTrace, 'messages'> {
  const startedAt = readText(line.started)
  const request = isJsonObject(line.request) ? line.request : {}
  const headers = isJsonObject(request.headers) ? request.headers : {}
  const session = SESSION_HEADERS.map((name) => readText(headers[name])).find((id) => id !== undefined)
  const end = readText(line.end) ?? ''
  const failed = status !== undefined && status >= 400
  const said = messageOf(answer.error) ?? (whole ? undefined : readText(line.error))
  const error = failed ? [`HTTP ${status}`, ...(said === undefined ? [] : [said])].join(': ') : said
  const ended = whole ? undefined : ENDS[end]
  const known = failed || answer.error != null ? 'errored' : (ended ?? HOW[finish ?? ''] ?? 'unknown')
  const about = {
    ...pick(line, ['id', 'api']),
    ...pick(request, ['path']),
    ...(status !== undefined && { status }),
    ...(end !== 'complete' && { end }),
    ...(finish !== undefined && { finish_reason: finish }),
    ...(headers['user-agent'] !== undefined && { user_agent: headers['user-agent'] }),
  }
  const endedAt = endOf(startedAt, readNumber(line.ms))
  return {
    ...(session !== undefined && { session, group: { session } }),
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
    outcome: { status: known, ...(error !== undefined && { error }) },
    metadata: { 'proxy-recordings': about as JsonObject },
  }
}

function messageOf(error: unknown): string | undefined {
  return isJsonObject(error) ? (readText(error.message) ?? readText(error.type)) : readText(error)
}

function endOf(startedAt: string | undefined, ms: number | undefined): string | undefined {
  const at = Date.parse(startedAt ?? '')
  return Number.isNaN(at) || ms === undefined ? undefined : new Date(at + ms).toISOString()
}

/**
 * The messages of a call, its answer the last of them. Only the answer is learned: what the request repeats was learned
 * where it was answered, or was never said by a model. An answer that was cut off, also by a limit of tokens, is not learned.
 *
 * @param finish why the model says that it ended
 */
export function asked(
  messages: readonly Message[],
  answers: number,
  whole: boolean,
  finish: unknown,
): { readonly messages: readonly Message[] } {
  const from = messages.length - answers
  return {
    messages: messages.map((message, at) => {
      if (message.role !== 'assistant') return message
      if (at < from) return { ...message, train: false, copied: true }
      return whole && !isCutOff(finish) ? message : { ...message, train: false }
    }),
  }
}
