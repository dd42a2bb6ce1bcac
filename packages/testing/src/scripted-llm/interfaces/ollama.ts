import type { ScriptedQuestion } from '../options.ts'
import { answered, type Interface } from './interface.ts'

/** Ollama's own chat, see its api reference: a stream where nothing else is asked for. */
export const ollama: Interface = {
  question: (body) => body as ScriptedQuestion,
  answer: (question, name, options) =>
    answered(question, name, options, ({ text, finish, inputTokens, outputTokens }, calls) => ({
      model: question.model,
      created_at: '2023-11-14T22:13:20Z',
      message: {
        role: 'assistant',
        content: text,
        ...(calls.length > 0 && {
          tool_calls: calls.map((call) => ({ function: { name: call.name, arguments: call.arguments } })),
        }),
      },
      done: true,
      done_reason: finish,
      prompt_eval_count: inputTokens,
      eval_count: outputTokens,
    })),
  streams: ({ stream }) => stream !== false,
  streamType: 'application/x-ndjson',
  pieces({ body, words, toolCalls }) {
    const { message, done, done_reason, prompt_eval_count, eval_count, ...about } = body
    const { tool_calls } = message as { tool_calls?: unknown }
    const line = (fields: object): string => `${JSON.stringify({ ...about, ...fields })}\n`
    return [
      ...words.map((content) => line({ message: { role: 'assistant', content }, done: false })),
      ...(toolCalls.length > 0
        ? [line({ message: { role: 'assistant', content: '', tool_calls }, done: false })]
        : []),
      line({ message: { role: 'assistant', content: '' }, done, done_reason, prompt_eval_count, eval_count }),
    ]
  },
}
