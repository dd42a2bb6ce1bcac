import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectSftError } from '@sftkit/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { folderWith } from '../../../e2e/support/folders.ts'
import type { RunningServer } from '../../../e2e/support/http-server.ts'
import { findModelServers, startOllama } from '../../../e2e/support/model-servers.ts'
import { type ChatMessage, openModel, toOllama } from '../src/index.ts'
import { ollamaClient } from '../src/ollama/client.ts'
import { alterGguf, llamaCppThatMakes, overwrite } from './support/planted-gguf.ts'
import { CALLS, chatFile, tinyModel, useTestParts, WEATHER, WORDS } from './support/python.ts'

const { servers, reason } = findModelServers('serve', 'ollama')

describe.skipIf(servers === undefined)(`a tiny model${reason ? ` (${reason})` : ''}`, () => {
  const home = folderWith()
  const ollamas: Partial<Record<'0.34.0' | '0.24.0', RunningServer>> = {}
  let chats: string
  let model: string

  beforeAll(async () => {
    if (servers === undefined) return
    const python = useTestParts(servers)
    chats = chatFile(home, [...CALLS, ...WORDS])
    model = await tinyModel(python, 'qwen2', home, chats, '--steps', '120')
    for (const version of ['0.34.0', '0.24.0'] as const) ollamas[version] = await startOllama(version)
    return async () => {
      for (const server of Object.values(ollamas)) await server.stop()
    }
  })

  const hostOf = (version: '0.34.0' | '0.24.0'): string => ollamas[version]?.url ?? ''
  const models = (version: '0.34.0' | '0.24.0') => ollamaClient(hostOf(version)).list()

  test.each(['0.34.0', '0.24.0'] as const)(
    'answers from Ollama %s with a call, verified',
    async (version) => {
      const out = join(home, version)
      const made = await toOllama('team/agent:v1', {
        modelPath: model,
        out,
        host: hostOf(version),
        chats: [chats],
      })

      expect(made.name).toBe('team/agent:v1')
      expect(Object.fromEntries(made.gates.map(({ gate, status }) => [gate, status]))).toEqual({
        weights: 'passed',
        metadata: 'passed',
        tokens: 'passed',
        greedy: 'passed',
        render: 'passed',
        live: 'passed',
      })
      expect(JSON.parse(readFileSync(made.verifyFile, 'utf8')).verified).toBe(true)
      expect((await models(version)).map(({ name }) => name)).toEqual(['team/agent:v1'])
      const modelfile = readFileSync(made.modelfile, 'utf8')
      expect(modelfile.includes('TEMPLATE')).toBe(version === '0.24.0')
      expect(modelfile).toContain('PARAMETER stop "<|im_end|>"')
      const reply = await ollamaClient(hostOf(version)).chat({
        model: 'team/agent:v1',
        messages: CALLS[0]?.messages.slice(0, 2) ?? [],
        tools: WEATHER,
        options: { temperature: 0 },
      })
      expect(reply.message?.tool_calls?.map((call) => call.function)).toMatchObject([
        { name: 'get_weather', arguments: { city: 'Oslo' } },
      ])
      expect(reply.done_reason).toBe('stop')
    },
  )

  test('answers with the same call in Ollama and embedded', async () => {
    const chat = { messages: CALLS[0]?.messages.slice(0, 2) as ChatMessage[], tools: WEATHER }
    const said = { calls: [{ name: 'get_weather', arguments: { city: 'Oslo' } }], end: 'stop' }
    await using served = await openModel('team/agent:v1', { host: hostOf('0.34.0') })
    expect(await served.answer(chat)).toMatchObject(said)
    await using embedded = await openModel(join(home, '0.34.0', 'team-agent-v1-q8_0.gguf'))
    expect(await embedded.answer(chat)).toMatchObject(said)
  })

  describe('with a fault', () => {
    const good = (): string => join(home, '0.34.0', 'team-agent-v1-q8_0.gguf')
    const made = (name: string, change: (bytes: Buffer) => void): string => {
      const folder = join(home, name)
      mkdirSync(folder)
      return llamaCppThatMakes(folder, alterGguf(good(), join(folder, 'altered.gguf'), change))
    }
    const same = (name: string): string => made(name, () => undefined)
    const tryIt = (name: string, options: Partial<Parameters<typeof toOllama>[1]>): Promise<unknown> =>
      toOllama('broken', {
        modelPath: model,
        out: join(home, name),
        host: hostOf('0.34.0'),
        chats: [chats],
        ...options,
      })
    const verdict = (name: string): Record<string, string> => {
      const { gates } = JSON.parse(readFileSync(join(home, name, 'verify.json'), 'utf8'))
      return Object.fromEntries(
        gates.map((gate: { gate: string; status: string }) => [gate.gate, gate.status]),
      )
    }

    test('a weight that is NaN', async () => {
      const folder = join(home, 'nan', 'model')
      cpSync(model, folder, { recursive: true })
      const file = join(folder, 'model.safetensors')
      const bytes = readFileSync(file)
      bytes.writeFloatLE(Number.NaN, bytes.length - 8)
      writeFileSync(file, bytes)
      await expectSftError(tryIt('nan', { modelPath: folder }), 'SFT_VERIFY_WEIGHTS')
      expect(verdict('nan')).toMatchObject({ weights: 'failed', live: 'not-run' })
    })

    test('another template in the GGUF', async () => {
      const llamaCppPath = made('template', (bytes) => overwrite(bytes, 'You may call', 'You must not'))
      await expectSftError(tryIt('template', { llamaCppPath }), 'SFT_VERIFY_METADATA')
    })

    test('another token in the GGUF', async () => {
      const llamaCppPath = made('token', (bytes) => overwrite(bytes, 'Ġfunction', 'Ġfnuction'))
      await expectSftError(tryIt('token', { llamaCppPath }), 'SFT_VERIFY_TOKENS')
      const { gates } = JSON.parse(readFileSync(join(home, 'token', 'verify.json'), 'utf8'))
      expect(gates.find((gate: { gate: string }) => gate.gate === 'tokens').difference).toMatchObject({
        token: expect.any(Number),
        expected: expect.any(Array),
        found: expect.any(Array),
      })
    })

    test('other weights in the GGUF', async () => {
      const llamaCppPath = made('weights', (bytes) => bytes.fill(0, bytes.length - 40_000))
      await expectSftError(tryIt('weights', { llamaCppPath }), 'SFT_VERIFY_GREEDY')
    })

    test('tools that are printed whole, or as compact JSON', async () => {
      const right = readFileSync(join(home, '0.24.0', 'Modelfile'), 'utf8').split('"""')[1] as string
      for (const [name, tool] of [
        ['whole', '{{ .Function }}'],
        ['compact', '{{ json .Function }}'],
      ] as const) {
        const llamaCppPath = same(name)
        const template = join(home, name, 'template')
        writeFileSync(template, right.replace('{{ template "function" .Function }}', tool))
        await expectSftError(
          tryIt(name, { llamaCppPath, template, host: hostOf('0.24.0') }),
          'SFT_VERIFY_RENDER',
        )
      }
    })

    test('calls that Ollama does not find, though the text is right', async () => {
      const right = readFileSync(join(home, '0.24.0', 'Modelfile'), 'utf8').split('"""')[1] as string
      const llamaCppPath = same('no-if')
      const template = join(home, 'no-if', 'template')
      const without = right.replace(
        /\{\{- if \.ToolCalls \}\}\n([\s\S]*?)\{\{- end \}\}\n\{\{- end \}\}<\|im_end\|>/,
        '$1{{- end }}<|im_end|>',
      )
      expect(without).not.toBe(right)
      writeFileSync(template, without)
      await expectSftError(
        tryIt('no-if', { llamaCppPath, template, host: hostOf('0.24.0') }),
        'SFT_VERIFY_LIVE',
      )
      expect(verdict('no-if')).toMatchObject({ render: 'passed', live: 'failed' })
    })

    test('a template that no Go template renders', async () => {
      const folder = join(home, 'odd', 'model')
      cpSync(model, folder, { recursive: true })
      writeFileSync(
        join(folder, 'chat_template.jinja'),
        '{% for m in messages %}[{{ loop.index }}:{{ m.role }}]{{ m.content }}<|im_end|>{% endfor %}',
      )
      await expectSftError(tryIt('odd', { modelPath: folder, host: hostOf('0.24.0') }), 'SFT_OLLAMA_TEMPLATE')
    })

    test('leaves nothing in Ollama, and the good model as it was', async () => {
      for (const version of ['0.34.0', '0.24.0'] as const)
        expect((await models(version)).map(({ name }) => name)).toEqual(['team/agent:v1'])
    })
  })

  test('a K type is made of an f16 file, which goes', async () => {
    const out = join(home, 'q4')
    const made = await toOllama('small', {
      ...{ modelPath: model, out, chats: [chats] },
      quantization: 'q4_k_m',
      target: 'gguf',
    })
    expect(made.gates.find(({ gate }) => gate === 'greedy')?.status).toBe('passed')
    expect(readdirSync(out).sort()).toEqual(['Modelfile', 'small-q4_K_M.gguf', 'verify.json'])
  })
})
