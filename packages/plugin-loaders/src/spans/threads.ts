import type { ToolDefinition } from '@sftkit/core'
import { breakOffLast, isCutOff } from '../cut-off.ts'
import { type DraftCall, type DraftMessage, draftMessage } from '../drafts.ts'
import { createLosses, type LossLedger } from '../losses.ts'
import {
  joinInto,
  type KnownAnswers,
  mergeAnswer,
  mergePieces,
  regroupAnswers,
  rememberAnswer,
} from './merge.ts'
import { beginningKeys, isAlmostSame, messageKey, nextKey } from './same.ts'
import type { Span } from './span.ts'
import type { ToolRuns } from './tool-runs.ts'
import type { SpanTree } from './tree.ts'

/** A conversation, as far as the calls of the model tell it. */
export interface Thread {
  messages: DraftMessage[]
  /** The calls that it was read from, in their order. */
  readonly spans: Span[]
  tools: readonly ToolDefinition[] | undefined
  readonly losses: LossLedger
  /** The keys of its beginnings, as the source tells them, as far as they were asked for. */
  chain: string[]
  /** What it is found by. */
  ends: readonly string[]
}

/**
 * Makes conversations of a session's model calls. A call whose input goes on from what an earlier one said is the same
 * conversation, which it replaces; one without an input, or with nothing but results, is added to the last one of the
 * same agent. Everything else begins a new one: another agent, a judge, an input that was shortened.
 *
 * @param spans in the order of their times
 */
export function createThreads(spans: readonly Span[], tree: SpanTree, runs: ToolRuns): Thread[] {
  const threads: Thread[] = []
  const byEnd = new Map<string, Thread>()
  const lastOfAgent = new Map<string, Thread>()
  const answers: KnownAnswers = new Map()
  /** Threads whose keys are to be made when somebody asks for them. */
  const changed = new Set<Thread>()
  for (const span of spans) {
    const agent = agentKey(span, tree)
    const previous = lastOfAgent.get(agent)
    const turn = readTurn(span, answers, runs)
    const { output } = turn
    const input = turn.input.length === 0 && previous === undefined ? promptAround(span, tree) : turn.input
    const keys = beginningKeys(input)
    if (input.length > 0) for (const thread of changed) register(thread, byEnd)
    if (input.length > 0) changed.clear()
    let thread = input.length === 0 ? previous : continued(input, keys, byEnd, previous)
    if (thread === undefined) {
      thread = { messages: [], spans: [], tools: undefined, losses: createLosses(), chain: [''], ends: [] }
      threads.push(thread)
    }
    for (const key of thread.ends) if (byEnd.get(key) === thread) byEnd.delete(key)
    changed.add(thread)
    if (startsAnew(input) || thread.messages.length === 0) {
      thread.messages = withRicherCopies(input, thread.messages)
      thread.chain = keys
    } else {
      addResults(thread, runs, span.start?.at)
      for (const message of input) append(thread, message, true)
    }
    for (const [index, message] of output.entries())
      append(thread, message, index === 0 && input.length === 0)
    thread.spans.push(span)
    thread.tools = span.tools ?? thread.tools
    span.losses.flush(thread.losses)
    lastOfAgent.set(agent, thread)
  }
  return threads
}

function register(thread: Thread, byEnd: Map<string, Thread>): void {
  thread.ends = endKeys(thread)
  for (const key of thread.ends) byEnd.set(key, thread)
}

/** The agent whose call it is, as far as the source tells: the span around it. */
function agentKey(span: Span, tree: SpanTree): string {
  const parent = tree.parentOf(span)
  return parent?.id === undefined ? `trace ${span.traceId}` : `${span.traceId} ${parent.id}`
}

/** What the agent around a call without an input was asked. */
function promptAround(span: Span, tree: SpanTree): DraftMessage[] {
  const asked = tree.nearest('asked', span, ({ input }) => input.length > 0)
  if (asked === undefined) return []
  span.losses.loss('spans(agent).input', 'changed', 'read as the input of the calls inside')
  return asked.input.map((message) => ({ ...message }))
}

const PATH = 'messages'

/** A call's input and output, each answer as one message. */
function readTurn(
  span: Span,
  answers: KnownAnswers,
  runs: ToolRuns,
): { readonly input: DraftMessage[]; readonly output: DraftMessage[] } {
  const { losses } = span
  const input = mergePieces(regroupAnswers(span.input, answers, PATH, losses), PATH, losses)
  const isRun = span.kind !== 'model'
  const hasResult = ({ toolCalls = [] }: DraftMessage): boolean => toolCalls.some((call) => runs.has(call))
  const said = mergeAnswer(span.output, PATH, losses, isRun ? hasResult : undefined)
  const output = isRun ? withoutInput(said, input) : said
  for (const message of output) {
    rememberAnswer(answers, message)
    // An answer is there when its call ends; those of an agent's run were given before.
    if (!isRun && span.end !== undefined) message.timestamp ??= span.end.text
  }
  if (!isRun && isCutOff(span.finish)) breakOffLast(output)
  return { input, output }
}

/** A framework's step often gives back the whole conversation. */
function withoutInput(output: readonly DraftMessage[], input: readonly DraftMessage[]): DraftMessage[] {
  const repeats =
    input.length > 0 &&
    output.length >= input.length &&
    input.every((message, place) => messageKey(message) === messageKey(output[place] as DraftMessage))
  return repeats ? output.slice(input.length) : [...output]
}

/** Whether an input tells the conversation from its beginning. */
function startsAnew(input: readonly DraftMessage[]): boolean {
  return input.some(({ role }) => role !== 'tool')
}

/** The thread that an input goes on from. */
function continued(
  input: readonly DraftMessage[],
  keys: readonly string[],
  byEnd: ReadonlyMap<string, Thread>,
  previous: Thread | undefined,
): Thread | undefined {
  if (!startsAnew(input)) return previous !== undefined && hasOpenCall(previous, input) ? previous : undefined
  for (let length = input.length; length > 0; length--) {
    const exact = byEnd.get(keys[length] ?? '')
    if (exact !== undefined) return exact
    const next = input[length]
    const almost = byEnd.get(`${keys[length]}…`)
    const last = almost?.messages.at(-1)
    if (next !== undefined && last !== undefined && isAlmostSame(last, next)) return almost
  }
  return undefined
}

function hasOpenCall(thread: Thread, results: readonly DraftMessage[]): boolean {
  const calls = thread.messages.at(-1)?.toolCalls ?? []
  return results.every(
    ({ toolCallId }) => toolCallId === undefined || calls.some(({ id }) => id === toolCallId),
  )
}

/** The keys by which a conversation is found again: that of all its messages, and that of those before its answer. */
function endKeys({ messages, chain }: Thread): string[] {
  if (messages.length === 0) return []
  completeChain({ messages, chain })
  const own = chain[messages.length] ?? ''
  const answered = messages.at(-1)?.role === 'assistant' && messages.length > 1
  return answered ? [own, `${chain[messages.length - 1]}…`] : [own]
}

/** An input repeats earlier answers without their reasoning and times, some with other ids of their calls. */
function withRicherCopies(input: readonly DraftMessage[], earlier: readonly DraftMessage[]): DraftMessage[] {
  return input.map((message, place) => {
    const before = earlier[place]
    if (before?.role === message.role) {
      if (before.reasoning !== undefined) message.reasoning ??= before.reasoning
      if (before.timestamp !== undefined) message.timestamp ??= before.timestamp
      if (before.train !== undefined) message.train ??= before.train
      takeIds(message.toolCalls ?? [], before.toolCalls ?? [])
    }
    return message
  })
}

/** The ids of an answer as it was given are those that its results name. */
function takeIds(calls: readonly DraftCall[], given: readonly DraftCall[]): void {
  if (calls.length !== given.length) return
  for (const [place, call] of calls.entries()) {
    const { id = '' } = given[place] ?? {}
    if (id !== '') call.id = id
  }
}

/** Adds a message. @param joins whether an answer right after an answer is a part of it */
function append(thread: Thread, message: DraftMessage, joins = false): void {
  const { messages, chain } = thread
  const last = messages.at(-1)
  if (!joins || last?.role !== 'assistant' || message.role !== 'assistant') {
    messages.push(message)
    return
  }
  thread.losses.loss('spans(model)', 'changed', 'calls of the model without an input, merged into one answer')
  messages[messages.length - 1] = joinInto(last, message)
  chain.length = Math.min(chain.length, messages.length)
}

export function completeChain({ messages, chain }: Pick<Thread, 'messages' | 'chain'>): void {
  while (chain.length <= messages.length)
    chain.push(nextKey(chain.at(-1) ?? '', messages[chain.length - 1] as DraftMessage))
}

/** Results of the last answer's calls from the tools' spans, as far as they had begun before the next call. */
function addResults(thread: Thread, runs: ToolRuns, before?: number): void {
  const last = thread.messages.findLastIndex(({ role }) => role === 'assistant')
  for (const result of missingResults(thread, last, runs, before)) append(thread, result)
}

/**
 * Puts the results that only the tools' spans hold behind their calls, and marks the spans whose calls and results the
 * messages hold.
 */
export function fillResults(thread: Thread, runs: ToolRuns): void {
  const filled: DraftMessage[] = []
  for (let index = 0; index < thread.messages.length; index++) {
    const message = thread.messages[index] as DraftMessage
    filled.push(message)
    if (message.toolCalls === undefined) continue
    const missing = missingResults(thread, index, runs)
    while (thread.messages[index + 1]?.role === 'tool') filled.push(thread.messages[++index] as DraftMessage)
    filled.push(...missing)
  }
  thread.messages = filled
}

function missingResults(thread: Thread, place: number, runs: ToolRuns, before?: number): DraftMessage[] {
  const calls = thread.messages[place]?.toolCalls ?? []
  if (calls.length === 0) return []
  const results: DraftMessage[] = []
  for (let index = place + 1; thread.messages[index]?.role === 'tool'; index++)
    results.push(thread.messages[index] as DraftMessage)
  if (before === undefined) alignIds(calls, results, thread)
  const answered = new Set(results.map(({ toolCallId }) => toolCallId))
  const withoutId = results.filter(({ toolCallId }) => toolCallId === undefined).length
  return calls.flatMap((call, order) => {
    if ((call.id !== '' && answered.has(call.id)) || order < withoutId) {
      if (before === undefined) runs.see(call)
      return []
    }
    const run = runs.take(call, before)
    if (run?.tool?.result === undefined) return []
    run.losses.flush(thread.losses)
    thread.losses.loss('spans(tool)', 'changed', 'a result taken from the span of its tool')
    return [resultOf(run, call.id)]
  })
}

/** Results that name none of the calls before them, as many as there are unanswered calls, answer those in order. */
function alignIds(calls: readonly DraftCall[], results: readonly DraftMessage[], { losses }: Thread): void {
  const ids = new Set(calls.map(({ id }) => id))
  const named = new Set(results.map(({ toolCallId }) => toolCallId))
  const strangers = results.filter(({ toolCallId }) => toolCallId !== undefined && !ids.has(toolCallId))
  const open = calls.filter(({ id }) => !named.has(id))
  if (strangers.length === 0 || strangers.length !== open.length) return
  for (const [place, result] of strangers.entries()) {
    const id = open[place]?.id ?? ''
    if (id === '') continue
    result.toolCallId = id
    losses.loss('messages[].tool_call_id', 'changed', 'the id of no call: paired by order')
  }
}

/** A tool's run as the message of its result. */
export function resultOf({ tool, end, name }: Span, callId: string): DraftMessage {
  return draftMessage('tool', tool?.result ?? '', {
    toolCallId: callId === '' ? undefined : callId,
    name: tool?.name ?? name,
    timestamp: end?.text,
  })
}
