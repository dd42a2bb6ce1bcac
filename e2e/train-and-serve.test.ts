import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openModel } from '../packages/plugin-ollama/src/index.ts'
import { ollamaClient } from '../packages/plugin-ollama/src/ollama/client.ts'
import { relayTo } from '../packages/plugin-ollama/test/support/relay.ts'
import { findTraining, openWorkplace, type Workplace } from '../packages/plugin-trainer-hf/test/training.ts'
import { contentsOf, folderWith } from './support/folders.ts'
import { findModelServers, startOllama } from './support/model-servers.ts'
import { ended, sft, startSft } from './support/sft.ts'

const training = await findTraining()
const { servers, reason } = findModelServers('serve', 'ollama')
const missing = 'reason' in training ? training.reason : reason
const title = `from rows to a model that answers${missing === undefined ? '' : ` (skipped: ${missing})`}`

interface Verified {
  readonly verified: boolean
  readonly ollama?: string
  readonly gates: readonly { readonly gate: string; readonly status: string }[]
}

describe.skipIf(missing !== undefined)(title, () => {
  let place: Workplace
  let cwd: string
  let env: Record<string, string>

  beforeAll(async () => {
    place = await openWorkplace('python' in training ? training.python : '')
    cwd = folderWith({
      'sft.config.ts': `import { defineConfig, ollama, trainerHf } from 'sftkit'

export default defineConfig({
  input: [${JSON.stringify(place.rows)}],
  plugins: [
    trainerHf({
      model: ${JSON.stringify(place.model)},
      lora: { r: 4 },
      batchSize: 4,
      gradientAccumulation: 1,
      learningRate: 0.02,
      dtype: 'float32',
      device: 'cpu',
      loggingSteps: 1,
      args: { max_steps: 4, eval_strategy: 'no' },
    }),
    ollama({ name: 'team/agent', quantization: 'f16' }),
  ],
  format: ['messages'],
  split: { ratios: { train: 0.8, validation: 0.2 } },
  output: { dir: 'out' },
})
`,
    })
    // Nobody's own Ollama may be found.
    env = { SFT_SERVE_DIR: join(servers?.embedded ?? '', '..'), OLLAMA_HOST: '127.0.0.1:1' }
  })
  afterAll(() => place?.remove())

  const verified = (): Verified => JSON.parse(readFileSync(join(cwd, 'out/model/verify.json'), 'utf8'))
  const passed = (): string[] =>
    verified().gates.flatMap(({ gate, status }) => (status === 'passed' ? [gate] : []))

  test('one command trains an adapter and makes a GGUF of the merged model', async () => {
    const { code, stderr } = await sft(['run'], { cwd, env })
    expect(stderr).not.toContain('SFT_')
    expect(code).toBe(0)
    expect(existsSync(join(cwd, 'out/model/final/adapter_config.json'))).toBe(true)
    expect(existsSync(join(cwd, 'out/model/merged/config.json'))).toBe(true)
    expect(verified()).toMatchObject({ verified: true })
    expect(verified().ollama).toBeUndefined()
    expect(passed()).toEqual(['weights', 'metadata', 'tokens', 'greedy', 'render'])
    const before = process.env.SFT_SERVE_DIR
    process.env.SFT_SERVE_DIR = env.SFT_SERVE_DIR
    try {
      await using model = await openModel(join(cwd, 'out'))
      expect(model.title).toContain('agent')
    } finally {
      if (before === undefined) delete process.env.SFT_SERVE_DIR
      else process.env.SFT_SERVE_DIR = before
    }
  })

  test('--from convert puts the same model into Ollama, without training', async () => {
    await using server = await startOllama('0.34.0')
    const trained = readFileSync(join(cwd, 'out/model/events.jsonl'), 'utf8')
    const { code, stderr } = await sft(['run', '--from', 'convert'], {
      cwd,
      env: { ...env, OLLAMA_HOST: server.url },
    })
    expect(stderr).not.toContain('SFT_')
    expect(code).toBe(0)
    expect(readFileSync(join(cwd, 'out/model/events.jsonl'), 'utf8')).toBe(trained)
    expect(verified()).toMatchObject({ verified: true, ollama: '0.34.0' })
    expect((await ollamaClient(server.url).list()).map(({ name }) => name)).toEqual(['team/agent:latest'])
  })

  test('Ctrl-C while Ollama makes the model leaves nothing there, and the same command goes on', async () => {
    const models = folderWith()
    await using server = await startOllama('0.34.0', { OLLAMA_MODELS: models })
    let child: ReturnType<typeof startSft> | undefined
    await using relay = await relayTo(server.url, {
      '/api/create': (body) => {
        // Once: a second one ends it without waiting.
        child?.kill('SIGINT')
        child = undefined
        return body
      },
    })
    const command = ['convert', 'out', '--name', 'team/agent', '--quantization', 'f16']
    const stopped = startSft([...command, '--host', relay.url], { cwd, env })
    child = stopped
    expect((await ended(stopped)).code).toBe(130)
    const left = Object.keys(contentsOf(models))
    expect(left.filter((path) => /sha256-|manifests/.test(path))).toEqual([])
    expect((await sft([...command, '--host', server.url], { cwd, env })).code).toBe(0)
    const again = await sft([...command, '--host', server.url], { cwd, env })
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('unchanged') })
  })
})
