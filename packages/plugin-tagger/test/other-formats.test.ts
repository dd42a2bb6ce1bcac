import type { JsonObject, Message, TraceEvent } from '@sftkit/core'
import { describe, expect, it } from 'vitest'
import { type Session, tagSession } from '../src/tag-session.ts'

const call = { id: 'c1', name: 'bash', arguments: { command: 'ls' } }
const messages: readonly Message[] = [
  { role: 'user', content: 'go' },
  { role: 'assistant', content: '', toolCalls: [call] },
  { role: 'tool', toolCallId: 'c1', content: 'CUDA out of memory' },
]

/** A trace of another format, whose events say what is no message. */
function of(format: string, types: readonly string[], more: Partial<Session> = {}): Session {
  return {
    source: { uri: 'a.jsonl', format, hash: '' },
    messages,
    events: types.map((type): TraceEvent => ({ type, data: {} })),
    outcome: { status: 'completed' },
    metadata: {},
    ...more,
  }
}

describe.each(['ml-intern', 'precise'] as const)('events of other formats, rules %s', (rules) => {
  it.each([
    { format: 'inspect', types: ['score', 'tool'] },
    { format: 'codex', types: ['turn_context', 'task_complete'] },
    { format: 'pi', types: ['error', 'error', 'tool_error'] },
    { format: 'openhands', types: ['recall', 'status'] },
    { format: 'a-third-party', types: ['interrupted'] },
    { format: 'inspect', types: [] },
  ])('do not stand in for messages and outcome: $format $types', ({ format, types }) => {
    const tags = tagSession(of(format, types), rules)
    expect(tags).toEqual(expect.arrayContaining(['tool:bash', 'outcome:completed', 'hf_job:oom']))
    expect(tags.filter((tag) => tag.startsWith('outcome:'))).toEqual(['outcome:completed'])
  })

  it.each([
    { status: 'completed', tag: { 'ml-intern': 'completed', precise: 'completed' } },
    { status: 'errored', tag: { 'ml-intern': 'errored', precise: 'errored' } },
    { status: 'cancelled', tag: { 'ml-intern': 'interrupted', precise: 'interrupted' } },
    { status: 'limit', tag: { 'ml-intern': 'interrupted', precise: 'limit' } },
    { status: 'unknown', tag: { 'ml-intern': 'ongoing', precise: 'unknown' } },
  ] as const)('leave the outcome to the trace: $status', ({ status, tag }) => {
    expect(tagSession(of('inspect', ['error'], { outcome: { status } }), rules)).toContain(
      `outcome:${tag[rules]}`,
    )
  })

  it('leave the cost to the usage and the ratings to the metadata', () => {
    const more: Partial<Session> = { usage: { costUsd: 30.33 }, metadata: { feedback: 'up' } }
    const tags = tagSession(of('pi', ['error', 'feedback'], more), rules)
    expect(tags).toEqual(expect.arrayContaining(['cost:high', 'feedback:up']))
  })

  it("say nothing of jobs, sandboxes and loops, whose words are ml-intern's", () => {
    const events: TraceEvent[] = [
      { type: 'hf_job_submit', data: { flavor: 'a100-large' } },
      { type: 'sandbox_create', data: {} },
      { type: 'tool_log', data: { log: 'doom loop' } },
    ]
    const tags = tagSession(of('otel', [], { events }), rules)
    expect(tags.filter((tag) => /^(?:gpu|sandbox):|hf_job:submitted|doom_loop/.test(tag))).toEqual([])
  })

  it.each([
    ['codex', 'compacted'],
    ['pi', 'compaction'],
    ['claude-code', 'compact_boundary'],
    ['kimi', 'context.apply_compaction'],
  ])('still say that the context was exceeded: %s %s', (format, type) => {
    expect(tagSession(of(format, [type]), rules)).toContain('outcome:context_exceeded')
  })

  it('are the log where the trace is one of ml-intern, also read back from what sftkit wrote', () => {
    const canonical: JsonObject = { source: 'a.jsonl', format: 'ml-intern' }
    const outcome = { status: 'unknown' } as const
    for (const session of [
      of('ml-intern', ['turn_complete'], { outcome }),
      of('canonical', ['turn_complete'], { outcome, metadata: { canonical } }),
    ])
      expect(tagSession(session, rules)).toContain('outcome:completed')
    const inspect = of('canonical', ['score'], { metadata: { canonical: { format: 'inspect' } } })
    expect(tagSession(inspect, rules)).toContain('outcome:completed')
  })
})
