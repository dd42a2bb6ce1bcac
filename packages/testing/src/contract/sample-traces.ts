import type { Trace } from '@sftkit/core'
import { buildTrace } from '../build-trace.ts'
import { assistant, system, toolCall, toolResult, user } from '../messages.ts'

/** Traces of some variety: with tools and without, of one task and alone, that ended well, badly, and empty. */
export function sampleTraces(): Trace[] {
  const read = toolCall('read_file', { path: 'sum.ts' })
  const test = toolCall('run_tests', { only: ['sum'], verbose: true })
  const tools = ['read_file', 'run_tests'].map((name) => ({ type: 'function' as const, function: { name } }))
  const work = [
    system('You repair programs.'),
    user('The sum of [1, 2] is 12. Repair it.'),
    assistant('I read the file.', { toolCalls: [read], reasoning: 'It probably joins strings.' }),
    toolResult(read, 'export const sum = (a, b) => a + b'),
    assistant('', { toolCalls: [test] }),
    toolResult(test, '1 failed'),
  ]
  const task = { task: 'repair-sum', repo: 'example/sums' }
  return [
    buildTrace({
      session: 'first-attempt',
      group: { ...task, attempt: '1' },
      agent: 'sample-agent',
      model: 'sample-model',
      startedAt: '2026-01-05T10:00:00Z',
      messages: [...work, assistant('I could not repair it.')],
      tools,
      outcome: { status: 'completed', reward: 0, resolved: false },
      usage: { inputTokens: 1200, outputTokens: 80, costUsd: 0.01 },
    }),
    buildTrace({
      session: 'second-attempt',
      group: { ...task, attempt: '2' },
      agent: 'sample-agent',
      model: 'sample-model',
      startedAt: '2026-01-05T11:00:00Z',
      messages: [...work, assistant('It adds numbers now.')],
      tools,
      outcome: { status: 'completed', reward: 1, resolved: true },
    }),
    buildTrace({ session: 'plain', messages: [user('Name a prime above 10.'), assistant('11')] }),
    buildTrace({
      session: 'errored',
      messages: [user('Go on.'), assistant('I will.')],
      outcome: { status: 'errored', error: 'the connection broke' },
    }),
    buildTrace({ session: 'empty', messages: [] }),
  ]
}
