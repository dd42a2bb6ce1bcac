import type { ContentPart, LossRecorder } from '@sftkit/core'
import { type DraftMessage, draftMessage } from '../drafts.ts'
import { argumentsKey } from './same.ts'

/**
 * Joins the assistant messages that follow one another into one: tracers spread an answer over several (its reasoning,
 * its text, its calls).
 *
 * @param endsAtResults whether what follows a call with a known result is another answer: an agent's span lists the
 *   answers of a whole run, without the results between them
 */
export function mergeAnswer(
  output: readonly DraftMessage[],
  path: string,
  losses: LossRecorder,
  endsAtResults?: (message: DraftMessage) => boolean,
): DraftMessage[] {
  return joinRuns(output, path, losses, (last, message) => {
    const goesOn = message.content !== '' || message.reasoning !== undefined
    return !(goesOn && endsAtResults?.(last) === true)
  })
}

/** The same inside an input, where only pieces are joined: reasoning or calls without a text. */
export function mergePieces(
  input: readonly DraftMessage[],
  path: string,
  losses: LossRecorder,
): DraftMessage[] {
  return joinRuns(input, path, losses, (last, message) => message.content === '' || last.content === '')
}

function joinRuns(
  messages: readonly DraftMessage[],
  path: string,
  losses: LossRecorder,
  joins: (last: DraftMessage, message: DraftMessage) => boolean,
): DraftMessage[] {
  const runs: DraftMessage[][] = []
  for (const message of messages) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (last?.role === 'assistant' && message.role === 'assistant' && joins(last, message)) run?.push(message)
    else runs.push([message])
  }
  if (runs.length < messages.length)
    losses.loss(path, 'changed', 'parts of one answer merged into one message', messages.length - runs.length)
  return runs.map(joinMessages)
}

/** Several parts of one answer as one message. */
export function joinMessages(parts: readonly DraftMessage[]): DraftMessage {
  const [first] = parts
  if (parts.length === 1 && first !== undefined) return first
  const toolCalls = parts.flatMap((part) => part.toolCalls ?? [])
  const reasoning = parts.flatMap((part) => part.reasoning ?? [])
  return draftMessage('assistant', joinContents(parts.map(({ content }) => content)), {
    reasoning: reasoning.length === 0 ? undefined : reasoning.join('\n\n'),
    toolCalls: toolCalls.length === 0 ? undefined : toolCalls,
    name: parts.find(({ name }) => name !== undefined)?.name,
    timestamp: parts.find(({ timestamp }) => timestamp !== undefined)?.timestamp,
    train: parts.findLast(({ train }) => train !== undefined)?.train,
  })
}

const joined = new WeakSet<DraftMessage>()

/** The same for parts that come one by one: the message grows in place. */
export function joinInto(message: DraftMessage, part: DraftMessage): DraftMessage {
  if (!joined.has(message)) {
    const whole = joinMessages([message, part])
    joined.add(whole)
    return whole
  }
  if (part.train !== undefined) message.train = part.train
  if (part.content !== '') {
    if (typeof message.content === 'string') message.content = joinContents([message.content, part.content])
    else (message.content as ContentPart[]).push(...partsOf(part.content))
  }
  if (part.reasoning !== undefined)
    message.reasoning =
      message.reasoning === undefined ? part.reasoning : `${message.reasoning}\n\n${part.reasoning}`
  if (part.toolCalls !== undefined) {
    if (message.toolCalls === undefined) message.toolCalls = [...part.toolCalls]
    else message.toolCalls.push(...part.toolCalls)
  }
  return message
}

function partsOf(content: Content): readonly ContentPart[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}

type Content = string | readonly ContentPart[]

function joinContents(contents: readonly Content[]): Content {
  const spoken = contents.filter((content) => content !== '')
  if (spoken.length <= 1) return spoken[0] ?? ''
  return spoken.flatMap(partsOf)
}

/** The calls of answers that were seen as they were given, by each call's key. */
export type KnownAnswers = Map<string, DraftMessage>

export function rememberAnswer(answers: KnownAnswers, answer: DraftMessage): void {
  const calls = answer.toolCalls ?? []
  if (calls.length > 1) for (const call of calls) answers.set(callKey(call), answer)
}

function callKey({
  id,
  name,
  arguments: args,
  argumentsText,
}: NonNullable<DraftMessage['toolCalls']>[number]): string {
  return id === '' ? `${name}\n${argumentsKey(args, argumentsText)}` : `#${id}`
}

/**
 * Some frameworks record the calls of one answer one by one in the next input, each with its result: puts the calls
 * together again, before their results.
 */
export function regroupAnswers(
  input: readonly DraftMessage[],
  answers: KnownAnswers,
  path: string,
  losses: LossRecorder,
): DraftMessage[] {
  if (answers.size === 0) return [...input]
  const regrouped: DraftMessage[] = []
  for (let index = 0; index < input.length; index++) {
    const message = input[index] as DraftMessage
    const end = endOfAnswer(input, index, answers)
    if (end === index) {
      regrouped.push(message)
      continue
    }
    const scattered = input.slice(index, end + 1)
    const own = scattered.filter(({ role }) => role === 'assistant')
    losses.loss(path, 'changed', 'calls of one answer put together')
    regrouped.push(joinMessages(own), ...resultsInOrder(scattered))
    index = end
  }
  return regrouped
}

/** The place of the last message that belongs to the answer beginning at `from`; `from` itself where it is alone. */
function endOfAnswer(input: readonly DraftMessage[], from: number, answers: KnownAnswers): number {
  const first = input[from]
  const answer = answerOf(first, answers)
  const wanted = answer?.toolCalls?.length ?? 0
  let found = first?.toolCalls?.length ?? 0
  if (answer === undefined || found >= wanted) return from
  let end = from
  for (let index = from + 1; index < input.length; index++) {
    const message = input[index] as DraftMessage
    if (message.role === 'assistant') {
      if (found >= wanted || answerOf(message, answers) !== answer || message.content !== '') break
      found += message.toolCalls?.length ?? 0
    } else if (message.role !== 'tool') break
    end = index
  }
  return found === wanted ? end : from
}

function answerOf(message: DraftMessage | undefined, answers: KnownAnswers): DraftMessage | undefined {
  const [call] = message?.toolCalls ?? []
  return call === undefined ? undefined : answers.get(callKey(call))
}

/** Each result stood behind its own call, so that their order is that of the calls. */
function resultsInOrder(scattered: readonly DraftMessage[]): DraftMessage[] {
  let id: string | undefined
  return scattered.flatMap((message) => {
    if (message.role === 'assistant') {
      id = message.toolCalls?.length === 1 ? message.toolCalls[0]?.id : undefined
      return []
    }
    if (message.toolCallId === undefined && id !== undefined && id !== '') message.toolCallId = id
    return [message]
  })
}
