import { hash } from 'node:crypto'
import type { ScriptedAnswer, ScriptedLlmOptions, ScriptedQuestion } from './options.ts'

/** A number from 0 to 1 that follows from a text. */
export function drawn(text: string): number {
  return Number.parseInt(hash('sha256', text, 'hex').slice(0, 12), 16) / 2 ** 48
}

/** What is answered to a question: by nothing but the question. */
export function answerTo(
  question: ScriptedQuestion,
  name: string,
  options: ScriptedLlmOptions,
): Required<Omit<ScriptedAnswer, 'refusal' | 'toolCalls'>> & Pick<ScriptedAnswer, 'refusal' | 'toolCalls'> {
  const { faults = {}, answer = echo } = options
  const given = answer(question)
  const whole: ScriptedAnswer = typeof given === 'string' ? { text: given } : given
  const draw = drawn(`answer ${name}`)
  const cutOff = faults.cutOff ?? 0
  const empty = cutOff + (faults.empty ?? 0)
  const malformed = empty + (faults.malformed ?? 0)
  const struck: ScriptedAnswer =
    draw < cutOff
      ? { ...whole, text: whole.text.slice(0, whole.text.length / 2), finish: 'length' }
      : draw < empty
        ? { ...whole, text: '' }
        : draw < malformed
          ? { ...whole, text: `I would rather say: ${whole.text.replaceAll(/[{}[\]"]/g, ' ')}` }
          : whole
  const characters = question.messages.reduce((sum, { content }) => sum + content.length, 0)
  return {
    text: struck.text,
    finish: struck.finish ?? (struck.toolCalls === undefined ? 'stop' : 'tool_calls'),
    inputTokens: struck.inputTokens ?? Math.ceil(characters / 4),
    outputTokens: struck.outputTokens ?? Math.ceil(struck.text.length / 4),
    ...(struck.refusal !== undefined && { refusal: struck.refusal }),
    ...(struck.toolCalls !== undefined && { toolCalls: struck.toolCalls }),
  }
}

function echo(question: ScriptedQuestion): string {
  const last = question.messages.at(-1)?.content ?? ''
  const text = `About ${last.slice(0, 40)} ${hash('sha256', last, 'hex').slice(0, 8)}`
  return question.response_format === undefined ? text : JSON.stringify({ answer: text })
}

/** Tokens, in OpenAI's words. */
export interface Usage {
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly total_tokens: number
}

/** A chat completion, as OpenAI's api reference describes it. */
export function completion(
  question: ScriptedQuestion,
  name: string,
  options: ScriptedLlmOptions,
): Record<string, unknown> & {
  usage: Usage
} {
  const { text, finish, refusal, toolCalls, inputTokens, outputTokens } = answerTo(question, name, options)
  return {
    id: `chatcmpl-${name}`,
    object: 'chat.completion',
    created: 1_700_000_000,
    model: question.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: refusal === undefined ? text : null,
          refusal: refusal ?? null,
          ...(toolCalls !== undefined && {
            tool_calls: toolCalls.map((call, at) => ({
              id: call.id ?? `call_${name.slice(0, 8)}_${at}`,
              type: 'function',
              function: { name: call.name, arguments: JSON.stringify(call.arguments) },
            })),
          }),
        },
        finish_reason: finish,
        logprobs: null,
      },
    ],
    usage: {
      prompt_tokens: inputTokens,
      completion_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
    },
  }
}
