import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectSftError } from '@sftkit/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { folderWith } from '../../../e2e/support/folders.ts'
import type { RunningServer } from '../../../e2e/support/http-server.ts'
import { findModelServers, startOllama } from '../../../e2e/support/model-servers.ts'
import { type ChatMessage, openModel, type ToOllamaOptions, toOllama } from '../src/index.ts'
import { ollamaClient } from '../src/ollama/client.ts'
import { endingWith, FAULTS, type Ground, type TestedVersion } from './support/faults.ts'
import { llamaCppThatMakes } from './support/planted-gguf.ts'
import { CALLS, chatFile, tinyModel, useTestParts, WEATHER, WORDS } from './support/python.ts'
import { relayTo } from './support/relay.ts'

const { servers, reason } = findModelServers('serve', 'ollama')
const VERSIONS = ['0.34.0', '0.24.0'] as const

describe.skipIf(servers === undefined)(`a tiny model${reason ? ` (${reason})` : ''}`, () => {
  const home = folderWith()
  const ollamas: Partial<Record<TestedVersion, RunningServer>> = {}
  const ground = {
    model: '',
    llama: '',
    gguf: '',
    llamaGguf: '',
    over: '',
    overGguf: '',
    llamaTemplate: '',
    goTemplate: '',
  }
  let chats: string

  beforeAll(async () => {
    if (servers === undefined) return
    const python = useTestParts(servers)
    chats = chatFile(home, [...CALLS, ...WORDS])
    ground.model = await tinyModel(python, 'qwen2', home, chats, '--steps', '120')
    ground.llama = await tinyModel(python, 'llama3', home, chats, '--steps', '120')
    for (const version of VERSIONS)
      ollamas[version] = await startOllama(version, { OLLAMA_MODELS: modelsFolder(version) })
    return async () => {
      for (const server of Object.values(ollamas)) await server.stop()
    }
  })

  const modelsFolder = (version: TestedVersion): string => join(home, `ollama-${version}`)
  const hostOf = (version: TestedVersion): string => ollamas[version]?.url ?? ''
  const models = (version: TestedVersion) => ollamaClient(hostOf(version)).list()
  const asks = { messages: CALLS[0]?.messages.slice(0, 2) as ChatMessage[], tools: WEATHER }
  const OSLO = [{ name: 'get_weather', arguments: { city: 'Oslo' } }]
  /** A fault's own ground, below a folder that is new. */
  const groundIn = (name: string): Ground => {
    const own = join(home, name)
    mkdirSync(own, { recursive: true })
    return { ...ground, home: own }
  }

  test.each(VERSIONS)('answers from Ollama %s with a call, verified', async (version) => {
    const out = join(home, version)
    const made = await toOllama('team/agent:v1', {
      modelPath: ground.model,
      out,
      host: hostOf(version),
      chats: [chats],
    })
    ground.gguf = made.gguf
    if (version === '0.24.0') ground.goTemplate = templateIn(made.modelfile)

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
      ...{ model: 'team/agent:v1', ...asks, options: { temperature: 0 } },
    })
    expect(reply.message?.tool_calls?.map((call) => call.function)).toMatchObject(OSLO)
    expect(reply.done_reason).toBe('stop')
    // The weights once, and not a second time as the file that was uploaded.
    expect(filesIn(modelsFolder(version)).filter(({ bytes }) => bytes > 100_000).length).toBe(1)
  })

  test('answers with the same call in Ollama and embedded', async () => {
    const said = { calls: OSLO, end: 'stop' }
    await using served = await openModel('team/agent:v1', { host: hostOf('0.34.0') })
    expect(await served.answer(asks)).toMatchObject(said)
    await using embedded = await openModel(ground.gguf)
    expect(await embedded.answer(asks)).toMatchObject(said)
  })

  test('a model that begins with a token, and one whose turns end with one that only its template names', async () => {
    ground.over = endingWith('<|over|>', ground.model, groundIn('over').home)
    for (const [name, modelPath] of [
      ['llama', ground.llama],
      ['over', ground.over],
    ] as const) {
      const made = await toOllama(name, {
        modelPath,
        host: hostOf('0.34.0'),
        chats: [chats],
        out: join(home, name),
      })
      ground[`${name}Gguf`] = made.gguf
      expect(made.gates.find(({ gate }) => gate === 'live')).toMatchObject({ status: 'passed' })
      await ollamaClient(hostOf('0.34.0')).remove(made.name)
    }
    expect(readFileSync(join(home, 'over', 'Modelfile'), 'utf8')).toContain('PARAMETER stop "<|over|>"')
    const older = await toOllama('llama', {
      ...{ modelPath: ground.llama, out: join(home, 'older'), host: hostOf('0.24.0'), chats: [chats] },
      llamaCppPath: llamaCppThatMakes(groundIn('older-llama').home, ground.llamaGguf),
    })
    expect(older.gates.find(({ gate }) => gate === 'live')).toMatchObject({ status: 'passed' })
    ground.llamaTemplate = templateIn(older.modelfile)
    await ollamaClient(hostOf('0.24.0')).remove(older.name)
  })

  describe('with a fault', () => {
    const untouched = async (before: Awaited<ReturnType<typeof state>>): Promise<void> =>
      expect(await state()).toEqual(before)
    /** What stands in the folders of both, and the models that they show. */
    const state = async () => ({
      files: VERSIONS.map((version) => filesIn(modelsFolder(version)).map(({ path }) => path)),
      models: await Promise.all(
        VERSIONS.map(async (version) =>
          (await models(version)).map(({ name, digest }) => ({ name, digest })),
        ),
      ),
    })
    const again = (own: string, options: Partial<ToOllamaOptions>): Promise<unknown> =>
      toOllama('team/agent:v1', {
        modelPath: ground.model,
        out: join(own, 'out'),
        host: hostOf('0.34.0'),
        chats: [chats],
        ...options,
      })

    test.each(FAULTS.map((fault) => [fault.gate, fault.name, fault] as const))(
      '%s finds %s',
      async (...of) => {
        const [gate, name, { ollama, code, plant }] = of
        const before = await state()
        const own = groundIn(name.replace(/\W+/g, '-'))
        const { options, relayed = {} } = plant(own)
        await using relay = await relayTo(hostOf(ollama), relayed)
        await expectSftError(again(own.home, { host: relay.url, ...options }), code)
        const { verified, gates } = JSON.parse(readFileSync(join(own.home, 'out', 'verify.json'), 'utf8'))
        const failures = gates.filter(({ status }: { status: string }) => status === 'failed')
        expect(verified).toBe(false)
        expect(failures).toMatchObject([{ gate, difference: expect.any(Object) }])
        await untouched(before)
      },
    )

    test('a template that no Go template renders', async () => {
      const before = await state()
      const own = groundIn('odd')
      const folder = endingWith('<|im_end|>', ground.model, own.home)
      writeFileSync(
        join(folder, 'chat_template.jinja'),
        '{% for m in messages %}[{{ loop.index }}:{{ m.role }}]{{ m.content }}<|im_end|>{% endfor %}',
      )
      await expectSftError(
        again(own.home, { modelPath: folder, host: hostOf('0.24.0') }),
        'SFT_OLLAMA_TEMPLATE',
      )
      await untouched(before)
    })

    test.each(VERSIONS)('a template that Ollama %s cannot read', async (version) => {
      const before = await state()
      const own = groundIn(`unreadable-${version}`)
      const template = join(own.home, 'template')
      writeFileSync(template, '{{ if }')
      const llamaCppPath = llamaCppThatMakes(own.home, ground.gguf)
      await expectSftError(
        again(own.home, { llamaCppPath, template, host: hostOf(version) }),
        'SFT_OLLAMA_REFUSED',
      )
      await untouched(before)
    })

    test.each([
      ['0.34.0', '/api/create'],
      ['0.34.0', '/api/chat'],
      ['0.24.0', '/api/create'],
    ] as const)('stopped in Ollama %s at %s', async (version, path) => {
      const before = await state()
      const own = groundIn(`stopped-${version}-${path.slice(5)}`)
      const stop = new AbortController()
      await using relay = await relayTo(hostOf(version), {
        [path]: (body) => {
          stop.abort()
          return body
        },
      })
      const llamaCppPath = llamaCppThatMakes(own.home, ground.gguf)
      await expectSftError(
        again(own.home, { llamaCppPath, host: relay.url, signal: stop.signal }),
        'SFT_INTERRUPTED',
      )
      await untouched(before)
    })

    test('a server that is killed in the middle: the next run finds what was left', async () => {
      const own = groundIn('killed')
      const folder = join(own.home, 'models')
      const llamaCppPath = llamaCppThatMakes(own.home, ground.gguf)
      const first = await startOllama('0.34.0', { OLLAMA_MODELS: folder })
      await using relay = await relayTo(first.url, {
        '/api/chat': async (body) => {
          await first.stop()
          return body
        },
      })
      await expectSftError(again(own.home, { llamaCppPath, host: relay.url }), 'SFT_OLLAMA_UNREACHABLE')
      await using second = await startOllama('0.34.0', { OLLAMA_MODELS: folder })
      const left = (await ollamaClient(second.url).list()).map(({ name }) => name)
      expect(left).toEqual([expect.stringMatching(/^team\/agent:sftkit-/)])
      await again(own.home, { llamaCppPath, host: second.url })
      expect((await ollamaClient(second.url).list()).map(({ name }) => name)).toEqual(['team/agent:v1'])
      expect(filesIn(folder).filter(({ bytes }) => bytes > 100_000).length).toBe(1)
    })
  })

  test('another model takes a name over, and what the old one had goes', async () => {
    const host = hostOf('0.34.0')
    const made = await toOllama('team/agent:v1', {
      modelPath: ground.llama,
      out: join(home, 'taken'),
      host,
      llamaCppPath: llamaCppThatMakes(groundIn('taken').home, ground.llamaGguf),
    })
    expect(made.name).toBe('team/agent:v1')
    const [only, ...others] = await models('0.34.0')
    expect(others).toEqual([])
    expect(only?.details?.family).toBe('llama')
    expect(filesIn(modelsFolder('0.34.0')).filter(({ bytes }) => bytes > 100_000).length).toBe(1)
  })

  test('a K type is made of an f16 file, which goes', async () => {
    const out = join(home, 'q4')
    const made = await toOllama('small', {
      ...{ modelPath: ground.model, out, chats: [chats] },
      quantization: 'q4_k_m',
      target: 'gguf',
    })
    expect(made.gates.find(({ gate }) => gate === 'greedy')?.status).toBe('passed')
    expect(readdirSync(out).sort()).toEqual(['Modelfile', 'small-q4_K_M.gguf', 'verify.json'])
  })
})

function templateIn(modelfile: string): string {
  return readFileSync(modelfile, 'utf8').split('"""')[1] as string
}

function filesIn(folder: string): { path: string; bytes: number }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => ({ path, stat: statSync(join(folder, path), { throwIfNoEntry: false }) }))
    .flatMap(({ path, stat }) => (stat?.isFile() ? [{ path, bytes: stat.size }] : []))
}
