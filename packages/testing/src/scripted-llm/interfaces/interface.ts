import { answerTo, type Usage } from '../answers.ts'
import type { ScriptedLlmOptions, ScriptedQuestion, ScriptedToolCall } from '../options.ts'

/** One of the interfaces that the server speaks: how a question is put, and how its answer looks. */
export interface Interface {
  question(body: Record<string, unknown>): ScriptedQuestion
  answer(question: ScriptedQuestion, name: string, options: ScriptedLlmOptions): Answered
  /** Whether a question is answered piece by piece. */
  streams(question: ScriptedQuestion): boolean
  readonly streamType: string
  /** The pieces of a stream, as they stand in its body. */
  pieces(answer: Answered): string[]
}

export interface Answered {
  readonly body: Record<string, unknown>
  readonly usage: Usage
  /** As it is said piece by piece. */
  readonly words: readonly string[]
  readonly toolCalls: readonly Required<ScriptedToolCall>[]
}

/** A server-sent event. */
export const event = (data: unknown, name?: string): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`

/** Words with the space before them; at least one piece, so that streams of an empty answer say so. */
function wordsOf(text: string): string[] {
  return text.match(/\s*\S+\s*$|\s*\S+|\s+/g) ?? ['']
}

function callsOf(calls: readonly ScriptedToolCall[] | undefined, name: string): Required<ScriptedToolCall>[] {
  return (calls ?? []).map((call, at) => ({ id: `call_${name.slice(0, 8)}_${at}`, ...call }))
}

/** What is answered, in the body that an interface gives it. */
export function answered(
  question: ScriptedQuestion,
  name: string,
  options: ScriptedLlmOptions,
  body: (
    given: ReturnType<typeof answerTo>,
    calls: readonly Required<ScriptedToolCall>[],
  ) => Record<string, unknown>,
): Answered {
  const given = answerTo(question, name, options)
  const toolCalls = callsOf(given.toolCalls, name)
  return {
    body: body(given, toolCalls),
    usage: {
      prompt_tokens: given.inputTokens,
      completion_tokens: given.outputTokens,
      total_tokens: given.inputTokens + given.outputTokens,
    },
    words: wordsOf(given.text),
    toolCalls,
  }
}

/** Content as one text. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return JSON.stringify(content)
  return (content as readonly { text?: unknown; content?: unknown }[])
    .map((block) => (typeof block.text === 'string' ? block.text : JSON.stringify(block)))
    .join('\n')
}
