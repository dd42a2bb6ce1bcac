import { describe, expect, test } from 'vitest'
import { type LoadedFiles, loadFiles } from './load-files.ts'

interface Call {
  readonly api: string
  readonly body: unknown
  /** A body, or the events or lines of a stream. */
  readonly answer?: unknown
  readonly events?: readonly unknown[]
  readonly status?: number
  readonly end?: string
  readonly headers?: Record<string, string>
}

let calls = 0
const sse = (event: unknown): string => `data: ${JSON.stringify(event)}\n\n`

/** A line as the proxy writes it. */
function exchange({ api, body, answer, events, status = 200, end = 'complete', headers = {} }: Call): object {
  const line = api.startsWith('ollama') ? (event: unknown) => `${JSON.stringify(event)}\n` : sse
  const said =
    events !== undefined
      ? { chunks: events.map((event, at) => [at, line(event)]) }
      : answer !== undefined
        ? { text: JSON.stringify(answer) }
        : {}
  calls++
  return {
    format: 'sftkit-exchange',
    version: 1,
    id: `x${calls}`,
    started: `2026-01-01T00:00:${String(calls % 60).padStart(2, '0')}.000Z`,
    api,
    request: { method: 'POST', path: `/v1/${api}`, headers, body },
    ...(status > 0 && { answer: { status, headers: { 'content-type': 'x' }, ...said } }),
    first_byte_ms: 1,
    ms: 2500,
    end,
  }
}

const load = (...records: readonly object[]): Promise<LoadedFiles> => loadFiles({ 'proxy.jsonl': records })
const unknown = ({ losses }: LoadedFiles): string[] =>
  losses.flatMap(({ field, detail }) => (detail === 'unknown' ? [field] : []))

const user = { role: 'user', content: 'Why?' }
const completion = (message: object, finish = 'stop'): object => ({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm-1',
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish, logprobs: null }],
  usage: { prompt_tokens: 5, completion_tokens: 6, total_tokens: 11 },
})
const chat = (messages: readonly object[], more: Partial<Call> = {}): object =>
  exchange({ api: 'chat', body: { model: 'm', messages }, ...more })

describe('chat', () => {
  test('what stands beside the messages', async () => {
    const loaded = await load(
      chat([user], {
        answer: completion({ content: 'So.' }),
        headers: { 'x-session-id': 's1', 'user-agent': 'agent/1' },
      }),
    )
    expect(loaded.traces).toMatchObject([
      {
        session: 's1',
        model: 'm-1',
        endedAt: expect.stringMatching(/\.500Z$/),
        outcome: { status: 'completed' },
        usage: { inputTokens: 5, outputTokens: 6, totalTokens: 11 },
        metadata: {
          'proxy-recordings': { api: 'chat', status: 200, user_agent: 'agent/1', finish_reason: 'stop' },
        },
      },
    ])
    expect(unknown(loaded)).toEqual([])
  })

  test('a stream of a server that repeats ids and names, and numbers no calls', async () => {
    const delta = (fields: object, finish: string | null = null): object => ({
      id: 'c',
      model: 'm-1',
      choices: [{ index: 0, delta: { role: 'assistant', ...fields }, finish_reason: finish }],
    })
    const call = (part: string): object => ({
      tool_calls: [{ id: 't', type: 'function', function: { name: 'look', arguments: part } }],
    })
    const events = [
      delta({ reasoning_content: 'Hm' }),
      delta({ reasoning_content: ', yes.' }),
      delta({ content: 'I look' }),
      delta({ content: '.' }),
      delta(call('{"a"')),
      delta(call(':1}')),
      delta({}, 'tool_calls'),
      { id: 'c', choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } },
    ]
    const loaded = await load(chat([user], { events }))
    expect(loaded.traces[0]?.messages[1]).toEqual({
      role: 'assistant',
      content: 'I look.',
      reasoning: 'Hm, yes.',
      toolCalls: [{ id: 't', name: 'look', arguments: { a: 1 } }],
    })
    expect(loaded.traces[0]).toMatchObject({
      usage: { inputTokens: 1, outputTokens: 2 },
      outcome: { status: 'unknown' },
    })
  })

  test('several choices are several traces', async () => {
    const answer = completion({ content: 'One.' }) as { choices: object[] }
    answer.choices.push({
      index: 1,
      message: { role: 'assistant', content: 'Two.' },
      finish_reason: 'length',
    })
    const { traces } = await load(chat([user], { answer }))
    expect(traces.map(({ messages, outcome }) => [messages.at(-1)?.content, outcome.status])).toEqual([
      ['One.', 'completed'],
      ['Two.', 'limit'],
    ])
  })

  test('only what a model answered here is learned', async () => {
    const shot = { role: 'assistant', content: 'An example that nobody said.' }
    const { traces } = await load(chat([user, shot, user], { answer: completion({ content: 'So.' }) }))
    expect(traces[0]?.messages.map(({ train, copied }) => [train, copied])).toEqual([
      [undefined, undefined],
      [false, true],
      [undefined, undefined],
      [undefined, undefined],
    ])
  })

  test('a refusal that was tried again is taken into the conversation', async () => {
    const refused = { answer: { error: { message: 'Slow down.', type: 'requests' } }, status: 429 }
    const { traces, drops } = await load(
      chat([user], refused),
      chat([user], { answer: completion({ content: 'So.' }) }),
    )
    expect(drops).toMatchObject([{ stage: 'load', reason: 'failed-attempt' }])
    expect(drops[0]?.detail).toMatch(/^HTTP 429: Slow down\./)
    expect(drops[0]?.detail).toContain(traces[0]?.id)
    expect(traces.map(({ messages, outcome }) => [messages.length, outcome.status])).toEqual([
      [2, 'completed'],
    ])
  })

  test('one that stayed without an answer is errored', async () => {
    const { traces } = await load(
      chat([user], { answer: { error: { message: 'No such model.' } }, status: 404 }),
      chat([{ ...user, content: 'Where?' }], {
        end: 'unreachable',
        status: 502,
        answer: { error: { message: 'x' } },
      }),
    )
    expect(traces.map(({ outcome }) => outcome)).toMatchObject([
      { status: 'errored', error: 'HTTP 404: No such model.' },
      { status: 'errored', error: 'HTTP 502: x' },
    ])
  })

  test('an answer that was cut off is kept and not learned', async () => {
    const events = [{ id: 'c', choices: [{ index: 0, delta: { role: 'assistant', content: 'So fa' } }] }]
    const { traces } = await load(chat([user], { events, end: 'client-gone' }))
    expect(traces).toMatchObject([
      { outcome: { status: 'cancelled' }, messages: [{}, { content: 'So fa', train: false }] },
    ])
  })

  test('pieces of an exchange that was not ended are left out', async () => {
    const open = chat([user], { status: 0, end: 'unfinished' })
    const part = { format: 'sftkit-exchange-part', id: 'x', text: [3, 'data: {}'] }
    const { traces, losses, unreadable } = await load(open, part, part)
    expect(unreadable).toEqual([])
    expect(traces).toMatchObject([{ outcome: { status: 'cancelled' }, messages: [{ role: 'user' }] }])
    expect(losses).toContainEqual(expect.objectContaining({ field: '(part)', kind: 'dropped' }))
  })
})

describe('messages', () => {
  const about = {
    model: 'cl',
    max_tokens: 9,
    system: [
      { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'Be kind.' },
    ],
    metadata: { user_id: 'user_a_account_b_session_0f8fad5b-d9cb-469f-a165-70867728950e' },
  }
  const start = {
    type: 'message_start',
    message: {
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'cl-1',
      content: [],
      usage: { input_tokens: 3, cache_read_input_tokens: 4 },
    },
  }
  const block = (index: number, content: object, ...deltas: object[]): object[] => [
    { type: 'content_block_start', index, content_block: content },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]

  test('a stream of thinking, text and a call', async () => {
    const events = [
      start,
      { type: 'ping' },
      ...block(
        0,
        { type: 'thinking', thinking: '', signature: '' },
        { type: 'thinking_delta', thinking: 'Hm.' },
        { type: 'signature_delta', signature: 'sig' },
      ),
      ...block(
        1,
        { type: 'text', text: '' },
        { type: 'text_delta', text: 'I ' },
        { type: 'text_delta', text: 'look.' },
      ),
      ...block(
        2,
        { type: 'tool_use', id: 't', name: 'look', input: {} },
        { type: 'input_json_delta', partial_json: '{"a":' },
        { type: 'input_json_delta', partial_json: '1}' },
      ),
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } },
      { type: 'message_stop' },
    ]
    const loaded = await load(exchange({ api: 'messages', body: { ...about, messages: [user] }, events }))
    expect(loaded.traces).toMatchObject([
      {
        session: '0f8fad5b-d9cb-469f-a165-70867728950e',
        model: 'cl-1',
        usage: { inputTokens: 7, outputTokens: 9 },
        messages: [
          { role: 'system', content: 'Be brief.\nBe kind.' },
          { role: 'user', content: 'Why?' },
          {
            role: 'assistant',
            content: 'I look.',
            reasoning: 'Hm.',
            toolCalls: [{ id: 't', name: 'look', arguments: { a: 1 } }],
          },
        ],
      },
    ])
    expect(unknown(loaded)).toEqual([])
  })

  test('a stream that an error ends', async () => {
    const events = [
      start,
      ...block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'I' }),
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    ]
    const { traces } = await load(exchange({ api: 'messages', body: { ...about, messages: [user] }, events }))
    expect(traces).toMatchObject([{ outcome: { status: 'errored', error: 'Overloaded' } }])
  })

  test('marks for caches that move make no other conversation', async () => {
    const said = (text: string, marked: boolean): object => ({
      role: 'user',
      content: [{ type: 'text', text, ...(marked && { cache_control: { type: 'ephemeral' } }) }],
    })
    const answer = (text: string): object => ({
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'cl-1',
      content: [{ type: 'text', text }],
      stop_reason: 'end_turn',
    })
    const { traces } = await load(
      exchange({
        api: 'messages',
        body: { ...about, messages: [said('Why?', true)] },
        answer: answer('So.'),
      }),
      exchange({
        api: 'messages',
        body: {
          ...about,
          messages: [said('Why?', false), { role: 'assistant', content: 'So.' }, said('And?', true)],
        },
        answer: answer('Because.'),
      }),
    )
    expect(traces.map(({ messages }) => messages.map(({ content }) => content))).toEqual([
      ['Be brief.\nBe kind.', 'Why?', 'So.', 'And?', 'Because.'],
    ])
  })
})

describe('responses', () => {
  const item = {
    type: 'message',
    id: 'i',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: 'So.', annotations: [] }],
  }
  const response = {
    id: 'r1',
    object: 'response',
    created_at: 1_700_000_000,
    model: 'r-1',
    status: 'completed',
    output: [item],
  }

  test('a stream is its last event', async () => {
    const events = [
      { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
      { type: 'response.output_text.delta', output_index: 0, delta: 'So.' },
      { type: 'response.completed', response },
    ]
    const loaded = await load(
      exchange({
        api: 'responses',
        body: { model: 'r', instructions: 'Be brief.', input: 'Why?', stream: true },
        events,
      }),
    )
    expect(loaded.traces).toMatchObject([
      {
        model: 'r-1',
        outcome: { status: 'completed' },
        messages: [{ role: 'system' }, { role: 'user' }, { role: 'assistant', content: 'So.' }],
      },
    ])
    expect(unknown(loaded)).toEqual([])
  })

  test('one that was cut off is what came, and is not learned', async () => {
    const events = [
      { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
      { type: 'response.output_item.added', output_index: 0, item: { ...item, content: [] } },
      { type: 'response.output_text.delta', output_index: 0, delta: 'S' },
      { type: 'response.output_text.delta', output_index: 0, delta: 'o' },
    ]
    const { traces } = await load(
      exchange({ api: 'responses', body: { model: 'r', input: 'Why?' }, events, end: 'upstream-gone' }),
    )
    expect(traces).toMatchObject([{ messages: [{ role: 'user' }, { content: 'So', train: false }] }])
  })
})

describe("Ollama's own", () => {
  test('chat with an image, thinking and a call', async () => {
    const line = (message: object, rest: object = { done: false }): object => ({
      model: 'q',
      created_at: '2026',
      message,
      ...rest,
    })
    const events = [
      line({ role: 'assistant', content: '', thinking: 'H' }),
      line({ role: 'assistant', content: 'A c', thinking: 'm.' }),
      line({
        role: 'assistant',
        content: 'at.',
        tool_calls: [{ function: { name: 'pet', arguments: { a: 1 } } }],
      }),
      line(
        { role: 'assistant', content: '' },
        { done: true, done_reason: 'stop', prompt_eval_count: 3, eval_count: 4 },
      ),
    ]
    const loaded = await load(
      exchange({
        api: 'ollama-chat',
        body: { model: 'q', messages: [{ ...user, images: ['AAAA'] }] },
        events,
      }),
    )
    expect(loaded.traces).toMatchObject([
      {
        model: 'q',
        usage: { inputTokens: 3, outputTokens: 4 },
        outcome: { status: 'completed' },
        messages: [
          {
            content: [
              { type: 'text', text: 'Why?' },
              { type: 'image', uri: '#/request/body/messages/0/images/0' },
            ],
          },
          { content: 'A cat.', reasoning: 'Hm.', toolCalls: [{ name: 'pet', arguments: { a: 1 } }] },
        ],
      },
    ])
    expect(unknown(loaded)).toEqual([])
  })

  test('completion', async () => {
    const answer = { model: 'q', created_at: '2026', response: 'So.', done: true, done_reason: 'length' }
    const { traces } = await load(
      exchange({ api: 'ollama-generate', body: { model: 'q', prompt: 'Why?', system: 'Be brief.' }, answer }),
      exchange({ api: 'ollama-generate', body: { model: 'q' }, answer: { model: 'q', done: true } }),
    )
    expect(traces).toMatchObject([
      {
        outcome: { status: 'limit' },
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Why?' },
          { role: 'assistant', content: 'So.' },
        ],
      },
    ])
  })
})

describe('servers that count the calls of each conversation from zero', () => {
  const call = (id: string) => ({
    id,
    type: 'function',
    function: { name: 'run', arguments: '{"cmd":"test"}' },
  })
  const item = { type: 'function_call', call_id: 'call_0', name: 'run', arguments: '{}' }
  const done = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Done.' }] }

  /** Two calls of the model for each question: one that runs the tests, and one that says so. */
  const conversation: Readonly<Record<string, (question: string) => object[]>> = {
    chat: (question) => {
      const asked = [{ role: 'user', content: question }]
      const calls = { role: 'assistant', content: null, tool_calls: [call('call_0')] }
      const result = { role: 'tool', tool_call_id: 'call_0', content: 'ok' }
      return [
        chat(asked, { answer: completion(calls, 'tool_calls') }),
        chat([...asked, calls, result], { answer: completion({ content: 'Done.' }) }),
      ]
    },
    messages: (question) => {
      const asked = { role: 'user', content: question }
      const use = [{ type: 'tool_use', id: 'call_0', name: 'run', input: {} }]
      const result = {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'call_0', content: 'ok' }],
      }
      const answer = (content: object[]) => ({
        role: 'assistant',
        model: 'm',
        content,
        stop_reason: 'end_turn',
      })
      const ask = (messages: object[], content: object[]) =>
        exchange({ api: 'messages', body: { model: 'm', messages }, answer: answer(content) })
      return [
        ask([asked], use),
        ask([asked, { role: 'assistant', content: use }, result], [{ type: 'text', text: 'Done.' }]),
      ]
    },
    responses: (question) => {
      const asked = { role: 'user', content: question }
      const result = { type: 'function_call_output', call_id: 'call_0', output: 'ok' }
      const ask = (input: object[], output: object) =>
        exchange({
          api: 'responses',
          body: { model: 'm', input },
          answer: { object: 'response', status: 'completed', model: 'm', output: [output] },
        })
      return [ask([asked], item), ask([asked, item, result], done)]
    },
  }

  test.each(Object.keys(conversation))('have no conversations in one group: %s', async (api) => {
    const of = conversation[api] as (question: string) => object[]
    const { traces } = await load(...of('Does a pass?'), ...of('Does b pass?'))
    expect(traces).toHaveLength(2)
    expect(new Set(traces.map(({ group }) => group.key)).size).toBe(2)
    for (const { messages } of traces) {
      const last = messages.at(-1)
      expect(last).toMatchObject({ role: 'assistant' })
      expect(last?.train).toBeUndefined()
      expect(messages.some(({ copied }) => copied)).toBe(false)
    }
  })

  test('and one conversation is one, whatever its system prompt says meanwhile', async () => {
    const of = (time: string) => [
      { role: 'system', content: `It is ${time}.` },
      { role: 'user', content: 'Go.' },
    ]
    const calls = { role: 'assistant', content: null, tool_calls: [call('call_0')] }
    const result = { role: 'tool', tool_call_id: 'call_0', content: 'ok' }
    const said = { role: 'assistant', content: 'And?' }
    const { traces } = await load(
      chat([...of('noon'), calls, result], { answer: completion(said) }),
      chat([...of('one'), calls, result, said, { role: 'user', content: 'On.' }], {
        answer: completion({ content: 'So.' }),
      }),
    )
    expect(traces).toHaveLength(2)
    expect(new Set(traces.map(({ group }) => group.key)).size).toBe(1)
  })
})

test('calls that are no conversation are in the ledger', async () => {
  const { traces, losses, unreadable } = await load(
    exchange({ api: 'other', body: { input: 'x' }, answer: { data: [] } }),
    chat([user], { answer: completion({ content: 'So.' }) }),
    exchange({ api: 'chat', body: 'no JSON', answer: {} }),
  )
  expect(traces).toHaveLength(1)
  expect(unreadable).toEqual([])
  expect(losses.filter(({ field }) => field === '(exchange)')).toHaveLength(2)
})

test('fields that nobody knows are in the ledger', async () => {
  const answer = { ...completion({ content: 'So.', x1: 1 }), x2: 1 }
  const line = { ...chat([{ ...user, x3: 1 }], { answer }), x4: 1 } as Record<string, unknown>
  const request = line.request as { body: object }
  const loaded = await load({ ...line, request: { ...request, x5: 1, body: { ...request.body, x6: 1 } } })
  expect(unknown(loaded).sort()).toEqual([
    'answer.x2',
    'request.body.messages[].x1',
    'request.body.messages[].x3',
    'request.body.x6',
    'request.x5',
    'x4',
  ])
})
