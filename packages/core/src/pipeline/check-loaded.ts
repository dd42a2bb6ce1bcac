import { parseArguments } from '../data/arguments.ts'
import { isJsonObject } from '../data/json.ts'
import type { Message, ToolCall } from '../data/message.ts'
import { misfitOfTrace, misfitText } from '../data/shape.ts'
import type { LoadedTrace } from '../data/trace.ts'
import { type ErrorPlace, sftError } from '../errors/error.ts'
import type { LossRecorder } from '../plugin/types.ts'

/**
 * What a loader returned, once it is sure to be a trace: later stages rely on its shape. Arguments that are text are
 * parsed, as the first-party loaders do it.
 *
 * @throws SFT_PLUGIN_RESULT with the field, what it is and what it should be
 */
export function checkLoaded(
  loaded: LoadedTrace,
  loss: LossRecorder['loss'],
  place: () => ErrorPlace,
): LoadedTrace {
  const trace = withParsedArguments(loaded, loss)
  const wrong = misfitOfTrace(trace)
  if (wrong !== undefined) {
    const message = `The loader returned a trace of another shape: ${misfitText(wrong)}.`
    throw sftError('SFT_PLUGIN_RESULT', message, { ...place(), hook: 'load' })
  }
  for (const name of ['startedAt', 'endedAt'] as const)
    if (!isTime(trace[name])) loss(name, 'changed', 'no time that can be read: kept as text')
  return trace
}

const ISO_DAY = /^\d{4}-\d\d-\d\d/
const DIGITS = /^\d+(?:\.\d+)?$/

function isTime(text: string | undefined): boolean {
  return text === undefined || ISO_DAY.test(text) || DIGITS.test(text) || !Number.isNaN(Date.parse(text))
}

/** The same trace where all arguments are objects, as they mostly are. */
function withParsedArguments(loaded: LoadedTrace, loss: LossRecorder['loss']): LoadedTrace {
  const messages: unknown = (loaded as LoadedTrace | undefined)?.messages
  if (!Array.isArray(messages) || !someNeedParsing(messages)) return loaded
  const parsed = (messages as readonly Message[]).map((message) =>
    needsParsing(message)
      ? { ...message, toolCalls: message.toolCalls?.map((call) => parsedCall(call, loss)) }
      : message,
  )
  // The event log may be a getter: it stays one.
  return Object.create(Object.getPrototypeOf(loaded), {
    ...Object.getOwnPropertyDescriptors(loaded),
    messages: { value: parsed, enumerable: true, configurable: true, writable: true },
  }) as LoadedTrace
}

function someNeedParsing(messages: readonly Message[]): boolean {
  for (const message of messages) if (needsParsing(message)) return true
  return false
}

function needsParsing(message: Message | undefined): boolean {
  const calls: unknown = message?.toolCalls
  if (calls === undefined || !Array.isArray(calls)) return false
  for (const call of calls) if (isUnparsed(call)) return true
  return false
}

/** What is missing altogether has another name there, most likely. */
function isUnparsed(call: unknown): boolean {
  if (typeof call !== 'object' || call === null) return false
  const given = (call as Partial<ToolCall>).arguments
  return given !== undefined && !isJsonObject(given)
}

function parsedCall(call: ToolCall, loss: LossRecorder['loss']): ToolCall {
  if (!isUnparsed(call)) return call
  const { changed, ...parsed } = parseArguments(call.arguments)
  if (changed !== undefined) loss('messages[].toolCalls[].arguments', 'changed', changed)
  return { ...call, ...parsed }
}
