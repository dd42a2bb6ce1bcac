import { type Context, type Llm, messageText, sftError, silentLogger, type Trace } from '@sftkit/core'
import type { MeasureContext, MeasuredCall } from './types.ts'

/** What a measure gets beside the trace; all of it may be left out outside a run. */
export type MeasureSurroundings = Partial<Pick<Context, 'log' | 'signal'> & { readonly llm: Llm }>

/** What measures look at, of one trace. Nothing is computed before it is asked for. */
export function measureContext(trace: Trace, around: MeasureSurroundings = {}): MeasureContext {
  const { log = silentLogger, signal = new AbortController().signal, llm = noLlm } = around
  let calls: readonly MeasuredCall[] | undefined
  return {
    trace,
    messages: trace.messages,
    get toolCalls() {
      calls ??= callsOf(trace)
      return calls
    },
    get finalAnswer() {
      return finalAnswerOf(trace)
    },
    outcome: trace.outcome,
    usage: trace.usage,
    get durationMs() {
      return durationOf(trace)
    },
    llm,
    log,
    signal,
  }
}

const noLlm: Llm = {
  ask() {
    throw sftError('SFT_LLM_MISSING', 'A measure asks a model, and outside a run nobody can.')
  },
}

/** Ids may repeat in a session: a result answers the last call before it that has its id. */
function callsOf({ messages }: Trace): readonly MeasuredCall[] {
  const calls: { -readonly [K in keyof MeasuredCall]: MeasuredCall[K] }[] = []
  const latest = new Map<string, number>()
  for (const [at, message] of messages.entries()) {
    for (const { id, name, arguments: args, argumentsText } of message.toolCalls ?? []) {
      latest.set(id, calls.length)
      calls.push({
        name,
        arguments: args,
        ...(argumentsText !== undefined && { argumentsText }),
        message: at,
      })
    }
    if (message.role !== 'tool' || message.toolCallId === undefined) continue
    const call = calls[latest.get(message.toolCallId) ?? -1]
    if (call !== undefined) call.result = messageText(message)
  }
  return calls
}

function finalAnswerOf({ messages }: Trace): string {
  for (const message of messages.toReversed()) {
    if (message.role !== 'assistant') continue
    const text = messageText(message).trim()
    if (text !== '') return text
  }
  return ''
}

function durationOf({ startedAt, endedAt, messages }: Trace): number | undefined {
  const all = [startedAt, ...messages.map(({ timestamp }) => timestamp), endedAt]
  const times = all.flatMap((time) => {
    const number = time === undefined ? Number.NaN : Date.parse(time)
    return Number.isNaN(number) ? [] : number
  })
  if (times.length < 2) return undefined
  const { first, last } = times.reduce(
    (range, time) => ({ first: Math.min(range.first, time), last: Math.max(range.last, time) }),
    { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY },
  )
  return last - first
}
