import Anthropic from '@anthropic-ai/sdk'
import { loaders } from '@sftkit/plugin-loaders'
import { scriptedLlm, testRun } from '@sftkit/testing'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { KEY, TOOL, weather } from './conversation.ts'
import { after, everythingIn, type TestProxy, testProxy } from './support.ts'

/** Each has the conversation through one client and interface, and says what the client made of it. */
const agents: Record<string, (url: string) => Promise<unknown[]>> = {
  chat: async (url) => {
    const { chat } = new OpenAI({ apiKey: KEY, baseURL: `${url}/v1`, maxRetries: 0 })
    const tools = [
      { type: 'function' as const, function: { ...TOOL, schema: undefined, parameters: TOOL.schema } },
    ]
    const messages: OpenAI.ChatCompletionMessageParam[] = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Weather in Oslo?' },
    ]
    const first = await chat.completions.create({ model: 'm', messages, tools })
    const called = first.choices[0]!.message
    messages.push(called, { role: 'tool', tool_call_id: called.tool_calls?.[0]?.id ?? '', content: '4 C' })
    return [first, await chat.completions.create({ model: 'm', messages, tools })]
  },
  'chat, streamed': async (url) => {
    const { chat } = new OpenAI({ apiKey: KEY, baseURL: `${url}/v1`, maxRetries: 0 })
    const tools = [
      { type: 'function' as const, function: { ...TOOL, schema: undefined, parameters: TOOL.schema } },
    ]
    const messages: OpenAI.ChatCompletionMessageParam[] = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Weather in Oslo?' },
    ]
    const about = { model: 'm', tools, stream_options: { include_usage: true } }
    const first = await chat.completions.stream({ ...about, messages }).finalChatCompletion()
    const { tool_calls, content } = first.choices[0]!.message
    messages.push({ role: 'assistant', content, ...(tool_calls !== undefined && { tool_calls }) })
    messages.push({ role: 'tool', tool_call_id: tool_calls?.[0]?.id ?? '', content: '4 C' })
    return [first, await chat.completions.stream({ ...about, messages }).finalChatCompletion()]
  },
  responses: async (url) => {
    const client = new OpenAI({ apiKey: KEY, baseURL: `${url}/v1`, maxRetries: 0 })
    const tools = [
      {
        type: 'function' as const,
        name: TOOL.name,
        description: TOOL.description,
        parameters: TOOL.schema,
        strict: false,
      },
    ]
    const instructions = 'Be brief.'
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'Weather in Oslo?' }]
    const first = await client.responses.stream({ model: 'm', instructions, input, tools }).finalResponse()
    const called = first.output.find((item) => item.type === 'function_call')
    input.push(...(first.output as OpenAI.Responses.ResponseInput), {
      type: 'function_call_output',
      call_id: called?.call_id ?? '',
      output: '4 C',
    })
    return [first, await client.responses.create({ model: 'm', instructions, input, tools })]
  },
  messages: async (url) => {
    const client = new Anthropic({ apiKey: KEY, baseURL: url, maxRetries: 0 })
    const about = {
      model: 'm',
      max_tokens: 100,
      system: 'Be brief.',
      tools: [{ name: TOOL.name, description: TOOL.description, input_schema: TOOL.schema }],
    }
    const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'Weather in Oslo?' }]
    const first = await client.messages.stream({ ...about, messages }).finalMessage()
    const called = first.content.find((block) => block.type === 'tool_use')
    messages.push({ role: 'assistant', content: first.content })
    messages.push({
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: called?.id ?? '', content: '4 C' }],
    })
    return [first, await client.messages.create({ ...about, messages })]
  },
  'ollama-chat': async (url) => {
    const tools = [{ type: 'function', function: { ...TOOL, parameters: TOOL.schema } }]
    const call = async (messages: object[], stream: boolean): Promise<unknown[]> => {
      const body = JSON.stringify({ model: 'm', messages, tools, ...(!stream && { stream }) })
      const text = await (await fetch(`${url}/api/chat`, { method: 'POST', body })).text()
      return text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown)
    }
    const messages: object[] = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Weather in Oslo?' },
    ]
    const first = await call(messages, true)
    const calls = first.flatMap(
      (line) => (line as { message: { tool_calls?: unknown[] } }).message.tool_calls ?? [],
    )
    messages.push({ role: 'assistant', content: 'Let me look.', tool_calls: calls })
    messages.push({ role: 'tool', tool_name: TOOL.name, content: '4 C' })
    return [first, await call(messages, false)]
  },
}

async function recorded(name: string): Promise<{ proxy: TestProxy; direct: unknown[]; through: unknown[] }> {
  const server = await scriptedLlm({ answer: weather, ...(!name.startsWith('ollama') && { key: KEY }) })
  after(() => server.close())
  const proxy = await testProxy({ upstream: server.url.replace(/\/v1$/, '') })
  const agent = agents[name]!
  return { proxy, direct: await agent(server.url.replace(/\/v1$/, '')), through: await agent(proxy.url) }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown

describe.each(Object.keys(agents))('%s', (name) => {
  test('a client works as without the proxy, and its conversation becomes one trace', async () => {
    const { proxy, direct, through } = await recorded(name)
    expect(plain(through)).toEqual(plain(direct))
    await proxy.exchanges(2)
    await proxy.close()
    expect(everythingIn(proxy.out)).not.toContain(KEY)
    const { traces, unreadable } = await testRun({
      plugins: loaders(),
      config: { input: [proxy.out] },
      until: 'filter',
    })
    expect(unreadable).toEqual([])
    expect(traces).toHaveLength(1)
    const [trace] = traces
    expect(trace?.source.format).toBe('proxy-recordings')
    expect(trace?.messages.map(({ role, content }) => [role, content])).toEqual([
      ['system', 'Be brief.'],
      ['user', 'Weather in Oslo?'],
      ['assistant', 'Let me look.'],
      ['tool', '4 C'],
      ['assistant', 'It is 4 C in Oslo, so take a coat.'],
    ])
    expect(trace?.messages[2]?.toolCalls).toMatchObject([
      { name: 'get_weather', arguments: { city: 'Oslo' } },
    ])
    expect(trace?.messages[3]?.toolCallId).toBe(trace?.messages[2]?.toolCalls?.[0]?.id)
    // Both answers are learned: the first was answered in one request and repeated in the next.
    expect(trace?.messages.map(({ train, copied }) => train === false || copied === true)).not.toContain(true)
    expect(trace).toMatchObject({
      model: 'm',
      outcome: { status: 'completed' },
      usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) },
      tools: [{ function: { name: 'get_weather' } }],
    })
  })
})
