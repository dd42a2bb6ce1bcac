import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { definePlugin, isSftError, type PluginApi, run, type SftError } from 'sftkit'
import { describe, expect, it } from 'vitest'
import { folderWith } from './support/folders.ts'
import { chatLines } from './support/rows.ts'

async function runIn(
  setup: (api: PluginApi) => void,
  { input = chatLines(1), ...config }: { input?: string; format?: readonly string[] } = {},
) {
  const cwd = folderWith({ 'in/rows.jsonl': input })
  const plugin = definePlugin({ name: 'culprit', version: '1', setup })
  const dir = join(cwd, 'out')
  const result = await run({ input: join(cwd, 'in'), plugins: [plugin], output: { dir }, ...config })
  return { result, text: (path: string) => readFileSync(join(dir, path), 'utf8') }
}

async function failureOf(...args: Parameters<typeof runIn>): Promise<SftError> {
  try {
    await runIn(...args)
  } catch (error) {
    if (isSftError(error)) return error
    throw error
  }
  throw new Error('The run did not fail.')
}

const loader = (read: () => unknown) => (api: PluginApi) =>
  api.load({
    order: 'pre',
    handler: { name: 'x', looksFor: 'x', detect: () => 'x', read: read as never },
  })
const place = { id: expect.stringMatching(/^[0-9a-f]{20}$/), source: 'in/rows.jsonl', line: 1 }

describe('a loader that returns a trace of another shape', () => {
  const message = (fields: object) => ({ messages: [{ role: 'user', content: 'x', ...fields }] })
  it.each<[string, unknown]>([
    ['messages[0].content', message({ content: 5 })],
    ['messages[0].role', message({ role: 'bot' })],
    ['messages[0].toolCalls[0].arguments', message({ toolCalls: [{ id: 'a', name: 'b' }] })],
    ['usage.inputTokens', { ...message({}), usage: { inputTokens: 'many' } }],
    ['startedAt', { ...message({}), startedAt: 5 }],
    ['messages', {}],
    ['messages', 'text'],
  ])('is named with the record and the field: %s', async (field, trace) => {
    const error = await failureOf(loader(() => trace))
    expect(error).toMatchObject({ code: 'SFT_PLUGIN_RESULT', plugin: 'culprit', hook: 'load', ...place })
    if (typeof trace !== 'string') expect(error.message).toContain(`\`${field}\``)
  })

  it('is named where it opens files', async () => {
    const error = await failureOf((api) =>
      api.load({
        order: 'pre',
        handler: {
          name: 'x',
          looksFor: 'x',
          detect: () => 'x',
          *open() {
            yield { messages: [{ role: 'bot' as never, content: '' }] }
          },
        },
      }),
    )
    const { line, ...file } = place
    expect(error).toMatchObject({ code: 'SFT_PLUGIN_RESULT', plugin: 'culprit', hook: 'load', ...file })
  })

  it('has a time that is none in the ledger', async () => {
    const { text } = await runIn(
      loader(() => ({ ...message({ role: 'assistant' }), startedAt: 'yesterday' })),
    )
    expect(text('losses.jsonl')).toContain('"field":"startedAt","kind":"changed"')
  })
})

describe('arguments that a loader leaves as text', () => {
  it.each([
    ['{"cmd":1.0}', '"{\\"cmd\\":1.0}"'],
    ['ls -l', '"ls -l"'],
  ])('are read, and written once: %s', async (given, written) => {
    const messages = [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: '', toolCalls: [{ id: 'a', name: 'b', arguments: given }] },
      { role: 'tool', content: 'y', toolCallId: 'a' },
    ]
    const { text } = await runIn(
      loader(() => ({ messages })),
      { format: ['openai'] },
    )
    expect(text('dataset/openai/train.jsonl')).toContain(`"arguments":${written}`)
    expect(text('losses.jsonl')).toContain('messages[].toolCalls[].arguments')
  })
})

describe('a handler that makes something of another shape', () => {
  it.each<[string, (api: PluginApi) => void]>([
    [
      'augment',
      (api) =>
        api.augment((items) => items.map((item) => ({ ...item, messages: [{ role: 'bot' }] }) as never)),
    ],
    ['augment', (api) => api.augment(() => [5] as never)],
    [
      'augment',
      (api) =>
        api.augment((items, { deriveExample }) => [
          deriveExample(items[0] as never, { kind: 'chatt', messages: [] } as never),
        ]),
    ],
    ['augmentGroup', (api) => api.augmentGroup({ handler: () => [{ kind: 'text' }] as never })],
    ['tag', (api) => api.tag(([trace], { tag }) => tag(trace as never, 5 as never))],
    [
      'stage',
      (api) => {
        api.defineStage('mine', { after: 'load' })
        api.stage('mine', (traces) => traces.map((trace) => ({ ...trace, messages: 'x' as never })))
      },
    ],
  ])('is named: %s', async (hook, setup) => {
    expect(await failureOf(setup)).toMatchObject({ code: 'SFT_PLUGIN_RESULT', plugin: 'culprit', hook })
  })

  it.each<[string, unknown]>([
    ['a number', 5],
    ['null', null],
    ['a function in it', { a: () => 1 }],
    ['nothing in it', { a: undefined }],
    ['an empty one of several', [{ a: 1 }, {}]],
    ['a bigint', { a: 1n }],
  ])('is named with the format and the example: %s', async (_name, row) => {
    const error = await failureOf(
      (api) => api.format('mine', { takes: ['chat'], handler: (() => row) as never }),
      { format: ['mine'] },
    )
    expect(error).toMatchObject({ code: 'SFT_PLUGIN_RESULT', plugin: 'culprit', hook: 'format', ...place })
    expect(error.message).toContain('mine')
  })
})

describe('a filter that changes its trace', () => {
  it.each<[string, (trace: never) => unknown]>([
    [
      'a field',
      (trace: { messages: unknown }) => {
        trace.messages = []
      },
    ],
    [
      'the list of messages',
      (trace: { messages: unknown[] }) => {
        trace.messages.pop()
      },
    ],
    [
      'a message',
      (trace: { messages: { content: unknown }[] }) => {
        for (const message of trace.messages) message.content = 'x'
      },
    ],
    [
      'the tags',
      (trace: { tags: string[] }) => {
        trace.tags.push('x:y')
      },
    ],
    [
      'the metadata',
      (trace: { metadata: { x?: number } }) => {
        trace.metadata.x = 1
      },
    ],
  ])('is named, with the rule: %s', async (_name, change) => {
    const error = await failureOf((api) =>
      api.filter((trace) => {
        change(trace as never)
        return undefined
      }),
    )
    expect(error).toMatchObject({ code: 'SFT_PLUGIN_FAILED', plugin: 'culprit', hook: 'filter', ...place })
    expect(error.message).toContain('read-only')
  })
})

describe('what a run says at its end', () => {
  it('has reasons as they were given', async () => {
    const error = await failureOf((api) => api.filter(() => ({ reason: 'Not: Kebab!' })))
    expect(error.message).toContain('culprit: Not: Kebab! (1)')
  })

  it('shows the first row that could not be read', async () => {
    const error = await failureOf(
      (api) =>
        api.load({
          order: 'pre',
          handler: {
            name: 'x',
            looksFor: 'x',
            detect: () => 'x',
            read: (_row, { unreadable }) => unreadable('no idea'),
          },
        }),
      { input: `\n${chatLines(3)}` },
    )
    expect(error.code).toBe('SFT_TOO_MANY_UNREADABLE')
    expect(error.message).toContain('in/rows.jsonl:2: no idea')
  })
})
