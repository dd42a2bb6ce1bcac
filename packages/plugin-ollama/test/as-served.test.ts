import { type Example, isJsonObject } from '@sftkit/core'
import {
  assistant,
  buildTrace,
  describeContract,
  pluginContract,
  testRun,
  toolCall,
  user,
} from '@sftkit/testing'
import { describe, expect, test } from 'vitest'
import { ollama } from '../src/index.ts'

const tool = {
  type: 'function' as const,
  function: {
    strict: true,
    parameters: {
      properties: {
        to: { description: 'To.', type: 'string', minLength: 1 },
        from: { enum: ['a'], type: ['string'] },
      },
      type: 'object',
      additionalProperties: false,
      required: ['to'],
    },
    name: 'go',
    description: '',
  },
}

test('tools and arguments are written as Ollama shows them, and the ledger says so', async () => {
  const call = toolCall('go', { to: 'b', from: 'a', via: { z: 1, b: [{ y: 1, x: 2 }] } })
  const { rows, losses, drops } = await testRun({
    plugins: [ollama({ name: 'agent' })],
    traces: [
      buildTrace({
        tools: [tool],
        messages: [user('Go'), assistant('', { toolCalls: [call] }), assistant('Gone.')],
      }),
    ],
  })
  const [row] = Object.values(rows.example ?? {}).flat() as unknown as Example[]
  if (row?.kind !== 'chat') throw new Error('no chat')
  expect(JSON.stringify(row.tools?.[0])).toBe(
    '{"type":"function","function":{"name":"go","parameters":{"type":"object","required":["to"],"properties":{"from":{"type":"string","enum":["a"]},"to":{"type":"string","description":"To."}}}}}',
  )
  const args = row.messages[1]?.toolCalls?.[0]?.arguments
  expect(isJsonObject(args) && JSON.stringify(args)).toBe(
    '{"from":"a","to":"b","via":{"b":[{"x":2,"y":1}],"z":1}}',
  )
  expect(losses.map(({ field, kind }) => [field, kind])).toEqual(
    expect.arrayContaining([
      ['tools[].function', 'changed'],
      ['tools[].function.…strict', 'dropped'],
      ['tools[].function.…minLength', 'dropped'],
      ['tools[].function.…additionalProperties', 'dropped'],
      ['messages[].tool_calls[].function.arguments', 'changed'],
    ]),
  )
  // What is changed goes on, and is not also recorded as left out.
  expect(drops).toEqual([])
})

test('what Ollama shows as it is stays as it is', async () => {
  const { losses } = await testRun({
    plugins: [ollama({ name: 'agent' })],
    traces: [
      buildTrace({
        messages: [
          user('Go'),
          assistant('', { toolCalls: [toolCall('go', { a: 1, b: 2 })] }),
          assistant('Gone.'),
        ],
      }),
    ],
  })
  expect(losses).toEqual([])
})

describeContract(
  { describe, it: test },
  'ollama',
  pluginContract(ollama, {
    validOptions: [{ name: 'agent' }],
    wrongOptions: [
      { name: 'a b' },
      { name: 'agent', quantization: 'q9' },
      { name: 'agent', target: 'cloud' },
    ],
    run: { format: 'example' },
  }),
)
