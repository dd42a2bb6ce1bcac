import type { Trace } from '@sftkit/core'
import { describe, expect, test } from 'vitest'
import { loadFiles } from './load-files.ts'
import { suite, traces, withoutTraces } from './shared.ts'
import { filesBelow, tableRow } from './support.ts'

const header = {
  type: 'session',
  version: 3,
  id: 'session-1',
  timestamp: '2026-01-01T00:00:00.000Z',
  cwd: '/repo',
}
const text = (value: string): object => ({ type: 'text', text: value })
let entries = 0
const entry = (parentId: string | null | undefined, id: string, fields: object): object => ({
  id,
  ...(parentId !== undefined && { parentId }),
  timestamp: new Date(Date.UTC(2026, 0, 1) + ++entries * 1000).toISOString(),
  ...fields,
})
const message = (parentId: string | null | undefined, id: string, fields: object): object =>
  entry(parentId, id, { type: 'message', message: fields })
const user = (parentId: string | null | undefined, id: string, value: string): object =>
  message(parentId, id, { role: 'user', content: [text(value)] })
const assistant = (
  parentId: string | null | undefined,
  id: string,
  value: string,
  fields: object = {},
): object =>
  message(parentId, id, {
    role: 'assistant',
    content: [text(value)],
    provider: 'p',
    model: 'm',
    stopReason: 'stop',
    ...fields,
  })

const load = async (lines: readonly unknown[]) => loadFiles({ 'some.jsonl': lines })
const only = (found: readonly Trace[]): Trace => {
  expect(found).toHaveLength(1)
  return found[0] as Trace
}
const contents = (trace: Trace | undefined): unknown[] =>
  (trace?.messages ?? []).map(({ content }) => content)
const unknownFields = (losses: Awaited<ReturnType<typeof loadFiles>>['losses']): string[] =>
  losses.filter(({ detail }) => detail === 'unknown').map(({ field }) => field)

describe('pi sessions', () => {
  test('v1: no ids, file order, calls with their results', async () => {
    const { version: _, ...v1 } = header
    const { traces: found, losses } = await load([
      v1,
      { type: 'message', timestamp: 't1', message: { role: 'user', content: 'List' } },
      {
        type: 'message',
        timestamp: 't2',
        message: {
          role: 'assistant',
          content: [
            text('Before'),
            { type: 'thinking', thinking: 'Think', thinkingSignature: 'sig' },
            { type: 'thinking', thinking: '', redacted: true, thinkingSignature: 'sig2' },
            text('After'),
            { type: 'toolCall', id: 'c', name: 'bash', arguments: { command: 'ls' }, partialJson: '{"comm' },
          ],
          provider: 'p',
          model: 'm',
          usage: { input: 10, output: 2, cacheRead: 5, cacheWrite: 1, cost: { total: 0.5 } },
          stopReason: 'toolUse',
        },
      },
      {
        type: 'message',
        timestamp: 't3',
        message: {
          role: 'toolResult',
          toolCallId: 'c',
          toolName: 'bash',
          content: [text('no such file'), { type: 'image', data: 'AAAA', mimeType: 'image/png' }],
          details: { diff: '-a' },
          isError: true,
        },
      },
      {
        type: 'message',
        timestamp: 't4',
        message: {
          role: 'assistant',
          content: [],
          stopReason: 'aborted',
          errorMessage: 'Request was aborted',
        },
      },
    ])
    const trace = only(found)
    expect(trace.source.format).toBe('pi')
    expect(tableRow(trace.messages)).toBe('4 (0/1/2/1), 1, 1')
    expect(trace.messages[1]).toMatchObject({
      content: [
        { type: 'text', text: 'Before' },
        { type: 'text', text: 'After' },
      ],
      reasoning: 'Think',
      toolCalls: [{ id: 'c', name: 'bash', arguments: { command: 'ls' } }],
    })
    expect(trace.messages[2]).toMatchObject({
      name: 'bash',
      toolCallId: 'c',
      content: [
        { type: 'text', text: 'no such file' },
        { type: 'image', uri: '#/message/content/1', mediaType: 'image/png' },
      ],
    })
    expect(trace).toMatchObject({
      model: 'm',
      outcome: { status: 'cancelled', error: 'Request was aborted' },
      usage: { inputTokens: 16, outputTokens: 2, totalTokens: 18, llmCalls: 1, costUsd: 0.5 },
    })
    expect(trace.events?.map(({ type }) => type)).toEqual(['model', 'tool_error', 'error'])
    expect(unknownFields(losses)).toEqual([])
    expect(JSON.stringify(trace)).not.toContain('AAAA')
  })

  test('v3: each branch is a trace, the one the session ended in first', async () => {
    const { traces: found } = await load([
      header,
      user(null, 'u1', 'One'),
      assistant('u1', 'a1', 'First'),
      user('a1', 'u2', 'Two'),
      assistant('u2', 'a2', 'Second'),
      entry('a1', 'b', { type: 'branch_summary', fromId: 'a2', summary: 'Two was tried.' }),
      user('b', 'u3', 'Three'),
      assistant('u3', 'a3', 'Third'),
      entry('a3', 'l', { type: 'label', targetId: 'a1', label: 'here' }),
    ])
    expect(found.map(contents)).toEqual([
      ['One', 'First', 'Two was tried.', 'Three', 'Third'],
      ['One', 'First', 'Two', 'Second'],
    ])
    const learned = found.flatMap(({ messages }) =>
      messages
        .filter(({ role, copied }) => role === 'assistant' && copied !== true)
        .map(({ content }) => content),
    )
    expect(learned.toSorted()).toEqual(['First', 'Second', 'Third'])
    expect(found.map(({ group }) => group.attempt)).toEqual(['a3', 'a2'])
    expect(found[0]?.events).toContainEqual(
      expect.objectContaining({ type: 'label', data: { targetId: 'a1', label: 'here' } }),
    )
  })

  test('what branches share was paid for once', async () => {
    const usage = { input: 10, output: 1 }
    const { traces: found } = await load([
      header,
      user(null, 'u1', 'One'),
      assistant('u1', 'a1', 'First', { usage }),
      user('a1', 'u2', 'Two'),
      assistant('u2', 'a2', 'Second', { usage }),
      user('a1', 'u3', 'Three'),
      assistant('u3', 'a3', 'Third', { usage }),
    ])
    expect(found.map((trace) => [trace.usage?.inputTokens, trace.usage?.llmCalls])).toEqual([
      [20, 2],
      [10, 1],
    ])
  })

  test('parents may name the session, a tool call or nothing that is there', async () => {
    const { traces: found } = await load([
      header,
      entry('session-1', 'mc', { type: 'model_change', provider: 'p', modelId: 'm' }),
      user('session-1', 'u1', 'Go'),
      message('u1', 'a1', {
        role: 'assistant',
        content: [
          { type: 'toolCall', id: 'x', name: 'f', arguments: {} },
          { type: 'toolCall', id: 'y', name: 'f', arguments: {} },
        ],
      }),
      message('x', 'r1', { role: 'toolResult', toolCallId: 'x', content: 'one' }),
      message('y', 'r2', { role: 'toolResult', toolCallId: 'y', content: 'two' }),
      assistant('lost', 'a2', 'Done'),
    ])
    expect(tableRow(only(found).messages)).toBe('5 (0/1/2/2), 2, 2')
  })

  test('a branch without an answer is told in the event log', async () => {
    const { traces: found } = await load([
      header,
      entry('session-1', 'cm', {
        type: 'custom_message',
        customType: 'note',
        content: 'Injected',
        display: false,
      }),
      user('session-1', 'u1', 'Go'),
      assistant('u1', 'a1', 'Gone'),
    ])
    expect(contents(only(found))).toEqual(['Go', 'Gone'])
    expect(only(found).events).toContainEqual(
      expect.objectContaining({ type: 'custom_message', data: { customType: 'note', content: 'Injected' } }),
    )
  })

  test('text of extensions and commands of the user are context', async () => {
    const { traces: found } = await load([
      header,
      user(null, 'u', 'Hi'),
      entry('u', 'c', {
        type: 'custom_message',
        customType: 'note',
        content: [text('Injected')],
        details: { a: 1 },
      }),
      message('c', 'b', {
        role: 'bashExecution',
        command: 'ls -a',
        output: 'x y',
        exitCode: 2,
        cancelled: false,
        truncated: true,
      }),
      message('b', 'h', {
        role: 'bashExecution',
        command: 'secret-free',
        output: 'hidden',
        exitCode: 0,
        excludeFromContext: true,
      }),
      message('h', 'k', { role: 'custom', customType: 'plan', content: 'Plan it' }),
      assistant('k', 'a', 'Ok'),
    ])
    const trace = only(found)
    expect(trace.messages.map(({ role, name }) => [role, name])).toEqual([
      ['user', undefined],
      ['user', 'note'],
      ['user', undefined],
      ['user', 'plan'],
      ['assistant', undefined],
    ])
    expect(trace.messages[2]?.content).toBe('Ran `ls -a`\n```\nx y\n```\nExit code 2\n(output cut off)')
    expect(trace.events).toContainEqual(
      expect.objectContaining({
        type: 'message',
        data: expect.objectContaining({ message: expect.objectContaining({ output: 'hidden' }) }),
      }),
    )
  })

  test('after a compaction the model has the summary and what was kept', async () => {
    const { traces: found } = await load([
      header,
      user(null, 'u1', 'One'),
      assistant('u1', 'a1', 'First'),
      user('a1', 'u2', 'Two'),
      assistant('u2', 'a2', 'Second'),
      entry('a2', 'k', {
        type: 'compaction',
        summary: 'One was done.',
        firstKeptEntryId: 'u2',
        tokensBefore: 9,
      }),
      user('k', 'u3', 'Three'),
      assistant('u3', 'a3', 'Third'),
    ])
    expect(
      found.map((trace) => trace.messages.map(({ content, copied }) => [content, copied ?? false])),
    ).toEqual([
      [
        ['One', false],
        ['First', false],
        ['Two', false],
        ['Second', false],
      ],
      [
        ['One was done.', true],
        ['Two', true],
        ['Second', true],
        ['Three', false],
        ['Third', false],
      ],
    ])
    expect(found[0]?.metadata.pi).toMatchObject({ ended: 'compacted' })
    expect(found[1]?.events).toContainEqual(
      expect.objectContaining({
        type: 'compaction',
        data: expect.objectContaining({ summary: 'One was done.' }),
      }),
    )
  })

  test('a summary that cuts nothing off is an event, and the ledger says so', async () => {
    const lines = (kept: object) => [
      header,
      user(null, 'u1', 'One'),
      assistant('u1', 'a1', 'First'),
      entry('a1', 'k', { type: 'compaction', summary: 'One was done.', ...kept }),
      user('k', 'u2', 'Two'),
      assistant('u2', 'a2', 'Second'),
    ]
    for (const kept of [{ firstKeptEntryId: 'u1' }, { firstKeptEntryIndex: 0 }, {}]) {
      const { traces: found, losses } = await load(lines(kept))
      expect(only(found).messages).toHaveLength(4)
      expect(only(found).events).toContainEqual(expect.objectContaining({ type: 'compaction' }))
      expect(losses.filter(({ field }) => field === '(compaction).summary')).toMatchObject([
        { kind: 'changed', count: 1 },
      ])
    }
    const cut = await load(lines({ firstKeptEntryId: 'a1' }))
    expect(cut.traces).toHaveLength(2)
    expect(cut.losses.filter(({ field }) => field === '(compaction).summary')).toEqual([])
  })

  test('a title may stand first, and a session names its parent by a path', async () => {
    const { traces: found } = await load([
      { type: 'title', v: 1, title: 'Work', updatedAt: 't' },
      { ...header, parentSession: '/home/someone/.pi/2026-01-01T00-00-00-000Z_parent-id.jsonl' },
      user(null, 'u', 'Hi'),
      assistant('u', 'a', 'Ok'),
      entry('a', 's', { type: 'session_info', name: 'Later name' }),
      entry('s', 't', { type: 'teleport', to: 'moon' }),
    ])
    const trace = only(found)
    expect(trace).toMatchObject({
      group: { session: 'session-1', parent: 'parent-id' },
      metadata: { pi: { title: 'Work', cwd: '/repo' } },
    })
    expect(trace.events?.slice(-2)).toMatchObject([
      { type: 'session_info', data: { name: 'Later name' } },
      { type: 'teleport', data: { to: 'moon' } },
    ])
    expect(JSON.stringify(trace)).not.toContain('someone')
  })

  test('a prompt as an entry, code that the user ran, and messages of unknown roles', async () => {
    const { traces: found, losses } = await load([
      header,
      entry(null, 'i', { type: 'session_init', systemPrompt: 'Be kind.', tools: ['read'] }),
      message('i', 'p', { role: 'pythonExecution', code: 'print(1)', output: '1', exitCode: 0 }),
      message('p', 'f', { role: 'fileMention', files: [{ path: 'a.ts', content: 'text of a' }] }),
      message('f', 'n', { role: 'narrator', content: 'Meanwhile' }),
      assistant('n', 'a', 'Ok'),
      message('a', 'e', { role: 'assistant', content: [], stopReason: 'aborted' }),
    ])
    const trace = only(found)
    expect(trace.messages.map(({ role, content, train }) => [role, content, train])).toEqual([
      ['system', 'Be kind.', undefined],
      ['user', 'Ran `print(1)`\n```\n1\n```', undefined],
      ['user', 'Meanwhile', undefined],
      ['assistant', 'Ok', undefined],
      ['assistant', '', false],
    ])
    expect(JSON.stringify(trace.events)).toContain('text of a')
    expect(unknownFields(losses)).toEqual([])
  })

  test('values of odd types are no reason to fail', async () => {
    const odd = [null, 3, 'x', [], [1, [2]], {}, { a: 1 }, true]
    const lines = odd.flatMap((value, index) => [
      { type: 'message', id: value, parentId: value, message: value },
      { type: 'message', id: `m${index}`, parentId: value, message: { role: value, content: value } },
      {
        type: 'message',
        message: {
          role: 'assistant',
          content: [{ type: 'toolCall', id: value, name: value, arguments: value }],
          usage: value,
        },
      },
      {
        type: 'message',
        message: { role: 'toolResult', toolCallId: value, content: [{ type: 'text', text: value }] },
      },
      { type: 'compaction', id: value, summary: value, firstKeptEntryId: value, firstKeptEntryIndex: value },
      { type: value, timestamp: value },
    ])
    const { traces: found } = await load([header, user(null, 'u', 'Hi'), ...lines])
    expect(found.length).toBeGreaterThan(0)
  })
})

const ROOT = `${traces}/pi-sessions`
const OTHER = `${traces}/other-cli-sessions`
const OPENCLAW = `${OTHER}/jazzyalex__agent-sessions/Resources/Fixtures/stage0/agents/openclaw`
const V1 = `${OTHER}/simonw__claude-code-transcripts/tests/sample_pi_session.483b8241.jsonl`

describe.skipIf(withoutTraces)(suite('real Pi sessions', withoutTraces), () => {
  test.each([
    [V1, '6 (0/2/3/1), 2, 1'],
    [`${OPENCLAW}/large.jsonl`, '6 (0/1/3/2), 2, 2'],
    [`${OPENCLAW}/schema_drift.jsonl`, '4 (1/1/1/1), 1, 1'],
    [
      `${ROOT}/badlogic__pi-mono/packages/coding-agent/test/fixtures/large-session.jsonl`,
      '914 (0/88/453/373), 391, 373',
    ],
    [`${ROOT}/kenn-io__agentsview/internal/parser/testdata/pi/session.jsonl`, '5 (0/2/2/1), 1, 1'],
    [`${ROOT}/TeichAI__teich/examples/example_openclaw_session.jsonl`, '3 (0/2/1/0), 0, 0'],
  ])('%s', async (path, row) => {
    const { traces: found, losses } = await loadFiles([path])
    const trace = only(found)
    expect(trace.source.format).toBe('pi')
    expect(tableRow(trace.messages)).toBe(row)
    expect(unknownFields(losses)).toEqual([])
  })

  test('the large session: empty and aborted answers, failed tools, one empty line', async () => {
    const { traces: found } = await loadFiles([
      `${ROOT}/badlogic__pi-mono/packages/coding-agent/test/fixtures/large-session.jsonl`,
    ])
    const { messages, events = [] } = only(found)
    const empty = messages.filter(
      ({ role, content, toolCalls, reasoning }) =>
        role === 'assistant' && content === '' && !toolCalls && !reasoning,
    )
    expect(empty).toHaveLength(14)
    expect(events.filter(({ type, data }) => type === 'error' && data.stopReason === 'aborted')).toHaveLength(
      21,
    )
    expect(events.filter(({ type }) => type === 'tool_error')).toHaveLength(19)
  })

  test('every file is told by content, and no field is unknown', async () => {
    const { traces: found, losses, unreadable } = await loadFiles([ROOT])
    expect(found.every(({ source }) => source.format === 'pi')).toBe(true)
    expect(found).toHaveLength(filesBelow(ROOT).length)
    expect(unknownFields(losses)).toEqual([])
    expect(unreadable).toMatchObject([{ line: 10, code: 'SFT_ROW_JSON' }])
    const fixture = found.find(({ session }) => session === 'pi-fixture')
    expect(tableRow(fixture?.messages ?? [])).toBe('1 (0/0/1/0), 0, 0')
  })
})
