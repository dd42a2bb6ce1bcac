import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadFiles } from './load-files.ts'
import { suite, traces, withoutTraces } from './shared.ts'
import { answered, called, chat, rowsOf, said, span, user } from './span-fixtures.ts'
import { filesBelow } from './support.ts'

const load = async (value: unknown) => loadFiles({ 'spans.json': JSON.stringify(value) })
const unknown = (losses: readonly { detail?: string; field: string }[]): string[] =>
  losses.filter(({ detail }) => detail === 'unknown').map(({ field }) => field)

const ask = user('How warm is it in Oslo?')
const call = called('c1', 'weather', { city: 'Oslo' })
const result = answered('c1', '12 degrees')
const done = said('It is 12 degrees.')

describe('spans of one conversation', () => {
  test('growing inputs are one trace, with the usage of all calls', async () => {
    const usage = { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 2 }
    const { traces: found } = await load([
      span({ id: 'b', at: 3, attributes: chat([ask, call, result], [done], usage) }),
      span({ id: 'a', at: 1, attributes: chat([ask], [call], usage) }),
    ])
    expect(rowsOf(found)).toEqual(['4 (0/1/2/1), 1, 1'])
    expect(found[0]).toMatchObject({
      model: 'm-1',
      startedAt: '2025-06-15T15:06:41Z',
      usage: { inputTokens: 20, outputTokens: 4, llmCalls: 2 },
      outcome: { status: 'completed' },
      session: 't1',
    })
  })

  test('reasoning that only the answer has stays when the next input repeats it', async () => {
    const thinking = {
      role: 'assistant',
      parts: [
        { type: 'reasoning', content: 'Look it up.' },
        { type: 'tool_call', id: 'c1', name: 'weather', arguments: { city: 'Oslo' } },
      ],
    }
    const { traces: found } = await load([
      span({ id: 'a', at: 1, attributes: chat([ask], [thinking]) }),
      span({ id: 'b', at: 3, attributes: chat([ask, call, result], [done]) }),
    ])
    expect(found[0]?.messages[1]).toMatchObject({
      reasoning: 'Look it up.',
      timestamp: '2025-06-15T15:06:41.5Z',
    })
  })

  test('another system prompt is another trace', async () => {
    const judge = { role: 'system', parts: [{ type: 'text', content: 'You judge.' }] }
    const { traces: found } = await load([
      span({ id: 'a', at: 1, attributes: chat([ask], [done]) }),
      span({ id: 'b', at: 2, attributes: chat([judge, ask], [said('good')]) }),
    ])
    expect(rowsOf(found)).toEqual(['2 (0/1/1/0), 0, 0', '3 (1/1/1/0), 0, 0'])
  })

  test('the calls of a conversation may stand in several traces', async () => {
    const of = { 'gen_ai.conversation.id': 'conv' }
    const { traces: found } = await load([
      span({ trace: 't1', at: 1, attributes: chat([ask], [done], of) }),
      span({ trace: 't2', at: 9, attributes: chat([ask, done, user('Thanks')], [said('Welcome')], of) }),
    ])
    expect(rowsOf(found)).toEqual(['4 (0/2/2/0), 0, 0'])
    expect(found[0]?.session).toBe('conv')
  })

  test('a shared beginning is learned once', async () => {
    const { traces: found } = await load([
      span({ id: 'a', at: 1, attributes: chat([ask], [call]) }),
      span({ id: 'b', at: 3, attributes: chat([ask, call, result], [done]) }),
      span({ id: 'c', at: 4, attributes: chat([ask, call, result], [said('Twelve.')]) }),
    ])
    expect(found.map(({ messages }) => messages.map(({ copied }) => copied === true))).toEqual([
      [false, false, false, false],
      [true, true, true, false],
    ])
  })

  test('a call with another id in the next input keeps the id that its result names', async () => {
    const renamed = called('item_1', 'weather', { city: 'Oslo' })
    const { traces: found } = await load([
      span({ id: 'a', at: 1, attributes: chat([ask], [call]) }),
      span({ id: 'b', at: 3, attributes: chat([ask, renamed, result], [done]) }),
    ])
    expect(rowsOf(found)).toEqual(['4 (0/1/2/1), 1, 1'])
  })
})

describe('the same call recorded several times', () => {
  test('the span nearest to the provider is taken', async () => {
    const llm = chat([ask], [done])
    const { traces: found, losses } = await load([
      span({
        id: 'agent',
        at: 0,
        name: 'invoke_agent x',
        attributes: {
          ...chat([user('other')], [done]),
          'gen_ai.operation.name': 'invoke_agent',
          'gen_ai.agent.name': 'x',
        },
      }),
      span({
        id: 'outer',
        parent: 'agent',
        at: 1,
        attributes: { ...llm, 'gen_ai.output.messages': [said('rewritten')] },
      }),
      span({ id: 'inner', parent: 'outer', at: 1, attributes: llm }),
    ])
    expect(rowsOf(found)).toEqual(['2 (0/1/1/0), 0, 0'])
    expect(found[0]).toMatchObject({ agent: 'x', metadata: { otel: { spanId: 'inner' } } })
    expect(losses).toContainEqual(
      expect.objectContaining({
        field: 'spans(model)',
        kind: 'dropped',
        detail: 'repeats the messages of other spans',
      }),
    )
  })

  test('AI SDK: the inner span counts, whatever became of its parent', async () => {
    const sdk = (name: string, trace: string, attributes: object) => ({
      name,
      spanContext: { traceId: trace, spanId: trace },
      startTime: [1750000000, 5e6],
      endTime: [1750000009, 0],
      attributes: { 'ai.operationId': name, ...attributes },
      status: { code: 0 },
      events: [],
    })
    const messages = JSON.stringify([{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }])
    const toolCalls = JSON.stringify([{ toolCallId: 'c1', toolName: 'weather', input: '{"city":"Oslo"}' }])
    const { traces: found } = await load([
      sdk('ai.generateText', 'aa', { 'ai.prompt': '{"prompt":"Hi"}', 'ai.response.text': 'Hello' }),
      sdk('ai.generateText.doGenerate', 'bb', {
        'ai.prompt.messages': messages,
        'ai.response.text': 'Hello',
        'ai.response.toolCalls': toolCalls,
      }),
      sdk('ai.embed.doEmbed', 'cc', { 'ai.values': ['"Hi"'] }),
    ])
    expect(rowsOf(found)).toEqual(['2 (0/1/1/0), 1, 0'])
    expect(found[0]?.messages[1]).toMatchObject({
      content: 'Hello',
      toolCalls: [{ id: 'c1', name: 'weather', arguments: { city: 'Oslo' } }],
    })
  })
})

describe('spans of tools', () => {
  const run = (more: object) =>
    span({
      id: 't',
      at: 2,
      name: 'execute_tool weather',
      attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'weather', ...more },
    })

  test('fill a missing result by the id of the call', async () => {
    const { traces: found } = await load([
      span({ id: 'a', attributes: chat([ask], [call]) }),
      run({ 'gen_ai.tool.call.id': 'c1', 'gen_ai.tool.call.result': '12 degrees' }),
    ])
    expect(rowsOf(found)).toEqual(['3 (0/1/1/1), 1, 1'])
    expect(found[0]?.messages[2]).toMatchObject({ role: 'tool', content: '12 degrees', toolCallId: 'c1' })
  })

  test('of several runs with one id, the one that was called', async () => {
    const agent = (id: string, city: string, at: number) =>
      span({
        id,
        at,
        attributes: chat([user(`How warm is it in ${city}?`)], [called('call_0', 'weather', { city })]),
      })
    const ran = (id: string, city: string, at: number) =>
      span({
        id,
        at,
        name: 'execute_tool weather',
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': 'weather',
          'gen_ai.tool.call.id': 'call_0',
          'gen_ai.tool.call.arguments': JSON.stringify({ city }),
          'gen_ai.tool.call.result': `fine in ${city}`,
        },
      })
    const { traces: found } = await load([
      agent('a', 'Oslo', 1),
      agent('b', 'Rome', 2),
      ran('c', 'Rome', 3),
      ran('d', 'Oslo', 4),
    ])
    expect(found.map(({ messages }) => messages.map(({ content }) => content))).toEqual([
      ['How warm is it in Oslo?', '', 'fine in Oslo'],
      ['How warm is it in Rome?', '', 'fine in Rome'],
    ])
  })

  test('or by its name and arguments, and not twice', async () => {
    const { traces: found } = await load([
      span({ id: 'a', at: 1, attributes: chat([ask], [call]) }),
      run({ 'gen_ai.tool.call.arguments': '{"city":"Oslo"}', 'gen_ai.tool.call.result': '12 degrees' }),
      span({ id: 'b', at: 3, attributes: chat([ask, call, result], [done]) }),
    ])
    expect(rowsOf(found)).toEqual(['4 (0/1/2/1), 1, 1'])
  })

  test('of an agent without messages are calls that nothing is learned from', async () => {
    const { traces: found } = await load([
      span({
        id: 'agent',
        at: 0,
        attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'x' },
      }),
      {
        ...run({ 'gen_ai.tool.call.arguments': '{"city":"Oslo"}', 'gen_ai.tool.call.result': '12 degrees' }),
        parent_span_id: 'agent',
      },
    ])
    expect(rowsOf(found)).toEqual(['2 (0/0/1/1), 1, 1'])
    expect(found[0]?.messages[0]).toMatchObject({ train: false })
  })

  test('an agent span with answers alone gets the results between them', async () => {
    const out = (index: number, key: string, value: unknown) => [
      `llm.output_messages.${index}.message.${key}`,
      value,
    ]
    const { traces: found } = await load([
      span({
        id: 'q',
        attributes: Object.fromEntries([
          ['openinference.span.kind', 'AGENT'],
          ['input.value', 'How warm is it in Oslo?'],
          out(0, 'role', 'assistant'),
          out(0, 'content.0', 'Let me look.'),
          out(1, 'role', 'assistant'),
          out(1, 'tool_calls.0.tool_call.id', 'c1'),
          out(1, 'tool_calls.0.tool_call.function.name', 'Look'),
          out(1, 'tool_calls.0.tool_call.function.arguments', '{"at":"Oslo"}'),
          out(2, 'role', 'assistant'),
          out(2, 'content', 'Twelve.'),
        ]),
      }),
      span({
        id: 't',
        parent: 'q',
        at: 2,
        attributes: {
          'openinference.span.kind': 'TOOL',
          'tool.id': 'c1',
          'tool.name': 'Look',
          'output.value': '12',
        },
      }),
    ])
    expect(rowsOf(found)).toEqual(['4 (0/1/2/1), 1, 1'])
  })
})

describe('containers', () => {
  const attributes = (value: object) =>
    Object.entries(value).map(([key, inner]) => ({
      key,
      value: typeof inner === 'string' ? { stringValue: inner } : { arrayValue: { values: [] } },
    }))
  const flat = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.input.messages': JSON.stringify([ask]),
    'gen_ai.output.messages': JSON.stringify([done]),
  }
  const otlp = {
    traceId: 'ab',
    spanId: 'cd',
    name: 'chat',
    startTimeUnixNano: '1750000000000000001',
    endTimeUnixNano: 1750000001000000000,
    attributes: attributes(flat),
  }
  const jaeger = Object.entries(flat).map(([key, value]) => ({ key, type: 'string', value }))
  test.each([
    [
      'OTLP',
      {
        resourceSpans: [
          { resource: { attributes: [] }, scopeSpans: [{ scope: { name: 'x' }, spans: [otlp] }] },
        ],
      },
    ],
    [
      'Tempo',
      { batches: [{ instrumentationLibrarySpans: [{ instrumentationLibrary: {}, spans: [otlp] }] }] },
    ],
    [
      'Jaeger',
      {
        data: [
          {
            traceID: 'ab',
            processes: {},
            spans: [
              {
                traceID: 'ab',
                spanID: 'cd',
                operationName: 'chat',
                references: [],
                startTime: 1750000000000000,
                duration: 5,
                tags: jaeger,
                logs: [],
              },
            ],
          },
        ],
      },
    ],
    ['a session', { session_id: 's1', span_count: 1, spans: [span({ attributes: flat })] }],
    [
      'the JavaScript SDK',
      [
        {
          name: 'chat',
          spanContext: { traceId: 'ab', spanId: 'cd' },
          startTime: [1750000000, 1],
          endTime: [1750000001, 0],
          attributes: flat,
          status: { code: 0 },
        },
      ],
    ],
    [
      'the Python SDK',
      [
        {
          name: 'chat',
          context: { trace_id: '0xab', span_id: '0xcd' },
          parent_id: null,
          start_time: '2025-06-15T15:06:40.000000Z',
          end_time: '2025-06-15T15:06:41.000000Z',
          attributes: flat,
        },
      ],
    ],
    [
      'columns',
      [
        {
          name: 'chat',
          'context.trace_id': 'ab',
          'context.span_id': 'cd',
          start_time: '2025-06-15T15:06:40Z',
          ...Object.fromEntries(Object.entries(flat).map(([key, value]) => [`attributes.${key}`, value])),
        },
      ],
    ],
    ['one attribute map', flat],
    ['one span by its name', { spanName: 'chat', scopeName: 'x', attributes: flat }],
    ['spans by their names', { 'chat m': { attributes: flat }, other: { attributes: { 'http.url': 'x' } } }],
  ])('%s', async (_name, value) => {
    const { traces: found, unreadable, losses } = await load(value)
    expect(unreadable).toEqual([])
    expect(rowsOf(found)).toEqual(['2 (0/1/1/0), 0, 0'])
    expect(unknown(losses)).toEqual([])
  })

  test('a trace is gathered over the lines of a file, times keep their digits', async () => {
    const line = (own: object) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [own] }] }] })
    const { traces: found } = await loadFiles({
      'a.jsonl': [
        otlp,
        {
          ...otlp,
          spanId: 'ce',
          startTimeUnixNano: '1750000002000000000',
          attributes: attributes({
            ...flat,
            'gen_ai.input.messages': JSON.stringify([ask, done, user('More')]),
          }),
        },
      ]
        .map(line)
        .join('\n'),
    })
    expect(rowsOf(found)).toEqual(['4 (0/2/2/0), 0, 0'])
    expect(found[0]?.startedAt).toBe('2025-06-15T15:06:40.000000001Z')
  })

  test('spans without messages make no trace and are counted', async () => {
    const {
      traces: found,
      losses,
      unreadable,
    } = await load([
      span({ attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 3 } }),
      span({ id: 'http', attributes: { 'http.url': 'x' } }),
    ])
    expect(found).toEqual([])
    expect(unreadable).toEqual([])
    expect(losses.map(({ field, kind, count }) => [field, kind, count])).toEqual([
      ['spans(model)', 'dropped', 1],
      ['spans(other)', 'dropped', 1],
    ])
  })
})

describe('spellings of messages', () => {
  const only = async (attributes: object, more: object = {}) => {
    const { traces: found } = await load([span({ attributes, ...more })])
    return found[0]
  }

  test('indexed keys of Traceloop, with tools', async () => {
    const found = await only({
      'gen_ai.system': 'openai',
      'llm.request.type': 'chat',
      'gen_ai.prompt.0.role': 'system',
      'gen_ai.prompt.0.content': 'Help.',
      'gen_ai.prompt.1.role': 'user',
      'gen_ai.prompt.1.content': '[{"type":"text","text":"Hi"}]',
      'gen_ai.completion.0.role': 'assistant',
      'gen_ai.completion.0.tool_calls.0.id': 'c1',
      'gen_ai.completion.0.tool_calls.0.name': 'look',
      'gen_ai.completion.0.tool_calls.0.arguments': '{}',
      'llm.request.functions.0.name': 'look',
      'llm.request.functions.0.parameters': '{"type":"object"}',
    })
    expect(found?.messages.map(({ role, content }) => [role, content])).toEqual([
      ['system', 'Help.'],
      ['user', 'Hi'],
      ['assistant', ''],
    ])
    expect(found?.tools).toEqual([
      { type: 'function', function: { name: 'look', parameters: { type: 'object' } } },
    ])
  })

  test('OpenInference: indices from 1 and with gaps, an answer over several messages', async () => {
    const found = await only({
      'openinference.span.kind': 'LLM',
      'llm.input_messages.10.message.role': 'user',
      'llm.input_messages.10.message.content': 'two',
      'llm.input_messages.1.message.role': 'user',
      'llm.input_messages.1.message.contents.0.message_content.type': 'text',
      'llm.input_messages.1.message.contents.0.message_content.text': 'one',
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.contents.0.message_content.type': 'reasoning',
      'llm.output_messages.0.message.contents.0.message_content.text': 'hm',
      'llm.output_messages.0.message.contents.0.message_content.encrypted_content': 'xx',
      'llm.output_messages.1.message.role': 'assistant',
      'llm.output_messages.1.message.content': 'three',
      'llm.output_messages.2.message.role': 'assistant',
      'llm.output_messages.2.message.tool_calls.0.tool_call.id': 'c1',
      'llm.output_messages.2.message.tool_calls.0.tool_call.function.name': 'look',
    })
    expect(found?.messages).toMatchObject([
      { role: 'user', content: 'one' },
      { role: 'user', content: 'two' },
      { role: 'assistant', content: 'three', reasoning: 'hm', toolCalls: [{ name: 'look' }] },
    ])
  })

  test('messages in an event alone', async () => {
    const found = await only(
      { 'gen_ai.operation.name': 'chat' },
      {
        span_events: [
          {
            event_name: 'gen_ai.client.inference.operation.details',
            attributes: { 'gen_ai.input.messages': [ask], 'gen_ai.output.messages': [done] },
          },
        ],
      },
    )
    expect(found?.messages).toHaveLength(2)
  })

  test('one event for each message', async () => {
    const found = await only(
      { 'gen_ai.operation.name': 'chat' },
      {
        span_events: [
          { name: 'gen_ai.user.message', attributes: { content: 'Hi' } },
          {
            name: 'gen_ai.choice',
            attributes: { message: '{"role":"assistant","content":"Hello"}', finish_reason: 'stop' },
          },
        ],
      },
    )
    expect(found?.messages.map(({ role, content }) => [role, content])).toEqual([
      ['user', 'Hi'],
      ['assistant', 'Hello'],
    ])
  })

  test('Gemini: contents, parts without a type, thoughts, one object as output', async () => {
    const found = await only({
      'gen_ai.operation.name': 'llm_call',
      'gen_ai.system_instructions': '"Route."',
      'gen_ai.input.messages': '[{"role":"user","parts":[{"text":"Hi"}]}]',
      'gen_ai.output.messages':
        '{"role":"model","parts":[{"text":"easy","thought":true},{"text":"1"},{"functionCall":{"name":"go","args":{"n":1}}}]}',
    })
    expect(found?.messages).toMatchObject([
      { role: 'system', content: 'Route.' },
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: '1',
        reasoning: 'easy',
        toolCalls: [{ name: 'go', arguments: { n: 1 } }],
      },
    ])
  })

  test('ADK: a request and a response of Gemini', async () => {
    const found = await only({
      'gcp.vertex.agent.llm_request': JSON.stringify({
        config: { system_instruction: 'Add.', tools: [{ function_declarations: [{ name: 'sum' }] }] },
        contents: [
          { role: 'user', parts: [{ text: '1+1' }] },
          { role: 'model', parts: [{ function_call: { id: 'c1', name: 'sum', args: {} } }] },
          {
            role: 'user',
            parts: [{ function_response: { id: 'c1', name: 'sum', response: { result: 2 } } }],
          },
        ],
      }),
      'gcp.vertex.agent.llm_response': '{"content":{"role":"model","parts":[{"text":"2"}]}}',
    })
    expect(rowsOf(found === undefined ? [] : [found])).toEqual(['5 (1/1/2/1), 1, 1'])
    expect(found?.tools).toHaveLength(1)
  })

  test('smolagents: roles tool-call and tool-response', async () => {
    const found = await only({
      'openinference.span.kind': 'LLM',
      ...Object.fromEntries(
        [
          ['user', 'Count'],
          ['assistant', 'Thought: run it'],
          [
            'tool-call',
            "Calling tools:\n[{'id': 'c1', 'type': 'function', 'function': {'name': 'python', 'arguments': 'print(1)'}}]",
          ],
          ['tool-response', 'Observation: 1'],
        ].flatMap(([role, content], index) => [
          [`llm.input_messages.${index}.message.role`, role],
          [`llm.input_messages.${index}.message.content`, content],
        ]),
      ),
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.content': 'One.',
    })
    expect(found?.messages).toMatchObject([
      { role: 'user' },
      {
        role: 'assistant',
        content: 'Thought: run it',
        toolCalls: [{ name: 'python', argumentsText: 'print(1)' }],
      },
      { role: 'tool', content: 'Observation: 1' },
      { role: 'assistant', content: 'One.' },
    ])
  })

  test('an error is the outcome, an evaluation the reward, an exception an event', async () => {
    const found = await only(chat([ask], [done]), {
      status: { code: 'ERROR', message: 'quota' },
      span_events: [
        {
          name: 'exception',
          attributes: { 'exception.type': 'RateLimit', 'exception.message': 'slow down' },
        },
        {
          name: 'gen_ai.evaluation.result',
          attributes: { 'gen_ai.evaluation.name': 'correctness', 'gen_ai.evaluation.score.value': 0.5 },
        },
      ],
    })
    expect(found?.outcome).toEqual({ status: 'errored', error: 'quota', reward: 0.5 })
    expect(found?.events?.map(({ type }) => type)).toEqual(['exception', 'score'])
  })
})

test('a long run without inputs is read in linear time', async () => {
  const spans = Array.from({ length: 4000 }, (_, index) =>
    span({
      id: `s${index}`,
      parent: 'p',
      at: index,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.output.messages': [called(`c${index}`, 'f', { index })],
      },
    }),
  )
  const { traces: found } = await load(spans)
  expect(found).toHaveLength(1)
})

describe.skipIf(withoutTraces)(suite('real spans', withoutTraces), () => {
  const openinference = 'otel-genai/Arize-ai__openinference/js/packages'
  const strands = 'otlp-genai/strands-agents__evals/tests/strands_evals/mappers/fixtures'
  const agentevals = 'otlp-genai/agentevals-dev__agentevals/samples'
  const copilot = 'otlp-genai/kenn-io__agentsview/testdata/visualstudio-copilot/redacted'
  const vercel = `${openinference}/openinference-vercel/test/__fixtures__/v6-spans`
  const genai = `${openinference}/openinference-genai/test/__fixtures__`
  const payloads = 'otlp-genai/langwatch__langwatch/platform/app/scripts/dogfood/governance/payloads'
  test.each([
    [
      `${vercel}/all-spans.json`,
      ['2 (0/1/1/0), 0, 0', '5 (1/2/2/0), 0, 0', '2 (0/1/1/0), 0, 0', '2 (0/1/1/0), 0, 0'],
    ],
    [`${vercel}/ai-generateObject-doGenerate.json`, ['2 (0/1/1/0), 0, 0']],
    [`${vercel}/ai-streamText.json`, ['2 (0/1/1/0), 0, 0']],
    [`${vercel}/ai-embed-doEmbed.json`, []],
    [`${genai}/otel_genai_client_span_tool_calls.json`, ['4 (0/1/2/1), 1, 1']],
    [`${genai}/otel_genai_deprecated_client_span_tool_calls.json`, ['4 (0/1/2/1), 1, 1']],
    [`${genai}/openinference_client_span_tool_calls.json`, ['4 (0/1/2/1), 1, 1']],
    [`${genai}/openinference_client_span_input_output_only.json`, ['4 (0/1/2/1), 1, 1']],
    [`${strands}/pydantic_ai_live_spans.json`, ['5 (1/1/2/1), 1, 1']],
    [
      `${strands}/openai_agents_genai_live_spans.json`,
      ['7 (1/1/3/2), 2, 2', '5 (1/1/2/1), 1, 1', '7 (1/1/3/2), 2, 2'],
    ],
    [`${strands}/otel_genai_convention_spans.json`, ['5 (0/1/2/2), 2, 2']],
    [`${strands}/adk_live_spans.json`, ['5 (1/1/2/1), 1, 1']],
    [`${strands}/smolagents_live_spans.json`, ['5 (1/1/2/1), 1, 1']],
    [
      `${strands}/claude_live_spans.json`,
      ['7 (0/1/3/3), 3, 3', '2 (0/0/1/1), 1, 1', '2 (0/0/1/1), 1, 1', '2 (0/0/1/1), 1, 1'],
    ],
    [`${strands}/autogen_live_spans.json`, []],
    [`${agentevals}/helm.json`, ['5 (1/1/2/1), 1, 1']],
    [`${agentevals}/tempo_export_with_batches.json`, ['5 (1/1/2/1), 1, 1']],
    [`${agentevals}/k8s.json`, ['3 (1/1/1/0), 0, 0']],
    [
      'otlp-genai/langwatch__langwatch/platform/app/src/server/app-layer/traces/canonicalisation/__tests__/fixtures/gemini-B.llm_call.json',
      ['4 (1/2/1/0), 0, 0'],
    ],
    [`${copilot}/sample-4_VSGitHubCopilot_traces.jsonl`, ['4 (0/0/2/2), 2, 2', '2 (0/0/1/1), 1, 1']],
    [`${payloads}/claude_code.json`, []],
  ])('%s', async (path, rows) => {
    const { traces: found, losses, unreadable } = await loadFiles(`${traces}/${path}`)
    expect(unreadable).toEqual([])
    expect(rowsOf(found)).toEqual(rows)
    expect(unknown(losses)).toEqual([])
    if (rows.length === 0)
      expect(
        losses.some(({ detail }) => detail === 'no messages' || detail === 'answers no recorded call'),
      ).toBe(true)
  })

  test('every file is of the format, but for the JSON schemas; no field is unknown', async () => {
    for (const folder of ['otel-genai', 'otlp-genai']) {
      const { losses, unreadable } = await loadFiles(`${traces}/${folder}`)
      expect(unknown(losses)).toEqual([])
      const unnamed = filesBelow(`${traces}/${folder}`).filter((path) => path.includes('genai_schemas'))
      expect(unreadable.map(({ source }) => source.split('/').at(-1)).sort()).toEqual(
        unnamed.map((path) => path.split('/').at(-1)).sort(),
      )
    }
  })

  test('the name of a file says nothing', async () => {
    const text = readFileSync(`${traces}/${agentevals}/helm.json`, 'utf8')
    const { traces: found } = await loadFiles({ 'x.txt': text })
    expect(rowsOf(found)).toEqual(['5 (1/1/2/1), 1, 1'])
  })
})
