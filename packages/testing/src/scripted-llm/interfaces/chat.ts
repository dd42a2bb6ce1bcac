import { completion } from '../answers.ts'
import type { ScriptedQuestion } from '../options.ts'
import { answered, event, type Interface } from './interface.ts'

/** OpenAI's Chat Completions. */
export const chat: Interface = {
  question: (body) => body as ScriptedQuestion,
  answer(question, name, options) {
    const body = completion(question, name, options)
    return { ...answered(question, name, options, () => body), usage: body.usage }
  },
  streams: ({ stream }) => stream === true,
  streamType: 'text/event-stream',
  pieces({ body, words, toolCalls, usage }) {
    const { choices, usage: _, ...about } = body
    const [choice] = choices as readonly { finish_reason: string }[]
    const chunk = (delta: object, finish: string | null = null): string =>
      event({
        ...about,
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta, finish_reason: finish, logprobs: null }],
      })
    return [
      chunk({ role: 'assistant', content: '' }),
      ...words.map((content) => chunk({ content })),
      ...toolCalls.flatMap(({ id, name, arguments: given }, index) => {
        const text = JSON.stringify(given)
        const half = Math.ceil(text.length / 2)
        return [
          chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
          chunk({ tool_calls: [{ index, function: { arguments: text.slice(0, half) } }] }),
          chunk({ tool_calls: [{ index, function: { arguments: text.slice(half) } }] }),
        ]
      }),
      chunk({}, choice?.finish_reason ?? 'stop'),
      event({ ...about, object: 'chat.completion.chunk', choices: [], usage }),
      event('[DONE]'),
    ]
  },
}
