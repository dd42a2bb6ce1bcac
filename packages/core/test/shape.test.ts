import { describe, expect, it } from 'vitest'
import { misfitOfItem, misfitOfTrace, misfitText } from '../src/data/shape.ts'

const call = { id: 'c', name: 'ls', arguments: {} }
const whole = {
  session: 's',
  group: { task: 't' },
  startedAt: '2026-01-01',
  messages: [
    { role: 'system', content: '' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'x' },
        { type: 'image', uri: 'a.png' },
      ],
    },
    { role: 'assistant', content: '', reasoning: 'r', toolCalls: [call], train: false },
    { role: 'tool', content: 'ok', toolCallId: 'c', timestamp: '1' },
  ],
  tools: [{ type: 'function', function: { name: 'ls' } }],
  events: [{ type: 'e', data: {} }],
  outcome: { status: 'limit', reward: 0.5, resolved: false },
  usage: { inputTokens: 3 },
  tags: ['a:b'],
  metadata: { any: null },
}

describe('a trace of a loader', () => {
  it('may have everything, or messages alone', () => {
    expect(misfitOfTrace(whole)).toBeUndefined()
    expect(misfitOfTrace({ messages: [] })).toBeUndefined()
  })

  const message = (fields: object) => ({
    messages: [
      { role: 'user', content: '' },
      { role: 'user', content: '', ...fields },
    ],
  })
  it.each<[string, unknown]>([
    ['', 5],
    ['messages', {}],
    ['messages', { messages: 'x' }],
    ['messages[0]', { messages: [null] }],
    ['messages[0]', { messages: new Array(2) }],
    ['messages[1].role', message({ role: 'bot' })],
    ['messages[1].content', message({ content: 5 })],
    ['messages[1].content', message({ content: undefined })],
    ['messages[1].content[0]', message({ content: ['x'] })],
    ['messages[1].content[0].text', message({ content: [{ type: 'text' }] })],
    ['messages[1].content[0].type', message({ content: [{ type: 'video', uri: 'x' }] })],
    ['messages[1].reasoning', message({ reasoning: null })],
    ['messages[1].toolCalls', message({ toolCalls: {} })],
    ['messages[1].toolCalls[0].arguments', message({ toolCalls: [{ id: 'a', name: 'b' }] })],
    ['messages[1].toolCalls[0].id', message({ toolCalls: [{ ...call, id: 1 }] })],
    ['messages[1].toolCallId', message({ toolCallId: 3 })],
    ['messages[1].train', message({ train: 'no' })],
    ['startedAt', { ...whole, startedAt: 1 }],
    ['group.task', { ...whole, group: { task: 7 } }],
    ['outcome.status', { ...whole, outcome: { status: 'done' } }],
    ['outcome.reward', { ...whole, outcome: { status: 'limit', reward: 'high' } }],
    ['usage.inputTokens', { ...whole, usage: { inputTokens: 'many' } }],
    ['tags[1]', { ...whole, tags: ['a', 1] }],
    ['metadata', { ...whole, metadata: [] }],
    ['tools[0].function', { ...whole, tools: [{ name: 'ls' }] }],
    ['events[0].type', { ...whole, events: [{}] }],
  ])('is told what is wrong with %s', (field, trace) => {
    const wrong = misfitOfTrace(trace)
    expect(wrong?.field).toBe(field)
    expect(misfitText(wrong ?? { field: '', expected: '', found: '' })).toContain('expected: ')
  })

  it('shows short words, and no content', () => {
    expect(misfitText({ field: 'role', expected: 'user', found: 'bot' })).toContain('"bot"')
    expect(misfitText({ field: 'x', expected: 'a number', found: 'secret '.repeat(9) })).not.toContain(
      'secret',
    )
  })

  it('keeps its event log for who asks for it', () => {
    const lazy = Object.defineProperty({ messages: [] }, 'events', {
      enumerable: true,
      get: () => {
        throw new Error('asked')
      },
    })
    expect(misfitOfTrace(lazy)).toBeUndefined()
  })
})

describe('an example of a handler', () => {
  const shared = {
    id: 'i',
    session: 's',
    group: { key: 'k' },
    source: { uri: 'u' },
    tags: [],
    parents: [],
    metadata: {},
  }
  const messages = whole.messages
  it.each([
    { kind: 'chat', messages },
    { kind: 'prompt-completion', prompt: 'a', completion: 'b' },
    { kind: 'prompt-completion', prompt: messages, completion: messages },
    { kind: 'preference', prompt: [], chosen: messages, rejected: messages },
    { kind: 'unpaired', prompt: [], completion: messages, label: true },
    { kind: 'text', text: 'x' },
    { kind: 'task', instruction: 'x' },
  ])('is taken: $kind', (example) => {
    expect(misfitOfItem({ ...shared, ...example })).toBeUndefined()
    expect(misfitOfItem({ ...shared, ...example, source: undefined })?.field).toBe('source')
    expect(misfitOfItem({ ...shared, ...example, id: undefined })?.field).toBe('id')
  })
  it.each<[string, object]>([
    ['kind', { kind: 'chatt', messages }],
    ['messages[0].role', { kind: 'chat', messages: [{ role: 'x', content: '' }] }],
    ['completion', { kind: 'prompt-completion', prompt: 'a', completion: messages }],
    ['rejected', { kind: 'preference', prompt: [], chosen: messages }],
    ['label', { kind: 'unpaired', prompt: [], completion: messages, label: 'good' }],
    ['text', { kind: 'text' }],
  ])('is refused for its %s', (field, example) => {
    // A text beside messages is wrong on the side that is looked at first.
    const found = misfitOfItem({ ...shared, ...example })?.field
    expect(field === 'completion' ? ['prompt', 'completion'] : [field]).toContain(found)
  })
})
