import type { ModelAnswer, ModelCall } from '@sftkit/plugin-ollama'
import pc from 'picocolors'
import { visible } from '../conversation.ts'

/** Shows a conversation as it comes: answers and calls on stdout, all else on stderr. */
export interface AnswerScreen {
  piece(text: string, kind: 'text' | 'reasoning'): void
  answer(answer: ModelAnswer): void
  result(call: ModelCall, content: string, from: ResultOrigin): void
}

/** The dataset, the person, or nobody. */
export type ResultOrigin = 'recorded' | 'typed' | 'stub'

export function answerLines(): AnswerScreen {
  let last: 'text' | 'reasoning' | undefined
  const out = (text: string): void => void process.stdout.write(text)
  const aside = (text: string): void => void process.stderr.write(text)
  return {
    piece(text, kind) {
      if (last === 'reasoning' && kind === 'text') aside('\n')
      last = kind
      if (kind === 'text') out(visible(text))
      else aside(pc.dim(visible(text)))
    },
    answer({ calls, broken, end }) {
      if (last === 'text') out('\n')
      else if (last === 'reasoning') aside('\n')
      last = undefined
      for (const { name, arguments: args } of calls)
        out(`${pc.cyan('→')} ${visible(name)} ${visible(JSON.stringify(args))}\n`)
      for (const text of broken) aside(`${pc.yellow('a call that cannot be read:')} ${visible(text)}\n`)
      if (end === 'length') aside(`${pc.yellow('It did not stop by itself.')}\n`)
      if (end === 'cancelled') aside(`${pc.dim('stopped')}\n`)
    },
    result(_, content, from) {
      aside(`${pc.dim(`← ${from}: ${visible(content)}`)}\n`)
    },
  }
}

/** One object a line: `{type: 'answer', …}` and `{type: 'result', …}`. */
export function answerObjects(): AnswerScreen {
  const line = (object: object): void => void process.stdout.write(`${JSON.stringify(object)}\n`)
  return {
    piece: () => undefined,
    answer: (answer) => line({ type: 'answer', ...answer }),
    result: ({ name, arguments: args }, content, from) =>
      line({ type: 'result', name, arguments: args, content, from }),
  }
}
