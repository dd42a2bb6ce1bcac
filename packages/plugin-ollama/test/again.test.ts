import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Artifact, definePlugin } from '@sftkit/core'
import { buildTrace, expectSftError, failedRun, testRun } from '@sftkit/testing'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { folderWith } from '../../../e2e/support/folders.ts'
import type { RunningServer } from '../../../e2e/support/http-server.ts'
import { findModelServers, startOllama } from '../../../e2e/support/model-servers.ts'
import { type OllamaOptions, ollama, type ToOllamaOptions, toOllama } from '../src/index.ts'
import { ollamaClient } from '../src/ollama/client.ts'
import { llamaCppThatMakes } from './support/planted-gguf.ts'
import { CALLS, chatFile, tinyModel, useTestParts, WORDS } from './support/python.ts'

const { servers, reason } = findModelServers('serve', 'ollama')

describe.skipIf(servers === undefined)(`a model that is made again${reason ? ` (${reason})` : ''}`, () => {
  const home = folderWith()
  let newer: RunningServer
  let older: RunningServer
  let chats: string
  let model: string
  let llamaCppPath: string
  /** What a whole run has left. */
  const out = join(home, 'out')
  const kept = join(home, 'kept')

  const make = (options: Partial<ToOllamaOptions> = {}) =>
    toOllama('agent', {
      ...{ modelPath: model, out, chats: [chats], host: newer.url, llamaCppPath },
      ...options,
    })
  const served = () => ollamaClient(newer.url).list()
  /** With this, whatever is made anew fails at once: there is no Python to make it with. */
  const withoutPython = (): Disposable => {
    const before = process.env.SFT_PYTHON
    process.env.SFT_PYTHON = join(home, 'no-python')
    return {
      [Symbol.dispose]: () => {
        process.env.SFT_PYTHON = before
      },
    }
  }

  beforeAll(async () => {
    if (servers === undefined) return
    const python = useTestParts(servers)
    newer = await startOllama('0.34.0')
    older = await startOllama('0.24.0')
    chats = chatFile(home, [...CALLS, ...WORDS])
    model = await tinyModel(python, 'qwen2', home, chats, '--steps', '0')
    const { gguf } = await toOllama('first', { modelPath: model, target: 'gguf', out: join(home, 'first') })
    mkdirSync(join(home, 'made'))
    llamaCppPath = llamaCppThatMakes(join(home, 'made'), gguf)
    await make()
    cpSync(out, kept, { recursive: true })
    return async () => {
      await newer.stop()
      await older.stop()
    }
  })

  test('nothing has changed: it is taken up, with the same gates', async () => {
    const before = await served()
    using _ = withoutPython()
    const made = await make()
    expect(made).toMatchObject({ name: 'agent:latest', target: 'ollama', ollama: '0.34.0', unchanged: true })
    expect(made.gates.map(({ gate }) => gate)).toEqual([
      ...['weights', 'metadata', 'tokens', 'greedy', 'render', 'live'],
    ])
    expect(await served()).toEqual(before)
  })

  describe('is made anew', () => {
    beforeEach(() => {
      rmSync(out, { recursive: true })
      cpSync(kept, out, { recursive: true })
    })
    const isMadeAnew = async (options?: Partial<ToOllamaOptions>): Promise<void> => {
      using _ = withoutPython()
      await expectSftError(make(options), 'SFT_CONVERT_PYTHON')
    }

    test('where it is asked for', () => isMadeAnew({ fresh: true }))
    test('with another quantisation', () => isMadeAnew({ quantization: 'f16' }))
    test('with another pre-tokenizer', () => isMadeAnew({ preTokenizer: 'qwen2' }))
    test('with a template', () => {
      writeFileSync(join(home, 'template'), '{{ .Prompt }}')
      return isMadeAnew({ template: join(home, 'template') })
    })
    test('for the GGUF alone', () => isMadeAnew({ target: 'gguf' }))
    test('for another server, of another version', () => isMadeAnew({ host: older.url }))
    test('with other chats', () => isMadeAnew({ chats: [chatFile(join(home, 'other'), WORDS)] }))
    test('where the GGUF is another one', () => {
      appendFileSync(join(out, 'agent-q8_0.gguf'), 'x')
      return isMadeAnew()
    })
    test.each(['agent-q8_0.gguf', 'Modelfile', 'verify.json'])('where %s is gone', (name) => {
      rmSync(join(out, name))
      return isMadeAnew()
    })
    test.each(['model.safetensors', 'generation_config.json', 'tokenizer.json'])(
      'where %s has changed',
      (name) => {
        const other = join(home, `other-${name}`)
        cpSync(model, other, { recursive: true })
        const bytes = readFileSync(join(other, name))
        if (name === 'model.safetensors') bytes.writeFloatLE(0.5, bytes.length - 8)
        writeFileSync(join(other, name), name === 'model.safetensors' ? bytes : `${bytes}\n`)
        return isMadeAnew({ modelPath: other })
      },
    )
    test('with another llama.cpp', () => {
      mkdirSync(join(home, 'other-made'), { recursive: true })
      const other = llamaCppThatMakes(join(home, 'other-made'), join(kept, 'agent-q8_0.gguf'))
      appendFileSync(join(other, 'convert_hf_to_gguf.py'), '\n# of another version\n')
      return isMadeAnew({ llamaCppPath: other })
    })
    test('where Ollama has another model under the name, or none', async () => {
      const client = ollamaClient(newer.url)
      await client.copy('agent:latest', 'saved')
      await client.create({ model: 'agent', from: 'saved', template: '{{ .Prompt }}' })
      await isMadeAnew()
      await client.remove('agent')
      await isMadeAnew()
      await client.copy('saved', 'agent')
      await client.remove('saved')
      expect(await make()).toMatchObject({ unchanged: true })
    })
  })

  test('a second quantisation leaves the first one what it needs', async () => {
    rmSync(out, { recursive: true })
    cpSync(kept, out, { recursive: true })
    const first = readFileSync(join(out, 'Modelfile'), 'utf8')
    const second = await make({ quantization: 'f16', target: 'gguf' })
    expect(readFileSync(second.modelfile, 'utf8')).toContain('FROM ./agent-f16.gguf')
    expect(basename(second.modelfile)).toBe('Modelfile')
    expect(readFileSync(join(out, 'agent-q8_0.Modelfile'), 'utf8')).toBe(first)
    const verified = JSON.parse(readFileSync(join(out, 'agent-q8_0.verify.json'), 'utf8'))
    expect(verified).toMatchObject({ verified: true, gguf: 'agent-q8_0.gguf', quantization: 'q8_0' })
    // The first is known by what stands beside it.
    const again = await make()
    expect(again).toMatchObject({ unchanged: true, modelfile: join(out, 'agent-q8_0.Modelfile') })
    // Made anew it is the newest, and the other one is put aside.
    const anew = await make({ fresh: true })
    expect(basename(anew.verifyFile)).toBe('verify.json')
    expect(existsSync(join(out, 'agent-q8_0.verify.json'))).toBe(false)
    expect(existsSync(join(out, 'agent-f16.verify.json'))).toBe(true)
  })

  describe('of a run that trains several', () => {
    const run = (options: Partial<OllamaOptions>, from?: 'convert', folder = 'run') => ({
      plugins: [
        ollama({ name: 'team/agent', host: newer.url, llamaCppPath, ...options }),
        definePlugin({
          name: 'two-models',
          version: '1.0.0',
          setup(api) {
            api.train((context) => {
              const [first, second] = ['Tiny-A', 'Tiny-B'].map((name) => {
                const path = join(context.out, 'model', name, 'final')
                cpSync(model, path, { recursive: true })
                return { path, name }
              })
              return { path: '', ...first, others: second ? [second] : [] }
            })
          },
        }),
      ],
      traces: [
        buildTrace({
          messages: [
            { role: 'user', content: 'Who are you?' },
            { role: 'assistant', content: 'A guide.' },
          ],
        }),
      ],
      until: 'convert' as const,
      ...(from && { from }),
      out: join(home, folder),
    })
    const named = (artifacts: readonly Artifact[] = []) => artifacts.map(({ metadata }) => metadata?.name)

    test('each is converted, into its own folder and under a name of its own', async () => {
      const { result } = await testRun(run({}))
      expect(named(result.artifacts)).toEqual(['team/agent:tiny-a', 'team/agent:tiny-b'])
      expect(result.artifacts?.[1]?.files.map(({ path }) => path)).toEqual([
        ...['model/Tiny-B/team-agent-tiny-b-q8_0.gguf', 'model/Tiny-B/Modelfile', 'model/Tiny-B/verify.json'],
      ])
      expect((await served()).map(({ name }) => name)).toEqual(
        expect.arrayContaining(['team/agent:tiny-a', 'team/agent:tiny-b']),
      )
      using _ = withoutPython()
      const again = await testRun(run({}, 'convert'))
      expect(again.result.artifacts).toEqual(result.artifacts)
      expect(again.log.filter(({ message }) => message.includes('unchanged'))).toHaveLength(2)
    })

    test('a list has to have a name for each', async () => {
      const { error } = await failedRun(run({ name: ['one'] }, 'convert'))
      expect(error.code).toBe('SFT_CONFIG_INVALID')
    })

    test('where one of them is gone, the run says so', async () => {
      rmSync(join(home, 'run/model/Tiny-B/final'), { recursive: true })
      const { error } = await failedRun(run({}, 'convert'))
      expect(error.code).toBe('SFT_FROM_MISSING')
    })
  })
})
