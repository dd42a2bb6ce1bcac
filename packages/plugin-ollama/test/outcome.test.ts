import { expect, test } from 'vitest'
import type { ModelAnswer, ModelCall } from '../src/engine/engine.ts'
import { figuresOf } from '../src/eval/figures.ts'
import { failedOutcome, outcomeOf } from '../src/eval/outcome.ts'

const TOOLS = [
  {
    type: 'function',
    function: {
      name: 'find',
      parameters: {
        type: 'object',
        required: ['q', 'deep'],
        properties: {
          q: { type: 'string', enum: ['a', 'b'] },
          n: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
          in: { type: 'array', items: { type: 'string' } },
        },
      },
    },
  },
  { type: 'function', function: { name: 'wait', parameters: { if: {} } } },
]
const find = (args: object): ModelCall => ({ name: 'find', arguments: { deep: true, ...args } })
const asked = (content: string, ...calls: readonly ModelCall[]) => ({
  chat: { messages: [{ role: 'user', content: 'Go' }], tools: TOOLS },
  reference: {
    role: 'assistant',
    content,
    ...(calls.length > 0 && { tool_calls: calls.map((call) => ({ function: call })) }),
  },
})
const said = (
  text: string,
  calls: readonly ModelCall[] = [],
  more: Partial<ModelAnswer> = {},
): ModelAnswer => ({
  ...{ text, reasoning: '', calls, broken: [], end: 'stop', tokens: 9 },
  ...more,
})

test('calls are the same in any order, of calls and of keys', () => {
  const turn = asked('', find({ q: 'a', in: ['x'] }), { name: 'wait', arguments: {} })
  const calls = [
    { name: 'wait', arguments: {} },
    { name: 'find', arguments: { in: ['x'], q: 'a', deep: true } },
  ]
  expect(outcomeOf(turn, said('', calls))).toMatchObject({ right: true, exact: true, made: 2, valid: 2 })
  expect(outcomeOf(turn, said('', calls.slice(1)))).toMatchObject({ exact: false, alike: false })
  expect(outcomeOf(turn, said('', [find({ q: 'b' }), ...calls.slice(0, 1)]))).toMatchObject({
    exact: false,
    alike: true,
    valid: 2,
  })
})

test.each([
  [{ q: 'a', n: 2 }, 1],
  [{ q: 'a', n: null, more: 1 }, 1],
  [{ q: 'c' }, 0],
  [{ q: 1 }, 0],
  [{ q: 'a', in: [1] }, 0],
  [{ q: 'a', n: 'two' }, 0],
  [{}, 0],
])('arguments %j fit the schema: %i', (args, valid) => {
  expect(outcomeOf(asked(''), said('', [find(args)])).valid).toBe(valid)
})

test('a call without what is required, of no known tool, or that cannot be read is not valid', () => {
  const calls = [
    { name: 'find', arguments: { q: 'a' } },
    { name: 'lose', arguments: {} },
    { name: 'wait', arguments: { any: 1 } },
  ]
  const outcome = outcomeOf(asked('', find({ q: 'a' })), said('', calls, { broken: ['{"name"'] }))
  expect(outcome).toMatchObject({ made: 4, valid: 1, exact: false, right: false })
})

test('text is alike but for spaces, capitals and the form of characters', () => {
  const turn = asked('Caf\u00e9 at  nine.')
  expect(outcomeOf(turn, said('Caf\u00e9 at  nine.\n'))).toMatchObject({
    exact: true,
    alike: true,
    right: true,
  })
  expect(outcomeOf(turn, said('cafe\u0301 at nine.'))).toMatchObject({
    exact: false,
    alike: true,
    right: true,
  })
  expect(outcomeOf(turn, said('Tea at nine.'))).toMatchObject({ alike: false, right: false })
  expect(outcomeOf(turn, said('Caf\u00e9 at  nine.', [find({ q: 'a' })]))).toMatchObject({ exact: false })
  expect(outcomeOf(turn, said('Caf\u00e9 at  nine.', [], { end: 'length' })).right).toBe(false)
})

test('figures add up', () => {
  const outcomes = [
    outcomeOf(asked('', find({ q: 'a' })), said('', [find({ q: 'a' })]), { nll: 1, tokens: 2 }),
    outcomeOf(asked('', find({ q: 'a' })), said('No.'), { nll: 5, tokens: 4 }),
    outcomeOf(asked('Yes.'), said('', [find({ q: 'z' })])),
    outcomeOf(asked('Yes.'), said('YES.', [], { end: 'length' })),
    failedOutcome(asked('Yes.'), 'too long'),
  ]
  expect(figuresOf(outcomes)).toEqual({
    turns: 5,
    right: 1,
    calls: { turns: 2, exact: 1, sameTools: 1, missed: 1 },
    text: { turns: 3, exact: 0, alike: 1, called: 1 },
    made: { calls: 2, valid: 1 },
    ends: { stop: 3, length: 1, error: 1 },
    loss: 1,
    lossTokens: 6,
  })
})
