import type { RowMessage } from './messages.ts'

/** Words that no template writes by itself: where one of them is in a text, the template kept the part it stood in. */
export const WORDS = {
  system: 'zqsystem',
  user: 'zquser',
  userLater: 'zqlater',
  answer: 'zqanswer',
  beside: 'zqbeside',
  reasoning: 'zqreason',
  reasoningLast: 'zqfinal',
  name: 'zqname',
  key: 'zqkey',
  value: 'zqvalue',
  nameTwo: 'zqother',
  valueTwo: 'zqsecond',
  result: 'zqresult',
  resultTwo: 'zqoutcome',
  end: 'zqend',
} as const

/** A conversation that shows what a template does with one part. */
export interface Probe {
  readonly messages: readonly RowMessage[]
  readonly tools?: readonly unknown[]
}

export type ProbeName =
  | 'plain'
  | 'turns'
  | 'system'
  | 'call'
  | 'calls'
  | 'beside'
  | 'reasoning'
  | 'reasoningCall'

const tool = {
  type: 'function',
  function: {
    name: WORDS.name,
    description: 'A tool.',
    parameters: { type: 'object', properties: { [WORDS.key]: { type: 'string' } }, required: [WORDS.key] },
  },
}
const otherTool = { ...tool, function: { ...tool.function, name: WORDS.nameTwo } }

const user: RowMessage = { role: 'user', content: WORDS.user }
const answer: RowMessage = { role: 'assistant', content: WORDS.answer }

function calling(content: string, ...calls: (readonly [name: string, value: string])[]): RowMessage {
  return {
    role: 'assistant',
    content,
    tool_calls: calls.map(([name, value], at) => ({
      id: `call_${at + 1}00000`,
      type: 'function',
      function: { name, arguments: { [WORDS.key]: value } },
    })),
  }
}

function result(at: number, name: string, content: string): RowMessage {
  return { role: 'tool', tool_call_id: `call_${at}00000`, name, content }
}

const one = [WORDS.name, WORDS.value] as const

/** What templates are tried with. Tools are listed only where they are called: lists of them change other words. */
export const PROBES: Readonly<Record<ProbeName, Probe>> = {
  plain: { messages: [user, answer] },
  turns: {
    messages: [
      user,
      answer,
      { role: 'user', content: WORDS.userLater },
      { role: 'assistant', content: WORDS.end },
    ],
  },
  system: { messages: [{ role: 'system', content: WORDS.system }, user, answer] },
  call: {
    tools: [tool],
    messages: [
      user,
      calling('', one),
      result(1, WORDS.name, WORDS.result),
      { role: 'assistant', content: WORDS.end },
    ],
  },
  calls: {
    tools: [tool, otherTool],
    messages: [
      user,
      calling('', one, [WORDS.nameTwo, WORDS.valueTwo]),
      result(1, WORDS.name, WORDS.result),
      result(2, WORDS.nameTwo, WORDS.resultTwo),
      { role: 'assistant', content: WORDS.end },
    ],
  },
  beside: {
    tools: [tool],
    messages: [
      user,
      calling(WORDS.beside, one),
      result(1, WORDS.name, WORDS.result),
      { role: 'assistant', content: WORDS.end },
    ],
  },
  reasoning: {
    messages: [
      user,
      { ...answer, reasoning_content: WORDS.reasoning },
      { role: 'user', content: WORDS.userLater },
      { role: 'assistant', content: WORDS.end, reasoning_content: WORDS.reasoningLast },
    ],
  },
  reasoningCall: {
    tools: [tool],
    messages: [
      user,
      { ...calling('', one), reasoning_content: WORDS.reasoning },
      result(1, WORDS.name, WORDS.result),
      { role: 'assistant', content: WORDS.end, reasoning_content: WORDS.reasoningLast },
    ],
  },
}
