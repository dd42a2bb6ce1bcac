import { expect, test } from 'vitest'
import { answerReader, readAnswer } from '../src/engine/read-answer.ts'

const names = new Set(['find', 'look_up'])
const find = { name: 'find', arguments: { q: 'a' } }
const read = (written: string) => readAnswer(written, names)

test.each([
  ['Hermes, Qwen', '<tool_call>\n{"name": "find", "arguments": {"q": "a"}}\n</tool_call>'],
  ['Qwen coder', '<tool_call>\n<function=find>\n<parameter=q>\na\n</parameter>\n</function>\n</tool_call>'],
  ['Mistral', '[TOOL_CALLS][{"name": "find", "arguments": {"q": "a"}}]'],
  ['Mistral, newer', '[TOOL_CALLS]find[ARGS]{"q": "a"}'],
  ['Phi-4-mini', '<|tool_call|>[{"name": "find", "arguments": {"q": "a"}}]<|/tool_call|>'],
  ['Llama 3', '{"name": "find", "parameters": {"q": "a"}}'],
  [
    'Llama 3, with its tag',
    '<|python_tag|>{"type": "function", "function": {"name": "find", "arguments": "{\\"q\\": \\"a\\"}"}}',
  ],
])('a call of %s', (_, written) => {
  expect(read(written)).toEqual({ text: '', reasoning: '', calls: [find], broken: [] })
})

test('text before calls, several calls, thinking before all', () => {
  const call = '<tool_call>\n{"name": "find", "arguments": {"q": "a"}}\n</tool_call>'
  expect(read(`<think>\nHm.\n</think>\n\nI look.\n${call}\n${call}`)).toEqual({
    text: 'I look.',
    reasoning: 'Hm.',
    calls: [find, find],
    broken: [],
  })
})

test('what is no call stays text, and a call that cannot be read is told', () => {
  expect(read('{"name": "delete_all", "parameters": {}}').calls).toEqual([])
  expect(read('{"answer": 4}').text).toBe('{"answer": 4}')
  expect(readAnswer('{"name": "find", "parameters": {}}', new Set()).calls).toEqual([])
  expect(read('<tool_call>\n{"name": "find", "arguments": {"q"\n</tool_call>')).toMatchObject({
    text: '',
    calls: [],
    broken: ['{"name": "find", "arguments": {"q"'],
  })
  expect(read('<tool_call>\n{"name": "find", "argum').broken).toHaveLength(1)
})

test.each(['', '<think>\n'])(
  'pieces add up to the answer, and nothing of a call is among them: %j',
  (given) => {
    const written = `${given === '' ? '<think>\n' : ''}So <b>.\n</think>\n\n2 < 3 and <too>.\n<tool_call>\n{"name": "find", "arguments": {"q": "a"}}\n</tool_call>`
    const told = { text: '', reasoning: '' }
    const tools = [...names].map((name) => ({ type: 'function', function: { name } }))
    const reader = answerReader(`<|im_start|>assistant\n${given}`, { tools }, (piece, kind) => {
      told[kind] += piece
    })
    for (const character of written) reader.add(character)
    const said = reader.end(written)
    expect(said).toEqual({ text: '2 < 3 and <too>.', reasoning: 'So <b>.', calls: [find], broken: [] })
    expect(told).toEqual({ text: said.text, reasoning: said.reasoning })
  },
)
