import type { ScriptedAnswer, ScriptedQuestion } from '@sftkit/testing'

/** What the scripted model says in a conversation of two turns: it calls a tool, and answers with its result. */
export function weather({ messages }: ScriptedQuestion): ScriptedAnswer {
  const said = messages.map(({ content }) => content).join('\n')
  return said.includes('4 C')
    ? { text: 'It is 4 C in Oslo, so take a coat.' }
    : { text: 'Let me look.', toolCalls: [{ name: 'get_weather', arguments: { city: 'Oslo' } }] }
}

export const TOOL = {
  name: 'get_weather',
  description: 'Tells the weather.',
  schema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
}

export const KEY = 'sk-test-0123456789abcdefghijkl'
