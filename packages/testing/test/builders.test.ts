import { describe, expect, it } from 'vitest'
import { assistant, buildTrace, system, toolCall, toolResult, user } from '../src/index.ts'

describe('the builders', () => {
  it('make messages', () => {
    const call = toolCall('read_file', { path: 'a.ts' })
    expect([
      system('Be short.'),
      user('Read it.'),
      assistant('', { toolCalls: [call] }),
      toolResult(call, 'text'),
      toolResult('other', 'text'),
    ]).toEqual([
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'Read it.' },
      { role: 'assistant', content: '', toolCalls: [call] },
      { role: 'tool', content: 'text', toolCallId: call.id, name: 'read_file' },
      { role: 'tool', content: 'text', toolCallId: 'other' },
    ])
  })

  it('give a call the same id every time, and different calls different ids', () => {
    expect(toolCall('a', { x: 1 }).id).toBe(toolCall('a', { x: 1 }).id)
    expect(toolCall('a', { x: 1 }).id).not.toBe(toolCall('a', { x: 2 }).id)
    expect(toolCall('a', {}, 'mine').id).toBe('mine')
  })

  it('fill a trace in as core does', () => {
    expect(buildTrace({ id: 'x' })).toMatchObject({
      id: 'x',
      session: 'x',
      group: { key: 'x' },
      parents: [],
      outcome: { status: 'unknown' },
    })
    expect(buildTrace({ session: 's' }).group).toEqual({ key: 's' })
    expect(buildTrace({ session: 's', group: { task: 't' } }).group).toEqual({ key: 't', task: 't' })
    expect(buildTrace({ tags: ['b:1', 'a:1', 'b:1'] }).tags).toEqual(['a:1', 'b:1'])
    expect(buildTrace({ session: 's' }).id).toBe(buildTrace({ session: 's' }).id)
    expect(buildTrace({ session: 's' }).id).not.toBe(buildTrace({ session: 't' }).id)
  })
})
