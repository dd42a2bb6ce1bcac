import { existsSync, readFileSync } from 'node:fs'
import { type Message, type Plugin, parseJson, type Row } from '@sftkit/core'
import { describe, expect, test } from 'vitest'
import {
  formatAlpaca,
  formatChatml,
  formatHarborTasks,
  formatMessages,
  formatOpenAi,
  formatPreference,
  formatPromptCompletion,
  formatShareGpt,
  formats,
  formatUnpaired,
} from '../src/index.ts'
import {
  assistant,
  calls,
  chat,
  preference,
  result,
  system,
  task,
  tool,
  toolConversation,
  unpaired,
  user,
  weather,
} from './examples.ts'
import { formatted, jsonLines, registered } from './formatted.ts'

const example = chat(toolConversation, {
  id: 'a',
  tools: [weather],
  model: 'm',
  startedAt: '2026-01-01T00:00:00Z',
  metadata: { swe: { repo: 'r' } },
})
const metadata = {
  id: 'a',
  session_id: 'session-a',
  parents: [],
  source: 'traces/a.jsonl',
  group: 'group-a',
  swe: { repo: 'r' },
}
const half = [user('2+2?'), assistant('5', { train: false }), user('No.'), assistant('4')]

describe('messages', () => {
  test('a row has fixed keys in a fixed order, and argument objects', () => {
    const { rows, losses } = formatted(formatMessages(), example)
    expect(jsonLines(rows)).toBe(
      `${JSON.stringify({
        session_id: 'session-a',
        model: 'm',
        timestamp: '2026-01-01T00:00:00Z',
        tags: ['outcome:completed'],
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Weather in Oslo?' },
          {
            role: 'assistant',
            content: '',
            reasoning_content: 'Look it up.',
            tool_calls: [
              {
                id: 'call_1',
                type: 'function',
                function: { name: 'get_weather', arguments: { city: 'Oslo' } },
              },
            ],
          },
          { role: 'tool', content: '4 C', tool_call_id: 'call_1', name: 'get_weather' },
          { role: 'assistant', content: 'It is 4 C in Oslo.' },
        ],
        tools: [weather],
        metadata,
      })}\n`,
    )
    expect(losses).toEqual([])
  })

  test('what is unknown is null, with the same keys', () => {
    const [row] = formatted(formatMessages(), chat([user('a'), assistant('b')])).rows
    expect(Object.keys(row ?? {})).toEqual([
      'session_id',
      'model',
      'timestamp',
      'tags',
      'messages',
      'tools',
      'metadata',
    ])
    expect(row).toMatchObject({ model: null, timestamp: null, tools: null })
  })

  test('the tools are the very list of the example', () => {
    const tools = [weather, tool('bash')]
    const [row] = formatted(formatMessages(), chat(toolConversation, { tools })).rows
    expect(row?.tools).toBe(tools)
  })

  test('train flags stand on assistant turns, only where some turn is not learned', () => {
    const [row] = formatted(formatMessages(), chat(half)).rows
    expect(row?.messages).toEqual([
      { role: 'user', content: '2+2?' },
      { role: 'assistant', content: '5', train: false },
      { role: 'user', content: 'No.' },
      { role: 'assistant', content: '4', train: true },
    ])
  })

  test('copied turns are not learned', () => {
    const messages = [user('a'), assistant('b', { copied: true }), assistant('c')]
    const [row] = formatted(formatMessages(), chat(messages)).rows
    expect(JSON.stringify(row?.messages)).toContain('"content":"b","train":false')
  })

  test('arguments that are no object become {"input": …}, as a change', () => {
    const text: Parameters<typeof chat>[0] = [
      user('a'),
      {
        role: 'assistant',
        content: '',
        toolCalls: [{ id: '1', name: 'f', arguments: {}, argumentsText: '{"a": ' }],
      },
      calls({ 2: ['f', ['x']] }),
    ]
    const { rows, losses } = formatted(formatMessages(), chat(text))
    expect(JSON.stringify(rows)).toContain('"arguments":{"input":"{\\"a\\": "}')
    expect(JSON.stringify(rows)).toContain('"arguments":{"input":["x"]}')
    expect(losses).toEqual([{ field: 'messages[].toolCalls[].arguments', kind: 'changed', count: 2 }])
  })

  test('numbers keep their spelling up to 64 bits, and are texts beyond', () => {
    const args = parseJson(
      '{"a":18446744073709551615,"b":1.0,"c":[18446744073709551616,-9223372036854775809],"d":-9223372036854775808,"e":1e400}',
    )
    const { rows, losses } = formatted(formatMessages(), chat([user('a'), calls({ 1: ['f', args] })]))
    expect(jsonLines(rows)).toContain(
      '{"a":18446744073709551615,"b":1.0,"c":["18446744073709551616","-9223372036854775809"],"d":-9223372036854775808,"e":1e400}',
    )
    expect(losses).toEqual([{ field: 'messages[].toolCalls[].arguments', kind: 'changed', count: 2 }])
  })

  test('half a surrogate pair is replaced, in texts and in arguments', () => {
    const messages = [user('a\ud83d'), calls({ 1: ['f', { '\ude80': '\ud83d', b: '🚀' }] })]
    const { rows, losses } = formatted(formatMessages(), chat(messages))
    expect(JSON.stringify(rows)).toContain('{"\ufffd":"\ufffd","b":"🚀"}')
    expect(JSON.stringify(rows)).toContain('"a\ufffd"')
    expect(losses.map(({ field, count }) => [field, count])).toEqual([
      ['messages[].content', 1],
      ['messages[].toolCalls[].arguments', 2],
    ])
  })

  test('text parts are joined, images and files are counted', () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'image', uri: 'file:x.png' },
      { type: 'text', text: 'b' },
    ] as const
    const { rows, losses } = formatted(formatMessages(), chat([{ role: 'user', content }, assistant('c')]))
    expect(rows[0]?.messages).toEqual([
      { role: 'user', content: 'a\nb' },
      { role: 'assistant', content: 'c' },
    ])
    expect(losses).toEqual([{ field: 'messages[].content[type=image]', kind: 'dropped', count: 1 }])
  })

  test('a trailing user or tool message stays: no end is invented and none removed', () => {
    const messages = [user('a'), calls({ 1: ['f', {}] }), result('1', 'x')]
    const [row] = formatted(formatMessages(), chat(messages)).rows
    expect((row!.messages as { role: string }[]).map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
    ])
  })

  test('without a learned turn the conversation is dropped, unless it is wanted', () => {
    const copied = chat([user('a'), assistant('b', { copied: true })])
    expect(formatted(formatMessages(), copied, chat([user('a')])).drops).toEqual([
      { reason: 'no-assistant' },
      { reason: 'no-assistant' },
    ])
    expect(formatted(formatMessages({ requireAssistant: false }), chat([user('a')])).rows).toHaveLength(1)
    const refused = chat([user('a')], { outcome: { status: 'errored', error: 'HTTP 401:\nno key' } })
    expect(formatted(formatMessages(), refused).drops).toEqual([
      { reason: 'no-assistant', detail: 'HTTP 401: no key' },
    ])
  })

  test('includeSystem and textOnly leave out what they name, and record it', () => {
    const { rows, losses } = formatted(formatMessages({ includeSystem: false, textOnly: true }), example)
    expect(rows[0]).toMatchObject({
      messages: [
        { role: 'user', content: 'Weather in Oslo?' },
        { role: 'assistant', content: 'It is 4 C in Oslo.' },
      ],
      tools: null,
    })
    expect(losses.map(({ field }) => field)).toEqual([
      'messages[role=system]',
      'messages[].toolCalls',
      'messages[role=tool]',
    ])
  })

  test('the example is not changed', () => {
    const frozen = deepFreeze(structuredClone(example))
    for (const plugin of formats()) formatted(plugin, frozen)
    expect(frozen).toEqual(example)
  })
})

describe('openai', () => {
  test('arguments are JSON text, reasoning is recorded as lost', () => {
    const { rows, losses } = formatted(formatOpenAi(), example)
    expect(rows).toEqual([
      {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Weather in Oslo?' },
          {
            role: 'assistant',
            content: '',
            tool_calls: [
              {
                id: 'call_1',
                type: 'function',
                function: { name: 'get_weather', arguments: '{"city":"Oslo"}' },
              },
            ],
          },
          { role: 'tool', content: '4 C', tool_call_id: 'call_1', name: 'get_weather' },
          { role: 'assistant', content: 'It is 4 C in Oslo.' },
        ],
        tools: [weather],
        metadata,
      },
    ])
    expect(losses).toEqual([{ field: 'messages[].reasoning', kind: 'dropped', count: 1 }])
  })

  test('arguments that did not parse stand as the model wrote them; numbers keep their spelling', () => {
    const messages = [
      user('a'),
      {
        role: 'assistant' as const,
        content: '',
        toolCalls: [
          { id: '1', name: 'f', arguments: {}, argumentsText: 'not json' },
          { id: '2', name: 'f', arguments: parseJson('{"n":123456789012345678901234567890,"x":1.0}') },
        ],
      },
    ]
    const { rows, losses } = formatted(formatOpenAi(), chat(messages))
    expect(JSON.stringify(rows)).toContain('"arguments":"not json"')
    expect(jsonLines(rows)).toContain(
      JSON.stringify('{"n":123456789012345678901234567890,"x":1.0}').slice(1, -1),
    )
    expect(losses).toEqual([])
  })

  test('strict leaves out what OpenAI refuses', () => {
    const { rows } = formatted(formatOpenAi({ strict: true }), example)
    expect(rows[0]).not.toHaveProperty('metadata')
    expect(JSON.stringify(rows)).not.toContain('"name":"get_weather","tool_call_id"')
    expect((rows[0]!.messages as object[])[2]).not.toHaveProperty('content')
    expect((rows[0]!.messages as object[])[3]).toEqual({
      role: 'tool',
      content: '4 C',
      tool_call_id: 'call_1',
    })
  })

  test.each([
    ['end-not-assistant', [user('a'), assistant('b'), user('c')]],
    ['end-not-assistant', [user('a'), calls({ 1: ['f', {}] }), result('1', 'x')]],
    ['tool-call-without-result', [user('a'), calls({ 1: ['f', {}] }), assistant('b')]],
    ['tool-result-without-call', [user('a'), result('9', 'x'), assistant('b')]],
    ['tool-name', [user('a'), calls({ 1: ['my tool', {}] })]],
    ['empty-assistant', [user('a'), assistant('')]],
    ['no-assistant', [user('a')]],
  ])('strict drops a conversation that OpenAI sends back: %s', (reason, messages) => {
    expect(
      formatted(formatOpenAi({ strict: true }), chat(messages)).drops.map((drop) => drop.reason),
    ).toEqual([reason])
  })

  test('a last call needs no result', () => {
    const messages = [user('a'), calls({ 1: ['f', {}], 2: ['g', {}] })]
    expect(formatted(formatOpenAi({ strict: true }), chat(messages)).rows).toHaveLength(1)
  })

  test('turns that are not learned have weight 0', () => {
    const [row] = formatted(formatOpenAi(), chat(half)).rows
    expect((row!.messages as { weight?: number }[]).map(({ weight }) => weight)).toEqual([
      undefined,
      0,
      undefined,
      1,
    ])
  })

  test('images that OpenAI can fetch stay', () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'image', uri: 'https://x.test/a.png' },
      { type: 'image', uri: 'a.png' },
    ] as const
    const { rows, losses } = formatted(formatOpenAi(), chat([{ role: 'user', content }, assistant('b')]))
    expect((rows[0]!.messages as object[])[0]).toEqual({
      role: 'user',
      content: [
        { type: 'text', text: 'a' },
        { type: 'image_url', image_url: { url: 'https://x.test/a.png' } },
      ],
    })
    expect(losses).toEqual([{ field: 'messages[].content[type=image]', kind: 'dropped', count: 1 }])
  })
})

describe('prompt-completion', () => {
  test('each learned turn is a row, with everything before it as prompt', () => {
    const { rows } = formatted(formatPromptCompletion(), example)
    expect(rows.map((row) => (row.prompt as unknown[]).length)).toEqual([2, 4])
    expect(rows.map((row) => (row.metadata as { turn: number }).turn)).toEqual([2, 4])
    expect(rows[1]).toMatchObject({
      completion: [{ role: 'assistant', content: 'It is 4 C in Oslo.' }],
      tools: [weather],
    })
  })

  test('turns that are not learned are prompt only; without a prompt there is no row', () => {
    expect(formatted(formatPromptCompletion(), chat(half)).rows).toHaveLength(1)
    expect(formatted(formatPromptCompletion(), chat([assistant('a')])).drops[0]?.reason).toBe('no-prompt')
    expect(formatted(formatPromptCompletion({ turns: 'last' }), example).rows).toHaveLength(1)
  })

  test('text of the last exchange', () => {
    const { rows, losses } = formatted(formatPromptCompletion({ mode: 'text' }), example)
    expect(rows).toEqual([
      {
        prompt: 'System: Be brief.\n\nUser: Weather in Oslo?',
        completion: 'It is 4 C in Oslo.',
        metadata: { ...metadata, turn: 4 },
      },
    ])
    expect(losses.map(({ field }) => field).sort()).toEqual(
      ['messages[].reasoning', 'messages[].toolCalls', 'messages[]', 'messages[role=tool]', 'tools'].sort(),
    )
  })

  test('text of each turn', () => {
    const { rows } = formatted(formatPromptCompletion({ mode: 'text', turns: 'each' }), chat(half))
    expect(rows.map(({ prompt, completion }) => [prompt, completion])).toEqual([
      ['User: 2+2?\n\nAssistant: 5\n\nUser: No.', '4'],
    ])
  })

  test('prompt-completion examples pass through in either mode', () => {
    const { kind: _kind, messages: _messages, ...base } = example
    const pair = { ...base, kind: 'prompt-completion', prompt: 'a', completion: 'b' } as const
    expect(formatted(formatPromptCompletion({ mode: 'text' }), pair).rows).toEqual([
      { prompt: 'a', completion: 'b', metadata },
    ])
    expect(formatted(formatPromptCompletion(), pair).rows[0]).toMatchObject({
      prompt: [{ role: 'user', content: 'a' }],
      completion: [{ role: 'assistant', content: 'b' }],
    })
  })
})

describe('chatml', () => {
  const conversation = chat([system('Be brief.'), user('2+2?'), assistant('4')])

  test('the reference has a newline before each end, and none at the end', () => {
    expect(formatted(formatChatml(), conversation).rows[0]?.text).toBe(
      '<|im_start|>system\nBe brief.\n<|im_end|>\n<|im_start|>user\n2+2?\n<|im_end|>\n<|im_start|>assistant\n4\n<|im_end|>',
    )
  })

  test('the qwen style has none before, and one after each', () => {
    expect(formatted(formatChatml({ style: 'qwen' }), conversation).rows[0]?.text).toBe(
      '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\n4<|im_end|>\n',
    )
  })

  test('calls and parallel results', () => {
    const messages = [
      user('a'),
      calls({ 1: ['f', { x: [1, 'é'] }], 2: ['g', {}] }, { content: 'Both.' }),
      result('1', 'r1'),
      result('2', 'r2'),
      assistant('b'),
    ]
    const { rows } = formatted(formatChatml({ style: 'qwen' }), chat(messages))
    expect(rows[0]?.text).toContain(
      '<|im_start|>assistant\nBoth.\n<tool_call>\n{"name": "f", "arguments": {"x": [1, "é"]}}\n</tool_call>\n<tool_call>\n{"name": "g", "arguments": {}}\n</tool_call><|im_end|>\n<|im_start|>user\n<tool_response>\nr1\n</tool_response>\n<tool_response>\nr2\n</tool_response><|im_end|>\n',
    )
  })

  test('a marker in a text is refused, or escaped as a change', () => {
    const messages = [user('say <|im_end|>'), assistant('no')]
    expect(formatted(formatChatml(), chat(messages)).drops[0]?.reason).toBe('special-token')
    const { rows, losses } = formatted(formatChatml({ markers: 'escape' }), chat(messages))
    expect(rows[0]?.text).toContain('say < |im_end|>\n')
    expect(losses).toEqual([{ field: 'messages[].content', kind: 'changed', count: 1 }])
  })

  test('a text example stands as it is', () => {
    const { kind: _kind, messages: _messages, ...base } = example
    const rows = formatted(formatChatml(), { ...base, kind: 'text', text: '<|im_start|>x' }).rows
    expect(rows).toEqual([{ text: '<|im_start|>x', metadata }])
  })
})

describe('alpaca', () => {
  test('one exchange', () => {
    const { rows, losses } = formatted(
      formatAlpaca(),
      chat([system('Be brief.'), user('2+2?'), assistant('4')], {
        id: 'a',
        metadata: { swe: { repo: 'r' } },
      }),
    )
    expect(rows).toEqual([{ instruction: 'Be brief.\n\n2+2?', input: '', output: '4', metadata }])
    expect(losses).toEqual([])
  })

  test('of a longer conversation the last exchange, the rest recorded', () => {
    const { rows, losses } = formatted(formatAlpaca(), example)
    expect(rows[0]).toMatchObject({
      instruction: 'Be brief.\n\nWeather in Oslo?',
      output: 'It is 4 C in Oslo.',
    })
    expect(losses).toContainEqual({ field: 'messages[]', kind: 'dropped', count: 2 })
    expect(formatted(formatAlpaca({ longer: 'drop' }), example).drops[0]?.reason).toBe('not-one-turn')
  })
})

describe('sharegpt', () => {
  test('turns, calls and results', () => {
    const { rows, losses } = formatted(formatShareGpt(), example)
    expect(rows).toEqual([
      {
        conversations: [
          { from: 'system', value: 'Be brief.' },
          { from: 'human', value: 'Weather in Oslo?' },
          { from: 'function_call', value: '{"name":"get_weather","arguments":{"city":"Oslo"}}' },
          { from: 'observation', value: '4 C' },
          { from: 'gpt', value: 'It is 4 C in Oslo.' },
        ],
        tools: JSON.stringify([weather.function]),
        metadata,
      },
    ])
    expect(losses.map(({ field }) => field)).toEqual([
      'messages[].reasoning',
      'messages[].toolCalls[].id',
      'messages[].toolCallId',
      'messages[].name',
    ])
  })

  test('several calls are a list; text beside them is a turn', () => {
    const messages = [user('a'), calls({ 1: ['f', {}], 2: ['g', {}] }, { content: 'Both.' })]
    expect(formatted(formatShareGpt(), chat(messages)).rows[0]?.conversations).toEqual([
      { from: 'human', value: 'a' },
      { from: 'gpt', value: 'Both.' },
      { from: 'function_call', value: '[{"name":"f","arguments":{}},{"name":"g","arguments":{}}]' },
    ])
  })
})

describe('preference and unpaired', () => {
  test('rows', () => {
    expect(formatted(formatPreference(), preference()).rows[0]).toMatchObject({
      prompt: [{ role: 'user', content: '2+2?' }],
      chosen: [{ role: 'assistant', content: '4' }],
      rejected: [{ role: 'assistant', content: '5' }],
    })
    expect(formatted(formatUnpaired(), unpaired(true), unpaired(false)).rows).toMatchObject([
      { completion: [{ role: 'assistant', content: '4' }], label: true },
      { completion: [{ role: 'assistant', content: '5' }], label: false },
    ])
  })

  test('a compared span ends on an assistant turn', () => {
    const bad = preference({ rejected: [calls({ 1: ['f', {}] }), result('1', 'x')] })
    expect(formatted(formatPreference(), bad).drops).toEqual([
      { reason: 'end-not-assistant', detail: 'rejected' },
    ])
    expect(formatted(formatUnpaired(), unpaired(true, { completion: [] })).drops[0]?.reason).toBe(
      'end-not-assistant',
    )
  })
})

describe('harbor-tasks', () => {
  const place = (plugin: Plugin, row: Row | undefined, number: number, count: number) =>
    registered(plugin).format.folders?.place(row ?? {}, number, count)

  test('a task gets what it lacks, and keeps what it has', () => {
    const own = { 'environment/docker-compose.yaml': 'services: {}', 'tests/test.sh': '#!/bin/sh\nexit 0\n' }
    const { rows, losses } = formatted(
      formatHarborTasks(),
      task('Count.', { prefix: 'My sheep!', files: own }),
    )
    expect(rows[0]).toMatchObject({ name: 'My-sheep', instruction: 'Count.', files: own })
    expect(Object.keys(rows[0]?.files ?? {})).toEqual([
      'environment/docker-compose.yaml',
      'task.toml',
      'tests/test.sh',
    ])
    expect(losses).toEqual([])
    const placed = place(formatHarborTasks(), rows[0], 7, 12_345)
    expect(placed).toMatchObject({ name: 'My-sheep-00007', row: { name: 'My-sheep-00007' } })
    expect(placed?.files['instruction.md']).toBe('Count.\n')
  })

  test('paths that leave the folder are left out, and counted', () => {
    const files = {
      '../a': '',
      '/b': '',
      'c/../d': '',
      'C:\\e': '',
      'ok/f': 'f',
      'instruction.md': 'another',
    }
    const { rows, losses } = formatted(formatHarborTasks(), task('Count.', { files }))
    expect(Object.keys(rows[0]?.files ?? {})).toContain('ok/f')
    expect(Object.keys(rows[0]?.files ?? {})).toHaveLength(4)
    expect(losses).toEqual([{ field: 'files', kind: 'dropped', count: 5 }])
  })

  test('a task without an instruction is left out', () => {
    expect(formatted(formatHarborTasks(), task(' ')).drops).toEqual([{ reason: 'no-instruction' }])
  })
})

describe('plugins', () => {
  test('names', () => {
    expect(formats().map((plugin) => [plugin.name, registered(plugin).name])).toEqual(
      [
        'messages',
        'openai',
        'responses',
        'prompt-completion',
        'chatml',
        'alpaca',
        'sharegpt',
        'preference',
        'unpaired',
        'atif',
        'sts',
        'harbor-tasks',
      ].map((name) => [`format-${name}`, name]),
    )
    expect(formatMessages({ name: 'mine' }).name).toBe('mine')
  })

  test('a row has no key that its format does not declare', () => {
    for (const plugin of formats()) {
      const { format } = registered(plugin)
      const known = Object.keys(format.columns ?? {})
      const { rows } = formatted(
        plugin,
        example,
        preference({ tools: [weather] }),
        unpaired(true),
        task('Count.'),
      )
      expect(rows.length).toBeGreaterThan(0)
      for (const row of rows) expect(known.filter((key) => key in row)).toEqual(Object.keys(row))
    }
  })

  test('an unknown option is an error', () => {
    expect(() => formatOpenAi({ stict: true } as never)).toThrow(
      expect.objectContaining({ code: 'SFT_PLUGIN_OPTIONS' }),
    )
  })
})

const golden = new URL('../../../../shared/golden/history-to-messages.jsonl', import.meta.url)

test.skipIf(!existsSync(golden))(
  'text pairs are those of the reference (skipped without its vectors)',
  () => {
    const lines = readFileSync(golden, 'utf8').trim().split('\n')
    expect(lines.length).toBeGreaterThan(10)
    for (const line of lines) {
      const { history, promptCompletion } = JSON.parse(line) as {
        history: { role?: Message['role']; content?: unknown }[]
        promptCompletion: unknown
      }
      const messages = history.flatMap(({ role, content }) =>
        role === undefined ? [] : [{ role, content: plainContent(content) }],
      )
      const { rows } = formatted(formatPromptCompletion({ mode: 'text' }), chat(messages))
      const pairs = rows.map(({ prompt, completion }) => ({ prompt, completion }))
      expect(pairs, line).toEqual(promptCompletion === null ? [] : [promptCompletion])
    }
  },
)

/** The text of a Responses item, with a space between its parts, as the reference reads it. */
function plainContent(content: unknown): string {
  if (!Array.isArray(content)) return typeof content === 'string' ? content : ''
  return content
    .map((part) => (typeof part === 'string' ? part : (part.text ?? '')))
    .filter(Boolean)
    .join(' ')
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) deepFreeze(item)
    Object.freeze(value)
  }
  return value
}
