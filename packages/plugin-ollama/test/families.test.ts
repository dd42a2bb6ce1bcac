import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectSftError } from '@sftkit/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { folderWith } from '../../../e2e/support/folders.ts'
import type { RunningServer } from '../../../e2e/support/http-server.ts'
import { findModelServers, startOllama } from '../../../e2e/support/model-servers.ts'
import { readModelFolder } from '../src/checkpoint/model-folder.ts'
import { readGguf } from '../src/gguf/read.ts'
import { type MadeModel, toOllama } from '../src/index.ts'
import { ollamaClient } from '../src/ollama/client.ts'
import { registerTemporarily } from '../src/ollama/register.ts'
import { templateCandidates } from '../src/template/candidates.ts'
import { renderJinja } from '../src/template/jinja.ts'
import { PROBES } from '../src/verify/probes.ts'
import { checkOllamaRendering } from '../src/verify/render.ts'
import { llamaCppThatMakes } from './support/planted-gguf.ts'
import { CALLS, chatFile, tinyModels, useTestParts, WEATHER, WORDS } from './support/python.ts'

const { servers, reason } = findModelServers('serve', 'ollama')

/** Each as a tiny model of its architecture, its kind of vocabulary and its template, that knows some chats by heart. */
const FAMILIES = {
  qwen3: { calls: true, older: 'ChatML' },
  llama3: { calls: false, older: 'plain turns' },
  'llama3.1': { calls: true, older: 'Llama 3.1' },
  'llama3.2': { calls: true, older: 'Llama 3.1' },
  mistral: { calls: true, older: 'Mistral' },
  'mistral-nemo': { calls: true, older: 'Mistral' },
  gemma2: { calls: false, older: 'plain turns' },
  gemma3: { calls: false, older: 'plain turns' },
  phi3: { calls: false, older: 'plain turns' },
  phi4: { calls: false, older: 'plain turns' },
  // Its template lists tools and has no way to write a call.
  'phi4-mini': { calls: false, older: undefined },
  smollm: { calls: false, older: 'ChatML' },
} as const
type Family = keyof typeof FAMILIES
const names = Object.keys(FAMILIES) as Family[]

/** Gemma refuses system messages, and Mistral's ids have nine letters. */
const ROWS = [
  ...WORDS.map(({ messages }) => ({ messages: messages.slice(1) })),
  ...CALLS.slice(0, 2).map(({ tools, messages }, at) => ({
    tools,
    messages: messages.slice(1).map((message) => withIds(message, `callnum0${at}`)),
  })),
]

function withIds(message: object, id: string): object {
  const { tool_calls } = message as { tool_calls?: object[] }
  return tool_calls ? { ...message, tool_calls: tool_calls.map((call) => ({ id, ...call })) } : message
}

describe.skipIf(servers === undefined)(`families${reason ? ` (${reason})` : ''}`, () => {
  const home = folderWith()
  const models = join(home, 'models')
  const made: Partial<Record<Family, MadeModel>> = {}
  let chats: string
  let newer: RunningServer | undefined
  let older: RunningServer | undefined

  beforeAll(async () => {
    if (servers === undefined) return
    const python = useTestParts(servers)
    chats = chatFile(home, ROWS)
    await tinyModels({ python, llamaCpp: servers.llamaCpp }, names, models, chats)
    newer = await startOllama('0.34.0')
    older = await startOllama('0.24.0')
    return async () => {
      await newer?.stop()
      await older?.stop()
    }
  })

  const make = (family: Family, host: RunningServer | undefined, more: object = {}): Promise<MadeModel> =>
    toOllama(family, {
      ...{ modelPath: join(models, family), quantization: 'f16', chats: [chats], host: host?.url ?? '' },
      out: join(home, family, host === newer ? 'newer' : 'older'),
      ...more,
    })
  const passed = ({ gates }: MadeModel): string[] =>
    gates.filter(({ status }) => status === 'passed').map(({ gate }) => gate)
  const EVERY_GATE = ['weights', 'metadata', 'tokens', 'greedy', 'render', 'live']
  const ask = (
    family: Family,
    host: RunningServer | undefined,
    content: string,
    tools?: readonly unknown[],
  ) =>
    ollamaClient(host?.url ?? '').chat({
      model: family,
      messages: [{ role: 'user', content }],
      ...(tools && { tools }),
      options: { temperature: 0 },
    })
  const expectAnswers = async (family: Family, host: RunningServer | undefined): Promise<void> => {
    const reply = await ask(family, host, 'Thanks!')
    // SentencePiece begins an answer with a space.
    expect([reply.message?.content.trimStart(), reply.done_reason]).toEqual(['With pleasure.', 'stop'])
    if (!FAMILIES[family].calls) return
    expect(await ask(family, host, 'Weather in Lima?', WEATHER)).toMatchObject({
      message: { tool_calls: [{ function: { name: 'get_weather', arguments: { city: 'Lima' } } }] },
      done_reason: 'stop',
    })
  }

  test.each(names)('%s passes every gate, stops, and calls where its template can', async (family) => {
    const result = await make(family, newer)
    made[family] = result
    expect(passed(result)).toEqual(EVERY_GATE)
    await expectAnswers(family, newer)
  })

  test.each(['llama3.1', 'mistral', 'gemma3'] as const)(
    '%s does the same where a Go template is needed',
    async (family) => {
      const folder = join(home, family, 'same')
      mkdirSync(folder)
      const llamaCppPath = llamaCppThatMakes(folder, made[family]?.gguf ?? '')
      const result = await make(family, older, { llamaCppPath })
      expect(passed(result)).toEqual(EVERY_GATE)
      expect(readFileSync(result.modelfile, 'utf8')).toContain('TEMPLATE')
      await expectAnswers(family, older)
    },
  )

  test.each(names)('%s: which Go template renders every chat alike', async (family) => {
    const client = ollamaClient(older?.url ?? '')
    const model = await readModelFolder(join(models, family))
    const gguf = made[family]?.gguf ?? ''
    await using place = await registerTemporarily({ client, gguf, name: `go-${family}`, stops: [] })
    const probes = PROBES.flatMap((probe) => {
      try {
        const text = renderJinja(model.tokenizer.template ?? '', probe, model.tokenizer)
        return !probe.tools || text.includes('find_train') ? { ...probe, text } : []
      } catch {
        return []
      }
    })
    const alike: string[] = []
    for (const { name, text } of await templateCandidates('go', { client, model })) {
      if (!name.startsWith("sftkit's")) continue
      await place.create(text)
      const { status } = await checkOllamaRendering(client, place.name, probes, model.tokenizer)
      if (status === 'passed') alike.push(name)
    }
    const expected = FAMILIES[family].older
    expect(alike[0]).toBe(expected && `sftkit's for ${expected}`)
  })

  test.each([
    ['gemma3', false, true],
    ['mistral', false, true],
    ['phi3', true, false],
  ] as const)('%s: what stands before a text is said in the GGUF', (family, space, begin) => {
    const { metadata } = readGguf(made[family]?.gguf ?? '')
    expect(metadata['tokenizer.ggml.add_space_prefix']).toBe(space)
    expect(metadata['tokenizer.ggml.add_bos_token']).toBe(begin)
  })

  test("a template's own date is served as it was trained", async () => {
    const { template } = (await readModelFolder(join(models, 'llama3.1'))).tokenizer
    const { metadata } = readGguf(made['llama3.1']?.gguf ?? '')
    expect(metadata['tokenizer.chat_template']).toBe(`{%- set date_string = "26 Jul 2024" %}${template}`)
  })

  test('a way to split text that nobody knows is refused, and what to pass is said', async () => {
    const folder = join(home, 'odd')
    cpSync(join(models, 'llama3'), folder, { recursive: true })
    const file = join(folder, 'tokenizer.json')
    const tokenizer = JSON.parse(readFileSync(file, 'utf8'))
    tokenizer.pre_tokenizer.pretokenizers[0].pattern.Regex = '[a-m]+|[^a-m]+'
    writeFileSync(file, JSON.stringify(tokenizer))
    const error = await expectSftError(
      make('llama3', newer, { modelPath: folder, out: join(folder, 'out') }),
      'SFT_CONVERT_UNSUPPORTED',
    )
    expect(error.message).toContain('preTokenizer')
    expect(error.message).toContain('[a-m]+')
    // A wrong name is found by the ids.
    await expectSftError(
      make('llama3', newer, { modelPath: folder, out: join(folder, 'out'), preTokenizer: 'gpt-2' }),
      'SFT_VERIFY_TOKENS',
    )
  })

  test('an architecture that llama.cpp does not have is refused by its name', async () => {
    const folder = join(home, 'other')
    cpSync(join(models, 'llama3'), folder, { recursive: true })
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
    writeFileSync(
      join(folder, 'config.json'),
      JSON.stringify({ ...config, architectures: ['NobodyForCausalLM'] }),
    )
    const error = await expectSftError(
      make('llama3', newer, { modelPath: folder, out: join(folder, 'out') }),
      'SFT_CONVERT_UNSUPPORTED',
    )
    expect(error.message).toContain('NobodyForCausalLM')
  })
})
