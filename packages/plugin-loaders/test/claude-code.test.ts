import { join } from 'node:path'
import type { Trace } from '@sftkit/core'
import { describe, expect, test } from 'vitest'
import { loadFiles } from './load-files.ts'
import { suite, traces, withoutTraces } from './shared.ts'
import { tableRow } from './support.ts'

type Row = Record<string, unknown>

let clock = 0
/** A row with what all rows have; later rows are later. */
function row(
  type: string,
  uuid: string | undefined,
  parentUuid: string | null | undefined,
  fields: Row,
): Row {
  const timestamp = new Date(Date.UTC(2026, 0, 1) + ++clock * 1000).toISOString()
  return {
    ...(parentUuid !== undefined && { parentUuid }),
    isSidechain: false,
    sessionId: 's1',
    cwd: '/app',
    version: '2.1.0',
    type,
    ...(uuid !== undefined && { uuid }),
    timestamp,
    ...fields,
  }
}
const user = (
  uuid: string | undefined,
  parent: string | null | undefined,
  content: unknown,
  more: Row = {},
): Row => row('user', uuid, parent, { message: { role: 'user', content }, ...more })
const reply = (
  uuid: string | undefined,
  parent: string | null | undefined,
  id: string | undefined,
  content: unknown,
  more: Row = {},
): Row => {
  const { message, ...rest } = more as { message?: Row }
  return row('assistant', uuid, parent, {
    message: { ...(id !== undefined && { id }), role: 'assistant', model: 'claude-x', content, ...message },
    ...rest,
  })
}
const text = (words: string): Row => ({ type: 'text', text: words })
const call = (id: string, name = 'Bash', input: Row = { command: id }): Row => ({
  type: 'tool_use',
  id,
  name,
  input,
})
const result = (tool_use_id: string, content: unknown = `did ${tool_use_id}`, more: Row = {}): Row => ({
  type: 'tool_result',
  tool_use_id,
  content,
  ...more,
})

const lines = (rows: readonly unknown[]): string => rows.map((one) => `${JSON.stringify(one)}\n`).join('')
const load = (...rows: readonly unknown[]) => loadFiles({ 's1.jsonl': lines(rows) })
const own = (trace: Trace | undefined): Row => (trace?.metadata['claude-code'] ?? {}) as Row
const spoken = (trace: Trace | undefined): string[] =>
  (trace?.messages ?? []).map(
    ({ role, content, copied }) => `${role}${copied === true ? '*' : ''} ${String(content)}`,
  )

describe('the tree of rows', () => {
  test('parallel calls keep all their results, though each hangs under its own row', async () => {
    const { traces: found, losses } = await load(
      user('u', null, 'go'),
      reply('a1', 'u', 'm', [text('both')]),
      reply('a2', 'a1', 'm', [call('t1')]),
      reply('a3', 'a2', 'm', [call('t2')]),
      user('r1', 'a2', [result('t1')]),
      user('r2', 'a3', [result('t2')]),
      row('progress', 'p', 'a2', { data: { type: 'hook_progress' } }),
      reply('a4', 'r2', 'n', [text('done')]),
    )
    expect(found.map(({ messages }) => tableRow(messages))).toEqual(['5 (0/1/2/2), 2, 2'])
    expect(losses).toContainEqual(
      expect.objectContaining({ field: 'progress(hook_progress)', kind: 'dropped' }),
    )
  })

  test('a branch is a trace of its own; what it shares is learned once', async () => {
    const { traces: found } = await load(
      user('u1', null, 'one'),
      reply('a1', 'u1', 'm1', 'first'),
      user('u2', 'a1', 'left'),
      reply('a2', 'u2', 'm2', 'to the left'),
      user('u3', 'a1', 'right'),
      reply('a3', 'u3', 'm3', 'to the right'),
    )
    expect(found.map(spoken)).toEqual([
      ['user one', 'assistant first', 'user right', 'assistant to the right'],
      ['user* one', 'assistant* first', 'user left', 'assistant to the left'],
    ])
    expect(found.map(({ group }) => group.attempt)).toEqual(['1', '2'])
    expect(found[1]?.messages[1]?.train).toBe(false)
  })

  test('compaction goes on with the session', async () => {
    const { traces: found } = await load(
      user('u1', null, 'long'),
      reply('a1', 'u1', 'm1', 'work'),
      row('system', 's', 'a1', { subtype: 'stop_hook_summary', hookCount: 1 }),
      row('system', 'c', null, {
        subtype: 'compact_boundary',
        logicalParentUuid: 's',
        compactMetadata: { trigger: 'auto', preTokens: 9 },
      }),
      user('u2', 'c', 'Summary', { isCompactSummary: true, isVisibleInTranscriptOnly: true }),
      user('u3', 'u2', 'Caveat: generated', { isMeta: true }),
      user('u4', 'u3', 'on'),
      reply('a2', 'u4', 'm2', 'more'),
    )
    expect(found.map(spoken)).toEqual([
      ['user long', 'assistant work', 'user Summary', 'user Caveat: generated', 'user on', 'assistant more'],
    ])
    expect(own(found[0]).harnessMessages).toEqual([2, 3])
    expect(found[0]?.events?.map(({ type }) => type)).toEqual(['stop_hook_summary', 'compact_boundary'])
  })

  test.each([
    ['no row names a parent that is there', null],
    ['parents are left out', undefined],
  ])('the order of the file is the conversation where %s', async (_name, parent) => {
    const { traces: found } = await load(
      user('u1', parent, 'a'),
      reply('a1', parent, 'm1', 'b'),
      user('u2', parent, 'c'),
      reply('a2', parent, 'm2', 'd'),
    )
    expect(found.map(spoken)).toEqual([['user a', 'assistant b', 'user c', 'assistant d']])
  })

  test('a parent that is cut out, and a row without a uuid, end nothing', async () => {
    const { traces: found } = await load(
      user('u1', null, 'a'),
      reply('a1', 'u1', 'm1', 'b'),
      user('u2', 'gone', 'c'),
      user(undefined, 'u2', '[Request interrupted by user]'),
      reply('a2', 'u2', 'm2', 'd'),
    )
    expect(found.map(spoken)).toEqual([
      ['user a', 'assistant b', 'user c', 'user [Request interrupted by user]', 'assistant d'],
    ])
  })

  test('rows that follow themselves are read', async () => {
    const { traces: found } = await load(
      user('u1', 'a1', 'a'),
      reply('a1', 'u1', 'm1', 'b'),
      user('u2', 'u2', 'c'),
    )
    expect(found.map(spoken)).toEqual([['user a', 'assistant b', 'user c']])
  })

  test('two sessions of a file are two traces', async () => {
    const { traces: found } = await load(
      user('u1', null, 'a'),
      user('v1', null, 'x', { sessionId: 's2' }),
      reply('a1', 'u1', 'm1', 'b'),
      reply('b1', 'v1', 'm2', 'y', { sessionId: 's2' }),
    )
    expect(found.map((trace) => [trace.session, ...spoken(trace)])).toEqual([
      ['s1', 'user a', 'assistant b'],
      ['s2', 'user x', 'assistant y'],
    ])
  })

  test('iFlow hangs every response under the prompt, in several rows', async () => {
    const { traces: found } = await load(
      user('u', null, 'go'),
      reply('a1', 'u', 'response-1-tool-c1', [text('look'), call('c1')]),
      reply('a2', 'u', 'response-2-tool-c2', [call('c1'), call('c2')]),
      reply('a3', 'u', 'response-3', [call('c2')]),
      user('r1', 'a3', [
        result('c1', { callId: 'c1', responseParts: { functionResponse: { response: { output: 'one' } } } }),
      ]),
      user('r2', 'a3', [
        result('c2', { responseParts: [{ functionResponse: { response: { error: 'two' } } }] }),
      ]),
      reply('a4', 'u', 'response-4', [text('done')]),
    )
    expect(found.map(({ agent, messages }) => [agent, tableRow(messages)])).toEqual([
      ['iflow', '5 (0/1/2/2), 2, 2'],
    ])
    expect(spoken(found[0]).slice(2, 4)).toEqual(['tool one', 'tool two'])
  })
})

describe('messages', () => {
  test('fragments of one response are one message, with the usage of the last', async () => {
    const usage = (output_tokens: number): Row => ({
      input_tokens: 1,
      cache_read_input_tokens: 10,
      output_tokens,
    })
    const { traces: found } = await load(
      user('u', null, 'go'),
      reply('a1', 'u', 'm', [{ type: 'thinking', thinking: 'hm', signature: 'x' }], {
        message: { usage: usage(1) },
      }),
      reply('a2', 'a1', 'm', [text('well')], { message: { usage: usage(5) } }),
      reply('a3', 'a2', 'm', [call('t')], { message: { usage: usage(9) } }),
    )
    expect(found[0]?.messages[1]).toMatchObject({
      content: 'well',
      reasoning: 'hm',
      toolCalls: [{ id: 't' }],
    })
    expect(found[0]?.usage).toEqual({ inputTokens: 11, outputTokens: 9, totalTokens: 20, llmCalls: 1 })
  })

  test('rows without a message id are messages of their own', async () => {
    const { traces: found } = await load(
      user('u', null, 'go'),
      reply('a1', 'u', undefined, 'one', { requestId: 'r' }),
      reply('a2', 'a1', undefined, 'two', { requestId: 'r' }),
    )
    expect(spoken(found[0])).toEqual(['user go', 'assistant one', 'assistant two'])
  })

  test('results without ids are linked by their rows', async () => {
    const { traces: found } = await load(
      user('u', null, 'go'),
      reply('a', 'u', undefined, [{ type: 'tool_use', name: 'Bash', input: {} }]),
      user('r1', 'a', [{ type: 'tool_result', content: 'yes' }], {
        sourceToolAssistantUUID: 'a',
        sourceToolUseID: 'x',
      }),
      user('r2', 'a', [{ type: 'tool_result', content: 'no' }], {
        sourceToolAssistantUUID: 'a',
        sourceToolUseID: 'y',
      }),
      reply('b', 'r1', undefined, 'done'),
    )
    expect(found.map(({ messages }) => tableRow(messages))).toEqual(['5 (0/1/2/2), 1, 1'])
  })

  test('what the api or the tool wrote is not learned, and says how it ended', async () => {
    const { traces: found } = await load(
      user('u', null, 'go'),
      reply('a', 'u', 'm', [text('API Error: overloaded')], {
        isApiErrorMessage: true,
        error: 'server_error',
        message: { model: '<synthetic>' },
      }),
    )
    expect(found[0]?.messages[1]?.train).toBe(false)
    expect(found[0]?.outcome).toEqual({ status: 'errored', error: 'API Error: overloaded' })
    expect(found[0]?.model).toBeUndefined()
    expect(found[0]?.events?.[0]?.data).toEqual({ error: 'server_error' })
  })

  test('what the tool wrote in the model’s name is no call of the model', async () => {
    const { traces: found } = await load(
      user('u', null, 'go'),
      reply('a', 'u', 'm1', [text('well')], { message: { usage: { output_tokens: 5 } } }),
      reply('b', 'a', 'm2', [text('No response requested.')], {
        message: { model: '<synthetic>', usage: { input_tokens: 0, output_tokens: 0 } },
      }),
    )
    expect(found[0]?.messages).toHaveLength(3)
    expect(found[0]?.usage).toMatchObject({ outputTokens: 5, llmCalls: 1 })
  })

  test('the ledger names the parts of a result by their place', async () => {
    const { losses } = await load(
      user('u', null, 'go'),
      reply('a', 'u', 'm', [call('t')]),
      user('r', 'a', [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'chart', points: 3 }] }]),
    )
    expect(losses.map(({ field }) => field)).toContain('user.message.content[](tool_result).content[]')
    expect(losses.filter(({ field }) => /\([^)]*\(/.test(field))).toEqual([])
  })

  test('an interrupted session is cancelled', async () => {
    const { traces: found } = await load(
      user('u', null, 'go'),
      user('v', 'u', [text('[Request interrupted by user]')]),
    )
    expect(found[0]?.outcome).toEqual({ status: 'cancelled' })
  })

  test('texts and images beside results become a message of their own; images are references', async () => {
    const { traces: found, losses } = await load(
      user('u', null, [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'QUJD' } }]),
      reply('a', 'u', 'm', [call('t')]),
      user('r', 'a', [
        result(
          't',
          [text('seen'), { type: 'image', source: { type: 'url', url: 'https://example.test/a.png' } }],
          {
            is_error: true,
          },
        ),
        text('and now?'),
      ]),
    )
    expect(found[0]?.messages.map(({ content }) => content)).toEqual([
      [{ type: 'image', uri: '#L1/message/content/0', mediaType: 'image/png' }],
      '',
      [
        { type: 'text', text: 'seen' },
        { type: 'image', uri: 'https://example.test/a.png' },
      ],
      'and now?',
    ])
    expect(own(found[0]).failedCalls).toEqual(['t'])
    expect(JSON.stringify(found)).not.toContain('QUJD')
    expect(losses.map(({ detail }) => detail)).toContain('bytes: only a reference is kept')
  })

  test('rows that are replaced or taken back become events', async () => {
    const { traces: found } = await load(
      user('u', null, 'go'),
      reply('a1', 'u', 'm1', 'bad'),
      reply('a2', 'u', 'm2', 'better', { supersedesUuids: ['a1'] }),
      reply('a3', 'a2', 'm3', 'refused'),
      row('system', 's', 'a3', { subtype: 'api_refusal', retractedMessageUuids: ['a3'] }),
    )
    expect(found.map(spoken)).toEqual([['user go', 'assistant better']])
    expect(found[0]?.events?.map(({ type }) => type)).toEqual(['retracted', 'retracted', 'api_refusal'])
  })

  test('a row with the uuid of another one is read once', async () => {
    const first = user('u', null, 'go')
    const { traces: found, losses } = await load(
      first,
      first,
      user('u', null, 'other'),
      reply('a', 'u', 'm', 'ok'),
    )
    expect(found.map(spoken)).toEqual([['user go', 'assistant ok']])
    expect(found[0]?.events?.map(({ type }) => type)).toEqual(['repeated'])
    expect(losses).toContainEqual(
      expect.objectContaining({ field: 'uuid', detail: 'a copy of a row: read once' }),
    )
  })

  test('odd rows lose themselves alone', async () => {
    const {
      traces: found,
      losses,
      unreadable,
    } = await load(
      'a text',
      42,
      [1],
      { silly: 'this' },
      user('u', null, ['bare', text('words'), 7, null]),
      { ...user('x', 'u', ''), message: 'error' },
      { ...user('y', 'u', ''), message: { role: 'user', contenst: [] } },
      row('brand-new', 'z', 'u', { what: 1 }),
      reply('a', 'u', 'm', { type: 'text', text: 'ok' }, { newField: 1 }),
    )
    expect(found.map(({ messages }) => messages.map(({ content }) => content))).toEqual([
      [[{ type: 'text', text: 'bare' }, text('words')], 'ok'],
    ])
    expect(unreadable).toHaveLength(3)
    const unknown = losses.filter(({ detail }) => detail === 'unknown').map(({ field }) => field)
    expect(unknown.sort()).toEqual(['(brand-new)', '(no type)', 'assistant.newField'])
  })
})

describe('what is known about a session', () => {
  test('attachments may say what the model was told, and with which tools', async () => {
    const tools = [{ name: 'Bash', description: 'runs', input_schema: { type: 'object' } }]
    const { traces: found } = await load(
      row('attachment', 'x', null, {
        attachment: { type: 'context', systemPrompt: ['You are', { type: 'text', text: 'an agent' }], tools },
      }),
      user('u', 'x', 'go'),
      reply('a', 'u', 'm', 'ok'),
    )
    expect(found[0]?.messages[0]).toMatchObject({
      role: 'system',
      content: [text('You are'), text('an agent')],
    })
    expect(found[0]?.tools?.[0]?.function).toMatchObject({ name: 'Bash', parameters: { type: 'object' } })
  })

  test('titles, facts, the session it was forked from', async () => {
    const { traces: found } = await load(
      { type: 'summary', summary: 'Old title', leafUuid: 'x' },
      user('u', null, 'go', { forkedFrom: { sessionId: 's0', messageUuid: 'x' }, gitBranch: 'main' }),
      reply('a', 'u', 'm', 'ok', { gitBranch: 'other' }),
      { type: 'custom-title', customTitle: 'New title', sessionId: 's1' },
      { type: 'bridge-session', sessionId: 's1', ownerAccountUuid: 'secret-owner' },
    )
    expect(own(found[0])).toMatchObject({ cwd: '/app', gitBranch: ['main', 'other'], title: 'New title' })
    expect(found[0]?.group).toMatchObject({ session: 's1', parent: 's0', repo: '/app', key: 's0' })
    expect(JSON.stringify(found)).not.toContain('secret-owner')
  })

  test('images in events are references', async () => {
    const source = { type: 'base64', media_type: 'image/png', data: 'QUJD' }
    const { traces: found } = await load(
      user('u', null, 'go'),
      row('attachment', 'x', 'u', {
        attachment: { type: 'queued_command', prompt: [{ type: 'image', source }] },
      }),
    )
    expect(JSON.stringify(found[0]?.events)).toContain('"data":"#L2/attachment/prompt/0/source/data"')
  })

  test('a wrapped session, a list of rows, a file with a byte order mark', async () => {
    const rows = [user('u', null, 'go'), reply('a', 'u', 'm', 'ok')]
    for (const [name, content] of Object.entries({
      'a.json': JSON.stringify({ loglines: rows }),
      'b.json': JSON.stringify(rows),
      'c.jsonl': `\uFEFF${lines(rows).replaceAll('\n', '\r\n').trimEnd()}`,
    })) {
      const { traces: found } = await loadFiles({ [name]: content })
      expect(found.map(spoken)).toEqual([['user go', 'assistant ok']])
    }
  })
})

describe('subagents', () => {
  const task = (id: string, prompt: string): Row => call(id, 'Task', { prompt, subagent_type: 'x' })
  const aside = { isSidechain: true }

  test("in the session's file they are told by their prompt", async () => {
    const { traces: found } = await load(
      user('u', null, 'go'),
      reply('a', 'u', 'm', [task('t1', 'count')]),
      user('v', null, 'count', aside),
      reply('b', 'v', 'n', 'three', aside),
      user('r', 'a', [result('t1', 'three')]),
    )
    expect(found.map(spoken)).toEqual([
      ['user go', 'assistant ', 'tool three'],
      ['user count', 'assistant three'],
    ])
    expect(own(found[1])).toMatchObject({ sidechain: true, subagent: { call: 't1' } })
    expect(found[1]?.group).toMatchObject({ session: 's1', parent: 's1', key: 's1' })
  })

  test('in files of their own they are told by their id; large results are referred to', async () => {
    const agent = { isSidechain: true, agentId: 'abc' }
    const compact = { isSidechain: true, agentId: 'acompact-1' }
    const { traces: found, unreadable } = await loadFiles({
      'p/s1.jsonl': lines([
        user('u', null, 'go'),
        reply('a', 'u', 'm', [task('t1', 'count'), call('t2')]),
        user('r1', 'a', [result('t1', 'three')], { toolUseResult: { agentId: 'abc', content: 'x' } }),
        user('r2', 'a', [
          result(
            't2',
            '<persisted-output>\nOutput too large. Full output saved to: /h/tool-results/b1.txt\n',
          ),
        ]),
      ]),
      'p/s1/tool-results/b1.txt': 'a very long result\n',
      'p/s1/subagents/agent-abc.meta.json': JSON.stringify({ agentType: 'Explore' }),
      'p/s1/subagents/agent-abc.jsonl': lines([
        user('v', null, 'count', agent),
        reply('b', 'v', 'n', 'three', agent),
      ]),
      'p/s1/subagents/agent-acompact-1.jsonl': lines([
        user('c1', 'a', 'hook', { ...compact, isMeta: true }),
        user('c2', 'elsewhere', 'summarise', compact),
        reply('c3', 'c2', 'k', 'summary', compact),
      ]),
    })
    expect(unreadable).toEqual([])
    expect(found.map((trace) => [trace.source.uri.replace(/^.*?s1/, ''), ...spoken(trace)])).toEqual([
      ['.jsonl', 'user go', 'assistant ', 'tool three', expect.stringContaining('persisted-output')],
      ['/subagents/agent-abc.jsonl', 'user count', 'assistant three'],
      ['/subagents/agent-acompact-1.jsonl', 'user hook', 'user summarise', 'assistant summary'],
    ])
    expect(own(found[0])).toMatchObject({ agents: { t1: 'abc' }, savedResults: { t2: 'b1.txt' } })
    expect(own(found[1])).toMatchObject({ subagent: { call: 't1', meta: { agentType: 'Explore' } } })
    expect(found[2]?.messages[2]?.train).toBe(false)
    expect(new Set(found.map(({ group }) => group.key))).toEqual(new Set(['s1']))
  })
})

test('a session that was resumed in a new file is learned once', async () => {
  const rows = [user('u', null, 'go'), reply('a', 'u', 'm', 'ok')]
  const copy = rows.map((one) => ({ ...one, sessionId: 's2' }))
  const { traces: found } = await loadFiles({
    's1.jsonl': lines(rows),
    's2.jsonl': lines([
      ...copy,
      user('v', 'a', 'more', { sessionId: 's2' }),
      reply('b', 'v', 'n', 'yes', { sessionId: 's2' }),
    ]),
  })
  const learned = found.flatMap(({ messages }) =>
    messages.filter(({ role, train }) => role === 'assistant' && train !== false),
  )
  expect(learned.map(({ content }) => content).sort()).toEqual(['ok', 'yes'])
})

test('a session that was copied within its file is learned once, and no message twice as long', async () => {
  const rows = [
    user('u', null, 'go'),
    reply('a', 'u', 'm', [text('look'), call('t')]),
    user('r', 'a', [result('t')]),
    reply('b', 'r', 'n', 'ok'),
  ]
  const copy = rows.map((one) => ({
    ...one,
    uuid: `${one.uuid}-2`,
    ...(one.parentUuid != null && { parentUuid: `${one.parentUuid}-2` }),
  }))
  const { traces: found } = await load(
    ...rows,
    ...copy,
    user('v', 'b-2', 'more'),
    reply('c', 'v', 'o', 'yes'),
  )
  expect(found.map(spoken)).toEqual([
    ['user go', 'assistant look', 'tool did t', 'assistant ok', 'user more', 'assistant yes'],
  ])
})

test('many branches and one id everywhere are no hang', async () => {
  const rows: Row[] = [user('u0', null, 'go')]
  for (let index = 1; index < 4000; index++) {
    rows.push(user(`u${index}`, `u${index - 1}`, 'x'))
    rows.push(reply(`a${index}`, `u${index - 1}`, 'm', [call('same')]))
  }
  const { traces: found } = await load(...rows)
  expect(found.length).toBeGreaterThan(0)
})

describe.skipIf(withoutTraces)(suite('real sessions', withoutTraces), () => {
  const CLAUDE = 'claude-code-jsonl'
  const COPILOT = `${CLAUDE}/microsoft__vscode-copilot-chat/src/extension/chatSessions`
  const VIEWER = `${CLAUDE}/d-kimuson__claude-code-viewer/mock-global-claude-dir/projects/sample-project`
  const JAZZ = `${CLAUDE}/jazzyalex__agent-sessions/Resources/Fixtures/stage0/agents/claude`
  const HISTORY = `${CLAUDE}/kvsankar__agent-history/tests/fixtures`
  const SPOTTER = `${CLAUDE}/marot__spotter/test/fixtures/transcripts`

  test.each([
    [`${VIEWER}/1af7fc5e-8455-4414-9ccd-011d40f70b2a.jsonl`, ['21 (0/2/7/12), 12, 12']],
    [`${CLAUDE}/daaain__claude-code-log/test/test_data/todowrite_examples.jsonl`, ['11 (0/2/6/3), 3, 3']],
    [`${CLAUDE}/daaain__claude-code-log/test/test_data/edge_cases.jsonl`, ['12 (0/7/4/1), 3, 1']],
    [`${CLAUDE}/simonw__claude-code-transcripts/tests/sample_session.jsonl`, ['7 (0/2/3/2), 2, 2']],
    [`${JAZZ}/large.jsonl`, ['10 (0/4/5/1), 1, 1']],
    [
      `${JAZZ}/subagent/0a1b2c3d-4e5f-4061-8071-2a3b4c5d6e7f/subagents/agent-a0ad4f44468bdf20d.jsonl`,
      ['3 (0/1/1/1), 1, 1'],
    ],
    [
      `${COPILOT}/vscode-node/test/fixtures/98b76fb9-f5d3-40c5-ab82-b970c20e3764.jsonl`,
      ['11 (0/7/4/0), 0, 0'],
    ],
    [
      `${COPILOT}/claude/node/test/fixtures/b3a7bd3c-5a10-4e7b-8ff0-7fc0cd6d1093.jsonl`,
      ['7 (0/1/2/4), 4, 4'],
    ],
    [
      `${COPILOT}/claude/node/test/fixtures/b3a7bd3c-5a10-4e7b-8ff0-7fc0cd6d1093/subagents/agent-a775a67.jsonl`,
      ['4 (0/1/2/1), 1, 1'],
    ],
    [
      `${COPILOT}/claude/node/test/fixtures/30530d66-37fb-4f3b-aa5f-d92b6a8afae2.jsonl`,
      ['43 (0/3/15/25), 25, 25'],
    ],
    [
      `${COPILOT}/claude/node/test/fixtures/50a7220d-7250-46f3-b38e-b716ce25032e.jsonl`,
      ['4 (0/1/2/1), 1, 1'],
    ],
    [`${CLAUDE}/yoavf__ai-sessions/examples/claude-code-pomodoro-timer.jsonl`, ['83 (0/6/40/37), 37, 37']],
    [`${CLAUDE}/TeichAI__teich/examples/example_claude_code.jsonl`, ['26 (0/1/12/13), 13, 13']],
    [
      `${SPOTTER}/ae4a77f8-aedd-4bc1-888f-c94edc91af04/subagents/agent-aac57f5.jsonl`,
      ['16 (0/1/3/12), 12, 12'],
    ],
    [`${SPOTTER}/tool_heavy.jsonl`, ['17 (0/7/4/6), 6, 6']],
    [
      `${CLAUDE}/lanegrid__agtrace/crates/agtrace-providers/tests/samples/claude_session.jsonl`,
      ['15 (0/5/6/4), 4, 4'],
    ],
    [`${HISTORY}/forks/claude_forked_session.jsonl`, ['10 (0/3/5/2), 2, 2', '6 (0/2/3/1), 1, 1']],
    [`${HISTORY}/compaction/claude/session_with_compaction.jsonl`, ['12 (0/3/6/3), 3, 3']],
    [
      `${CLAUDE}/meridianlabs-ai__inspect_scout/tests/sources/claude_code_source/fixtures/compaction_session.jsonl`,
      ['5 (0/3/2/0), 0, 0'],
    ],
    [
      'other-cli-sessions/kenn-io__agentsview/internal/parser/testdata/iflow/session-5de701fc-7454-4858-a249-95cac4fd3b51.jsonl',
      ['11 (0/1/4/6), 6, 6'],
    ],
  ])('%s', async (path, expected) => {
    const { traces: found, losses } = await loadFiles(join(traces, path))
    expect(found.map(({ messages }) => tableRow(messages))).toEqual(expected)
    if (path.endsWith('edge_cases.jsonl')) return
    expect(losses.filter(({ detail }) => detail === 'unknown')).toEqual([])
  })

  test('a main chain and its five sidechains, each linked to its call', async () => {
    const { traces: found } = await loadFiles(
      join(traces, `${VIEWER}/fe5e1c67-53e7-4862-81ae-d0e013e3270b.jsonl`),
    )
    const [main, ...asides] = found
    expect(tableRow(main?.messages ?? [])).toBe('23 (0/3/9/11), 11, 11')
    expect(tableRow(asides.flatMap(({ messages }) => messages))).toBe('322 (0/5/161/156), 156, 156')
    const calls = new Set(main?.messages.flatMap(({ toolCalls }) => toolCalls?.map(({ id }) => id) ?? []))
    const linked = asides.map((trace) => (own(trace).subagent as Row).call)
    expect(new Set(linked).size).toBe(5)
    expect(linked.every((id) => calls.has(id as string))).toBe(true)
  })

  test('a session with four subagents in files of their own', async () => {
    const folder = `${COPILOT}/claude/node/test/fixtures`
    const { traces: found } = await loadFiles(join(traces, folder))
    const session = found.filter((trace) => trace.session === 'b3a7bd3c-5a10-4e7b-8ff0-7fc0cd6d1093')
    expect(session).toHaveLength(5)
    const linked = session.slice(1).map((trace) => (own(trace).subagent as Row).call)
    expect(new Set(linked).size).toBe(4)
    expect(new Set(session.map(({ group }) => group.key)).size).toBe(1)
  })

  test('the compaction says what is no human text, and what was not generated', async () => {
    const path = `${COPILOT}/vscode-node/test/fixtures/98b76fb9-f5d3-40c5-ab82-b970c20e3764.jsonl`
    const { traces: found } = await loadFiles(join(traces, path))
    expect((own(found[0]).harnessMessages as number[]).length).toBe(2)
    expect(found[0]?.messages.filter(({ train }) => train === false)).toHaveLength(1)
  })
})
