import type { Trace } from '@sftkit/core'
import { describe, expect, test } from 'vitest'
import { loadFiles } from './load-files.ts'
import { suite, traces, withoutTraces } from './shared.ts'
import { filesBelow, tableRow } from './support.ts'

let seconds = 0
const line = (type: string, payload: object): object => ({
  timestamp: new Date(Date.UTC(2026, 0, 1) + ++seconds * 1000).toISOString(),
  type,
  payload,
})
const item = (payload: object): object => line('response_item', payload)
const event = (type: string, fields: object = {}): object => line('event_msg', { type, ...fields })
const meta = (fields: object = {}): object =>
  line('session_meta', { id: 'thread-1', cli_version: '9.9.9', ...fields })
const says = (role: string, text: string): object =>
  item({
    type: 'message',
    role,
    content: [{ type: role === 'assistant' ? 'output_text' : 'input_text', text }],
  })
const call = (id: string, name = 'shell', args = '{"command":["ls"]}'): object =>
  item({ type: 'function_call', call_id: id, name, arguments: args })
const output = (id: string, text: unknown = 'done'): object =>
  item({ type: 'function_call_output', call_id: id, output: text })

const load = async (lines: readonly unknown[], name = 'some-file.jsonl') => loadFiles({ [name]: lines })
const only = (found: readonly Trace[]): Trace => {
  expect(found).toHaveLength(1)
  return found[0] as Trace
}
const texts = (trace: Trace | undefined): string[] =>
  (trace?.messages ?? []).map(({ role, content }) => `${role}: ${JSON.stringify(content)}`)
const unknownFields = (losses: Awaited<ReturnType<typeof loadFiles>>['losses']): string[] =>
  losses.filter(({ detail }) => detail === 'unknown').map(({ field }) => field)

describe('codex rollouts', () => {
  test('reasoning, text and calls up to the next output are one message', async () => {
    const { traces: found, losses } = await load([
      meta(),
      says('user', 'Look around'),
      item({
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: 'Where am I?' }],
        encrypted_content: 'x',
      }),
      says('assistant', 'I will look.'),
      call('c1'),
      call('c2', 'read', '{"path":"a"}'),
      output('c1', 'a b'),
      output('c2', { content: 'text of a', success: true }),
      says('assistant', 'Two files.'),
    ])
    const trace = only(found)
    expect(trace.source.format).toBe('codex')
    expect(tableRow(trace.messages)).toBe('5 (0/1/2/2), 2, 2')
    expect(trace.messages[1]).toMatchObject({
      content: 'I will look.',
      reasoning: 'Where am I?',
      toolCalls: [
        { id: 'c1', name: 'shell', arguments: { command: ['ls'] } },
        { id: 'c2', name: 'read', arguments: { path: 'a' } },
      ],
    })
    expect(trace.messages[3]).toMatchObject({
      toolCallId: 'c2',
      content: '{"content":"text of a","success":true}',
    })
    expect(trace.session).toBe('thread-1')
    expect(losses).toContainEqual(
      expect.objectContaining({
        field: '(response_item).payload(reasoning).encrypted_content',
        kind: 'dropped',
      }),
    )
    expect(unknownFields(losses)).toEqual([])
  })

  test('events that repeat items are left out, whatever stands around their text', async () => {
    const { traces: found, losses } = await load([
      meta(),
      says('user', 'Hello'),
      event('user_message', { message: 'Hello\n', kind: 'plain' }),
      event('agent_reasoning', { text: 'Be kind' }),
      item({ type: 'reasoning', summary: [{ type: 'summary_text', text: 'Be kind' }] }),
      event('agent_message', { message: 'Hi' }),
      says('assistant', 'Hi'),
    ])
    expect(texts(only(found))).toEqual(['user: "Hello"', 'assistant: "Hi"'])
    expect(losses.find(({ field }) => field.endsWith('(user_message).message'))).toMatchObject({
      kind: 'dropped',
      detail: 'repeats an item',
    })
  })

  test('user turns come from the events where items have none but the harness text', async () => {
    const { traces: found } = await load([
      meta(),
      says('user', '<environment_context>\n<cwd>/repo</cwd></environment_context>'),
      event('user_message', {
        message: 'Fix it',
        images: ['data:image/png;base64,AA', 'https://a.example/b.png'],
      }),
      says('assistant', 'Fixed.'),
    ])
    const [, user] = only(found).messages
    expect(user?.content).toEqual([
      { type: 'text', text: 'Fix it' },
      { type: 'image', uri: '#/payload/images/0' },
      { type: 'image', uri: 'https://a.example/b.png' },
    ])
  })

  test('a file of events alone gives its turns, and an event that differs from all items stays an event', async () => {
    const alone = await load([
      meta(),
      event('agent_reasoning', { text: 'Hm' }),
      event('agent_message', { message: 'Ok' }),
    ])
    expect(only(alone.traces).messages).toMatchObject([{ role: 'assistant', content: 'Ok', reasoning: 'Hm' }])
    const beside = await load([meta(), says('user', 'A'), event('user_message', { message: 'B' })])
    expect(texts(only(beside.traces))).toEqual(['user: "A"'])
    expect(only(beside.traces).events).toMatchObject([{ type: 'user_message', data: { message: 'B' } }])
  })

  test('kinds of calls', async () => {
    const { traces: found, losses } = await load([
      meta(),
      says('user', 'Go'),
      item({
        type: 'custom_tool_call',
        call_id: 'p',
        name: 'apply_patch',
        input: '*** Begin Patch',
        status: 'completed',
      }),
      item({ type: 'custom_tool_call_output', call_id: 'p', output: '{"output":"Success"}' }),
      item({
        type: 'local_shell_call',
        call_id: 's',
        status: 'completed',
        action: { type: 'exec', command: ['ls'] },
      }),
      output('s'),
      item({ type: 'tool_search_call', call_id: 't', execution: 'client', arguments: { query: 'mail' } }),
      item({ type: 'tool_search_output', call_id: 't', tools: [{ type: 'function', name: 'mail_send' }] }),
      item({
        type: 'function_call',
        call_id: 'n',
        namespace: 'mcp__mail',
        name: 'send',
        arguments: '{"to":"x"}',
      }),
      item({
        type: 'web_search_call',
        status: 'completed',
        action: { type: 'search', query: 'weather oslo' },
      }),
      item({
        type: 'ghost_snapshot',
        ghost_commit: { id: 'abc', parent: 'def', preexisting_untracked_files: ['f'] },
      }),
      item({ type: 'hologram', beam: 'blue' }),
      call('bad', 'shell', 'not json'),
    ])
    const trace = only(found)
    const calls = trace.messages.flatMap(({ toolCalls }) => toolCalls ?? [])
    expect(calls).toEqual([
      { id: 'p', name: 'apply_patch', arguments: { input: '*** Begin Patch' } },
      { id: 's', name: 'local_shell', arguments: { type: 'exec', command: ['ls'] } },
      { id: 't', name: 'tool_search', arguments: { query: 'mail' } },
      { id: 'n', name: 'mcp__mail.send', arguments: { to: 'x' } },
      { id: 'bad', name: 'shell', arguments: {}, argumentsText: 'not json' },
    ])
    expect(trace.messages.find(({ toolCallId }) => toolCallId === 't')?.content).toContain('mail_send')
    expect(trace.events).toMatchObject([
      { type: 'web_search_call', data: { action: { query: 'weather oslo' } } },
      { type: 'ghost_snapshot', data: { ghost_commit: { id: 'abc', parent: 'def' } } },
      { type: 'hologram', data: { beam: 'blue' } },
    ])
    expect(losses).toContainEqual(
      expect.objectContaining({
        field: expect.stringContaining('(custom_tool_call).input'),
        kind: 'changed',
      }),
    )
  })

  test('payloads without a type, and one call id for two calls', async () => {
    const { traces: found, losses } = await load([
      meta(),
      item({ role: 'user', content: [{ type: 'input_text', text: 'Test' }] }),
      item({ type: 'function_call', call_id: 'same', name: 'a', summary: 'Testing' }),
      item({ call_id: 'same', output: 'one' }),
      item({ name: 'b', arguments: { x: 1 }, call_id: 'same' }),
      item({ call_id: 'same', output: 'two' }),
    ])
    const trace = only(found)
    expect(tableRow(trace.messages)).toBe('5 (0/1/2/2), 2, 2')
    expect(trace.messages[3]?.toolCalls).toEqual([{ id: 'same#2', name: 'b', arguments: { x: 1 } }])
    expect(losses).toContainEqual(
      expect.objectContaining({ field: expect.stringMatching(/\(function_call\)\.summary$/) }),
    )
  })

  test('prompts, tools, groups and what a turn was given', async () => {
    const { traces: found, losses } = await load([
      meta({
        timestamp: '2026-01-01T00:00:00Z',
        cwd: '/repo',
        forked_from_id: 'thread-0',
        source: 'cli',
        base_instructions: { text: 'You are an agent.' },
        instructions: 'Be brief.',
        dynamic_tools: [
          { name: 'look', description: 'Looks', inputSchema: { type: 'object' }, deferLoading: false },
        ],
        git: { branch: 'main', commit_hash: 'abc', repository_url: 'https://me:secret@git.example/r.git' },
      }),
      line('turn_context', { turn_id: 't1', model: 'm-1', cwd: '/repo', approval_policy: 'never' }),
      says('developer', 'Use tabs.'),
      says('user', 'Hi'),
      line('turn_context', { turn_id: 't2', model: 'm-1', cwd: '/repo', approval_policy: 'never' }),
      line('turn_context', { turn_id: 't3', model: 'm-2', cwd: '/repo', approval_policy: 'never' }),
      says('assistant', 'Hello'),
      line('world_state', { full: true, state: { files: 3 } }),
    ])
    const trace = only(found)
    expect(texts(trace)).toEqual([
      'system: "You are an agent."',
      'system: "Be brief."',
      'system: "Use tabs."',
      'user: "Hi"',
      'assistant: "Hello"',
    ])
    expect(trace).toMatchObject({
      model: 'm-1',
      agent: 'codex',
      startedAt: '2026-01-01T00:00:00Z',
      group: { session: 'thread-1', parent: 'thread-0', repo: 'https://git.example/r.git' },
      tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }],
      metadata: { codex: { cwd: '/repo', source: 'cli', git: { branch: 'main', commit_hash: 'abc' } } },
    })
    expect(trace.events?.map(({ type, data }) => [type, data])).toEqual([
      ['turn_context', { model: 'm-1', cwd: '/repo', approval_policy: 'never' }],
      ['turn_context', { model: 'm-2' }],
      ['world_state', { full: true, state: { files: 3 } }],
    ])
    expect(JSON.stringify([trace, losses])).not.toContain('secret')
    expect(unknownFields(losses)).toEqual([])
  })

  test('an instruction that stands in an item is not repeated', async () => {
    const { traces: found } = await load([
      meta({ instructions: 'Use spaces.' }),
      says('user', '<user_instructions>\n\nUse spaces.\n\n</user_instructions>'),
      says('user', 'Hi'),
    ])
    expect(tableRow(only(found).messages)).toBe('2 (0/2/0/0), 0, 0')
  })

  test('a final answer after a call is another message, also where no result is written', async () => {
    const item = (payload: object): object => ({ type: 'response_item', payload })
    const call = item({ type: 'function_call', name: 'ls', arguments: '{}', call_id: 'c' })
    const says = (content: string, phase?: string): object =>
      item({ type: 'message', role: 'assistant', phase, content: [{ type: 'output_text', text: content }] })
    const ask = item({ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] })
    const { traces: found } = await load([
      meta(),
      ask,
      says('First', 'commentary'),
      call,
      says('Done', 'final_answer'),
    ])
    expect(tableRow(only(found).messages)).toBe('3 (0/1/2/0), 1, 0')
    const together = await load([meta(), ask, call, says('Looking.', 'commentary')])
    expect(tableRow(only(together.traces).messages)).toBe('2 (0/1/1/0), 1, 0')
  })

  test('usage counts a request once, and outcomes follow the events', async () => {
    const count = (input: number, all: number): object =>
      event('token_count', {
        info: {
          last_token_usage: { input_tokens: input, output_tokens: 1, total_tokens: input + 1 },
          total_token_usage: { input_tokens: all, output_tokens: 1, total_tokens: all + 1 },
        },
      })
    const { traces: found } = await load([
      meta(),
      event('task_started'),
      says('user', 'Hi'),
      event('token_count', { info: null, rate_limits: {} }),
      count(10, 10),
      count(10, 10),
      count(20, 30),
      event('error', { message: 'Stream broke', codex_error_info: 'other' }),
      event('task_complete', { last_agent_message: null }),
    ])
    expect(only(found)).toMatchObject({
      usage: { inputTokens: 30, outputTokens: 2, totalTokens: 32, llmCalls: 2 },
      outcome: { status: 'errored', error: 'Stream broke' },
    })
    const sparse = [says('user', 'Hi'), count(10, 10), count(20, 900)]
    expect(only((await load([meta(), ...sparse])).traces).usage).toMatchObject({ inputTokens: 900 })
    // The totals of a fork may begin with what its parent used.
    expect(only((await load([meta({ forked_from_id: 'p' }), ...sparse])).traces).usage).toMatchObject({
      inputTokens: 30,
    })
    const ended = async (...events: object[]) =>
      only((await load([meta(), says('user', 'Hi'), ...events])).traces).outcome
    expect(await ended(event('task_complete'))).toEqual({ status: 'completed' })
    expect(await ended(event('turn_aborted', { reason: 'interrupted' }))).toEqual({ status: 'cancelled' })
    expect(
      await ended(event('error', { message: 'x', codex_error_info: 'usage_limit_exceeded' })),
    ).toMatchObject({ status: 'limit' })
    expect(
      await ended(event('error', { message: 'x' }), event('task_started'), event('task_complete')),
    ).toEqual({ status: 'completed' })
  })

  test('an aborted turn leaves its calls open', async () => {
    const { traces: found } = await load([
      meta(),
      says('user', 'Hi'),
      call('c'),
      event('turn_aborted', { reason: 'interrupted' }),
      says('user', 'Stop'),
    ])
    expect(tableRow(only(found).messages)).toBe('3 (0/2/1/0), 1, 0')
  })

  test('turns that were taken back are a trace of their own, with the beginning copied', async () => {
    const { traces: found } = await load([
      meta(),
      says('user', 'One'),
      says('assistant', 'First'),
      says('user', 'Two'),
      says('assistant', 'Second'),
      event('thread_rolled_back', { num_turns: 1 }),
      says('user', 'Three'),
      says('assistant', 'Third'),
    ])
    expect(
      found.map((trace) => trace.messages.map(({ content, copied }) => [content, copied ?? false])),
    ).toEqual([
      [
        ['One', false],
        ['First', false],
        ['Three', false],
        ['Third', false],
      ],
      [
        ['One', true],
        ['First', true],
        ['Two', false],
        ['Second', false],
      ],
    ])
    expect(found[1]?.metadata.codex).toMatchObject({ ended: 'rolled-back' })
    expect(found[0]?.events).toMatchObject([{ type: 'thread_rolled_back', data: { num_turns: 1 } }])
  })

  test('what is only taken back from is kept with its events', async () => {
    const { traces: found } = await load([
      meta(),
      says('user', 'One'),
      says('assistant', 'First'),
      event('thread_rolled_back', { num_turns: 3 }),
    ])
    expect(texts(only(found))).toEqual(['user: "One"', 'assistant: "First"'])
    expect(only(found).events).toHaveLength(1)
  })

  test('compaction: a boundary, or with a replacement a context of its own', async () => {
    const start = [meta(), says('user', 'One'), says('assistant', 'First')]
    const end = [says('user', 'Two'), says('assistant', 'Second')]
    const plain = await load([...start, line('compacted', { message: 'So far: one.' }), ...end])
    expect(tableRow(only(plain.traces).messages)).toBe('4 (0/2/2/0), 0, 0')
    expect(only(plain.traces).events).toMatchObject([
      { type: 'compacted', data: { message: 'So far: one.' } },
    ])
    const toldOf = ({ losses }: { losses: readonly { field: string }[] }) =>
      losses.filter(({ field }) => field === '(compacted).payload.message')
    expect(toldOf(plain)).toMatchObject([{ kind: 'changed', count: 1 }])
    const history = [
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'One' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Summary: first' }] },
    ]
    const replaced = await load([
      ...start,
      line('compacted', { message: 'So far.', replacement_history: history }),
      ...end,
    ])
    const { traces: found } = replaced
    expect(toldOf(replaced)).toEqual([])
    expect(
      found.map((trace) => trace.messages.map(({ content, train, copied }) => [content, train, copied])),
    ).toEqual([
      [
        ['One', undefined, undefined],
        ['First', undefined, undefined],
      ],
      [
        ['One', undefined, true],
        ['Summary: first', false, true],
        ['Two', undefined, undefined],
        ['Second', undefined, undefined],
      ],
    ])
  })

  test('a fork repeats its parent: each turn is learned once', async () => {
    const shared = [says('user', 'One'), says('assistant', 'First')]
    const parent = [meta({ id: 'parent' }), ...shared, says('user', 'Two'), says('assistant', 'Second')]
    const child = [
      meta({ id: 'child', forked_from_id: 'parent' }),
      meta({ id: 'parent' }),
      ...shared,
      says('user', 'Other'),
      says('assistant', 'Third'),
    ]
    const { traces: found } = await loadFiles({ 'a.jsonl': parent, 'b.jsonl': child })
    const learned = found.flatMap(({ messages }) =>
      messages
        .filter(({ role, copied }) => role === 'assistant' && copied !== true)
        .map(({ content }) => content),
    )
    expect(learned.sort()).toEqual(['First', 'Second', 'Third'])
    const fork = found.find(({ session }) => session === 'child')
    expect(fork?.group).toMatchObject({ key: found.find(({ session }) => session === 'parent')?.group.key })
    expect(fork?.events).toMatchObject([{ type: 'session_meta', data: { id: 'parent' } }])
  })

  test('agents that were called name their parent', async () => {
    const source = { subagent: { thread_spawn: { parent_thread_id: 'p', depth: 1, agent_role: 'explorer' } } }
    const { traces: found } = await load([meta({ source }), says('user', 'Hi'), says('assistant', 'Ok')])
    expect(only(found)).toMatchObject({ group: { parent: 'p' }, metadata: { codex: { source } } })
  })

  test('lines without payloads: old sessions, state between them, and drifted items', async () => {
    const old = await load([
      { id: 's-1', timestamp: '2025-06-01T00:00:00Z', instructions: null, git: { branch: 'main' } },
      { record_type: 'state' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
      { record_type: 'state' },
      { type: 'reasoning', id: 'r', summary: [{ type: 'summary_text', text: 'Greet' }] },
      { type: 'function_call', id: 'f', name: 'shell', arguments: '{}', call_id: 'c' },
      { type: 'function_call_output', call_id: 'c', output: '{"output":"x"}' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello' }] },
    ])
    expect(only(old.traces)).toMatchObject({ session: 's-1', source: { format: 'codex' } })
    expect(tableRow(only(old.traces).messages)).toBe('4 (0/1/2/1), 1, 1')
    const document = {
      session: { id: 's-2', timestamp: '2025-05-01T00:00:00Z', instructions: '' },
      items: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello' }] },
      ],
    }
    const first = await loadFiles({ 'rollout.json': JSON.stringify(document, undefined, 2) })
    expect(only(first.traces)).toMatchObject({ session: 's-2', source: { format: 'codex' } })
    expect(only(first.traces).messages).toHaveLength(2)
    const drifted = await load([
      { created_at: '2025-09-10T12:00:00Z', role: 'user', message: 'Add 1', model: 'm' },
      { created_at: '2025-09-10T12:00:01Z', type: 'tool_call', name: 'add', arguments: { n: 1 } },
      { created_at: '2025-09-10T12:00:02Z', type: 'tool_result', name: 'add', result: 2 },
      { created_at: '2025-09-10T12:00:03Z', role: 'assistant', content: '2' },
    ])
    expect(tableRow(only(drifted.traces).messages)).toBe('4 (0/1/2/1), 1, 1')
    expect(only(drifted.traces).model).toBe('m')
  })

  test('values of odd types are no reason to fail', async () => {
    const odd = [null, 3, 'x', [], [1], {}, { a: 1 }, true]
    const lines = odd.flatMap((value) => [
      item({ type: 'message', role: value, content: value }),
      item({ type: 'function_call', name: value, arguments: value, call_id: value }),
      item({ type: 'function_call_output', call_id: value, output: value }),
      item({ type: 'reasoning', summary: value, content: value }),
      line('session_meta', {
        id: value,
        git: value,
        source: value,
        dynamic_tools: value,
        base_instructions: value,
      }),
      line('compacted', { message: value, replacement_history: value }),
      event('token_count', { info: value }),
      event('thread_rolled_back', { num_turns: value }),
      { type: value, payload: value, timestamp: value },
    ])
    const { traces: found } = await load([meta(), says('user', 'Hi'), ...lines])
    expect(found.length).toBeGreaterThan(0)
  })
})

const ROOT = `${traces}/codex-rollout`
const files = withoutTraces ? [] : filesBelow(ROOT)
const named = (end: string): string => {
  const found = files.filter((path) => path.includes(end))
  expect(found).toHaveLength(1)
  return `${ROOT}/${found[0]}`
}

describe.skipIf(withoutTraces)(suite('real Codex rollouts', withoutTraces), () => {
  test.each([
    ['schema_drift.jsonl', '4 (0/1/2/1), 1, 1', 0],
    ['codex_052_raw.jsonl', '0 (0/0/0/0), 0, 0', 0],
    ['codex_053_rate_limit.jsonl', '0 (0/0/0/0), 0, 0', 0],
    ['codex-pomodor-timer.jsonl', '43 (0/4/21/18), 18, 18', 20],
    // The table leaves a base prompt out, which is the first system message here and in rollout_subagent.
    ['example_codex_session.jsonl', '36 (2/2/14/18), 18, 18', 3],
    ['samples/codex_session.jsonl', '15 (0/3/7/5), 5, 5', 6],
    ['rollout-2025-09-24T20-12-23', '37 (0/3/18/16), 16, 16', 17],
    ['rollout-2025-09-25T09-49-46', '171 (0/2/85/84), 84, 84', 84],
    ['rollout-2025-09-25T15-12-14', '71 (0/2/35/34), 34, 34', 32],
    ['traex/rollout_subagent.jsonl', '9 (1/1/4/3), 3, 3', 1],
    ['session_with_compaction.jsonl', '12 (0/4/6/2), 2, 2', 2],
    ['codex_with_escalation.jsonl', '14 (0/5/7/2), 4, 2', 2],
    ['archived-fork-33ce-3869/codex-home/archived_sessions/child.jsonl', '0 (0/0/0/0), 0, 0', 0],
    ['fixture-codex.jsonl', '12 (0/3/6/3), 3, 3', 0],
    ['fixture-codex-patch.jsonl', '14 (0/3/7/4), 4, 4', 0],
    // The table says 8 (0/4/4/0): a final answer after a call without a result was counted as one message with it.
    ['fixture-codex-edges.jsonl', '9 (0/4/5/0), 1, 0', 0],
    ['codex/function_calls.jsonl', '2 (0/1/1/0), 2, 0', 0],
  ])('%s', async (end, row, thoughts) => {
    const { traces: found, unreadable } = await loadFiles([named(end)])
    const trace = only(found)
    expect(trace.source.format).toBe('codex')
    expect(tableRow(trace.messages)).toBe(row)
    expect(trace.messages.filter(({ reasoning }) => reasoning !== undefined)).toHaveLength(thoughts)
    expect(unreadable).toEqual([])
  })

  test('usage where only some requests were counted is the last total', async () => {
    const compacted = await loadFiles([named('session_with_compaction.jsonl')])
    expect(compacted.traces.at(-1)?.usage).toMatchObject({ inputTokens: 85_000, outputTokens: 42_000 })
  })

  test('usage, limits, custom calls, snapshots and links', async () => {
    expect(only((await loadFiles([named('codex_052_raw.jsonl')])).traces).usage).toMatchObject({
      inputTokens: 980 + 1620,
      outputTokens: 640 + 240,
    })
    expect(only((await loadFiles([named('codex_053_rate_limit.jsonl')])).traces)).toMatchObject({
      outcome: { status: 'limit', error: 'Rate limit exceeded' },
      usage: { inputTokens: 12_091, outputTokens: 182, llmCalls: 1 },
    })
    const patches = (trace: Trace) =>
      trace.messages.flatMap(({ toolCalls }) => toolCalls ?? []).filter(({ name }) => name === 'apply_patch')
    expect(patches(only((await loadFiles([named('codex-pomodor-timer.jsonl')])).traces))).toHaveLength(11)
    const session = only((await loadFiles([named('samples/codex_session.jsonl')])).traces)
    expect(session.events?.filter(({ type }) => type === 'ghost_snapshot')).toHaveLength(2)
    expect(only((await loadFiles([named('traex/rollout_subagent.jsonl')])).traces).group).toMatchObject({
      parent: '019fbc4a-48b9-7472-a0da-6d92901383db',
    })
    expect(only((await loadFiles([named('codex_with_escalation.jsonl')])).traces).outcome).toEqual({
      status: 'cancelled',
    })
  })

  test('no field of any file is unknown', async () => {
    const { losses, traces: found, unreadable } = await loadFiles([ROOT])
    expect(unknownFields(losses)).toEqual([])
    expect(unreadable).toEqual([])
    expect(found).toHaveLength(files.length)
    expect(found.every(({ source }) => source.format === 'codex')).toBe(true)
  })
})
