import { describe, expect, test } from 'vitest'
import { type LoadedFiles, loadFiles } from './load-files.ts'
import { tableRow } from './support.ts'

const ask = { role: 'user', content: 'Weather in Oslo?' }
const thinking = {
  type: 'reasoning',
  id: 'rs_1',
  summary: [{ type: 'summary_text', text: 'Look it up.' }],
  encrypted_content: 'gAAAA',
}
const said = {
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  phase: 'commentary',
  content: [{ type: 'output_text', text: 'One moment.', annotations: [] }],
}
const called = {
  type: 'function_call',
  id: 'fc_1',
  call_id: 'call_1',
  name: 'get_weather',
  arguments: '{"city": "Oslo"}',
  status: 'completed',
}
const output = { type: 'function_call_output', call_id: 'call_1', output: '4 C' }
const tool = {
  type: 'function',
  name: 'get_weather',
  description: 'Tells it.',
  parameters: { type: 'object' },
  strict: true,
}
const turn = {
  role: 'assistant',
  content: 'One moment.',
  reasoning: 'Look it up.',
  toolCalls: [{ id: 'call_1', name: 'get_weather', arguments: { city: 'Oslo' } }],
}
const answer = {
  type: 'message',
  id: 'msg_2',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'It is 4 C.', annotations: [] }],
}

const rows = (...records: unknown[]): Promise<LoadedFiles> => loadFiles({ 'a.jsonl': records })
const unknown = ({ losses }: LoadedFiles): string[] =>
  losses.flatMap(({ field, detail }) => (detail === 'unknown' ? [field] : []))

describe('items', () => {
  test('one a line, or all in one list, are one conversation', async () => {
    const items = [{ ...ask, type: 'message' }, thinking, said, called, output, answer]
    for (const content of [items, JSON.stringify(items), JSON.stringify(items, null, 2)]) {
      const loaded = await loadFiles({ a: content as string })
      expect(loaded.traces).toHaveLength(1)
      expect(loaded.traces[0]).toMatchObject({
        source: { format: 'responses-items' },
        messages: [
          ask,
          turn,
          { role: 'tool', content: '4 C', toolCallId: 'call_1' },
          { role: 'assistant', content: 'It is 4 C.' },
        ],
      })
      expect(unknown(loaded)).toEqual([])
    }
  })

  test('calls of the client are calls, those of the provider are counted', async () => {
    const loaded = await loadFiles({
      'a.jsonl': [
        { ...ask, type: 'message' },
        { type: 'tool_search_call', execution: 'server', arguments: { query: 'x' } },
        { type: 'tool_search_output', execution: 'server', tools: [tool] },
        {
          type: 'local_shell_call',
          id: 'i',
          call_id: 'c1',
          action: { type: 'exec', command: ['ls'] },
          status: 'completed',
        },
        { type: 'shell_call', call_id: 'c2', action: { commands: ['pwd'] } },
        { type: 'apply_patch_call', call_id: 'c3', operation: { type: 'delete_file', path: 'a' } },
        { type: 'custom_tool_call', call_id: 'c4', name: 'patch', input: '*** Begin' },
        {
          type: 'computer_call',
          id: 'cu',
          call_id: 'c5',
          action: { type: 'click', x: 1, y: 2 },
          pending_safety_checks: [],
        },
        { type: 'local_shell_call_output', id: 'c1', output: '{"output": "a"}' },
        {
          type: 'shell_call_output',
          call_id: 'c2',
          output: [{ stdout: '/', stderr: '', outcome: { type: 'exit' } }],
        },
        { type: 'apply_patch_call_output', call_id: 'c3', output: 'Deleted', status: 'completed' },
        { type: 'custom_tool_call_output', call_id: 'c4', output: 'ok' },
        {
          type: 'computer_call_output',
          call_id: 'c5',
          output: { type: 'computer_screenshot', image_url: 'https://example.org/s.png' },
        },
        { type: 'web_search_call', id: 'ws', status: 'completed', action: { query: 'q' } },
        { type: 'mcp_call', id: 'mcp_1', name: 'look', server_label: 's', arguments: '{}', output: 'found' },
        { type: 'mcp_approval_request', id: 'ap', name: 'look', arguments: '{}', server_label: 's' },
      ],
    })
    const [trace] = loaded.traces
    expect(tableRow(trace?.messages ?? [])).toBe('9 (0/1/2/6), 6, 6')
    expect(trace?.messages[1]?.toolCalls?.map(({ name, arguments: args }) => [name, args])).toEqual([
      ['local_shell', { type: 'exec', command: ['ls'] }],
      ['shell', { commands: ['pwd'] }],
      ['apply_patch', { type: 'delete_file', path: 'a' }],
      ['patch', { input: '*** Begin' }],
      ['computer', { type: 'click', x: 1, y: 2 }],
    ])
    expect(trace?.messages[3]?.content).toBe('[{"stdout":"/","stderr":"","outcome":{"type":"exit"}}]')
    expect(trace?.messages[6]?.content).toEqual([{ type: 'image', uri: 'https://example.org/s.png' }])
    expect(trace?.tools?.map(({ function: { name } }) => name)).toEqual(['get_weather'])
    expect(unknown(loaded)).toEqual([])
    const dropped = loaded.losses.filter(({ kind }) => kind === 'dropped').map(({ field }) => field)
    for (const type of ['tool_search_call', 'web_search_call', 'mcp_approval_request'])
      expect(dropped).toContain(`[](${type})`)
  })

  test('an output without its call stays, a call without an id gets one', async () => {
    const { traces } = await loadFiles({
      'a.jsonl': [
        { ...output, call_id: 'gone' },
        { ...called, call_id: '', name: 'late' },
        { type: 'seance', call_id: 'x' },
      ],
    })
    expect(traces[0]?.messages).toMatchObject([
      { role: 'tool', content: '4 C' },
      { role: 'assistant', toolCalls: [{ id: 'call_0', name: 'late' }] },
    ])
    expect(traces[0]?.messages[0]).not.toHaveProperty('toolCallId')
  })
})

describe('bodies', () => {
  const request = {
    model: 'm',
    instructions: 'Be brief.',
    input: [ask],
    tools: [tool],
    store: false,
    temperature: 1,
  }
  const response = {
    id: 'resp_1',
    object: 'response',
    created_at: 1741476542,
    status: 'completed',
    model: 'm-2026',
    instructions: 'Be brief.',
    output: [thinking, said, called],
    usage: {
      input_tokens: 9,
      output_tokens: 4,
      total_tokens: 13,
      input_tokens_details: { cached_tokens: 1 },
    },
    error: null,
    metadata: { run: 'a' },
  }
  const expected = {
    source: { format: 'responses' },
    session: 'resp_1',
    model: 'm-2026',
    startedAt: '2025-03-08T23:29:02Z',
    messages: [{ role: 'system', content: 'Be brief.' }, ask, turn],
    tools: [{ type: 'function', function: { name: 'get_weather', strict: true } }],
    outcome: { status: 'completed' },
    usage: { inputTokens: 9, outputTokens: 4, totalTokens: 13 },
    metadata: { responses: { metadata: { run: 'a' } } },
  }

  test.each([
    ['a pair', { request, response }],
    ['one record', { ...request, ...response }],
    [
      'a batch',
      { custom_id: 'q', response: { status_code: 200, body: { ...response, tools: [tool] } }, request },
    ],
    ['a stream', { type: 'response.completed', sequence_number: 9, response: { ...request, ...response } }],
  ])('%s', async (_name, record) => {
    const loaded = await rows(record)
    expect(loaded.traces).toMatchObject([expected])
    expect(unknown(loaded)).toEqual([])
  })

  test('a request alone, its input a text; a response alone', async () => {
    const { traces } = await rows(
      { model: 'm', instructions: 'Be brief.', input: 'Hello' },
      {
        id: 'resp_2',
        object: 'response',
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
        output: [answer],
      },
    )
    expect(traces).toMatchObject([
      { messages: [{ role: 'system' }, { role: 'user', content: 'Hello' }], outcome: { status: 'unknown' } },
      { messages: [{ role: 'assistant' }], outcome: { status: 'limit', error: 'max_output_tokens' } },
    ])
  })

  test('parts of a stream are no traces', async () => {
    const { traces, losses } = await rows(
      { type: 'response.output_text.delta', sequence_number: 1, delta: 'It' },
      { type: 'response.completed', sequence_number: 2, response },
    )
    expect(traces).toHaveLength(1)
    expect(losses.map(({ field }) => field)).toContain('(response.output_text.delta)')
  })

  test('a row for each step: a turn that several rows hold is learned once', async () => {
    const second = { ...response, id: 'resp_2', output: [answer] }
    const { traces } = await rows(
      { request, response },
      { request: { ...request, input: [ask, thinking, said, called, output] }, response: second },
    )
    const learned = traces.flatMap(({ messages }) =>
      messages.filter(
        ({ role, train, copied }) => role === 'assistant' && train !== false && copied !== true,
      ),
    )
    expect(learned.map(({ content }) => content)).toEqual(['One moment.', 'It is 4 C.'])
  })

  test('rows that name the response before them are one group, whatever their calls are named', async () => {
    const next = { ...response, id: 'resp_2', output: [answer] }
    const { traces } = await rows(
      { request, response },
      { request: { ...request, input: [output], previous_response_id: 'resp_1' }, response: next },
      { request: { ...request, input: 'And in Rome?' }, response: { ...response, id: 'resp_9' } },
    )
    const [first, second, other] = traces.map(({ group }) => group.key)
    expect(second).toBe(first)
    expect(other).not.toBe(first)
  })

  test('unknown keys are recorded', async () => {
    const loaded = await rows({
      ...request,
      x1: 1,
      input: [
        { ...ask, x2: 1 },
        { ...called, x3: 1 },
      ],
    })
    expect(unknown(loaded).sort()).toEqual(['input[](function_call).x3', 'input[](no type).x2', 'x1'])
  })

  test.each([
    ['Alpaca', { instruction: 'i', input: 'a', output: 'b' }],
    ['a log of texts', { model: 'm', input: 'a', output: 'b' }],
    ['a stream of another agent', { type: 'message', message: { role: 'user', content: 'a' } }],
    ['a Gemini message', { type: 'message', content: 'a' }],
  ])('%s is not taken for one', async (_name, record) => {
    const { traces } = await rows(record)
    expect(traces.filter(({ source }) => source.format.startsWith('responses'))).toEqual([])
  })
})
