import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { datasetRows, folderWith } from './support/folders.ts'
import type { RunningServer } from './support/http-server.ts'
import { findModelServers, startLlamaServer, startOllama } from './support/model-servers.ts'
import { sft } from './support/sft.ts'
import { tinyGguf } from './support/tiny-gguf.ts'

const TRIALS = 3
const EPISODES = 2

const rows = Array.from({ length: TRIALS * EPISODES }, (_, n) => ({
  trial_name: `trial-${n % TRIALS}`,
  episode: `episode-${Math.floor(n / TRIALS)}`,
  conversations: [
    { role: 'user', content: `Task: Count herd ${n % TRIALS}.` },
    { role: 'assistant', content: `I counted ${n} sheep.` },
  ],
  result: n < TRIALS ? 1 : 0,
}))

const config = (url: string, model: string): string => `
import { hints } from 'sftkit'
export default {
  input: 'rows.jsonl',
  plugins: [hints({ baseURL: '${url}/v1', model: '${model}', batchSize: 2, maxAnswerTokens: 1000, timeoutMs: 60_000 })],
}`

function project(url: string, model: string) {
  const cwd = folderWith({
    'rows.jsonl': rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    'sft.config.ts': config(url, model),
  })
  return { cwd, env: { SFT_CACHE_DIR: join(cwd, 'cache'), OPENAI_API_KEY: '' } }
}

/** Hints from answers of a model that were not there before, again without the server, and then nothing new. */
async function hintsFrom(server: RunningServer, model: string): Promise<void> {
  const at = project(server.url, model)
  const run = (out: string) => sft(['run', '--out', out, '--workers', '0'], at)
  expect(await run('first')).toMatchObject({ code: 0 })
  const cache = JSON.parse((await sft(['llm', 'cache', '--json'], at)).stdout)
  expect(cache).toMatchObject({ answers: rows.length, hits: 0, models: [{ model }] })
  // No answer fits its schema in fewer tokens than its names have letters.
  expect(cache.models[0].tokens).toBeGreaterThan(rows.length * 100)
  const tasks = datasetRows(join(at.cwd, 'first'), 'harbor-tasks')
  expect(tasks).not.toHaveLength(0)
  for (const { metadata } of tasks) expect(metadata.hints.unanswered ?? []).toEqual([])

  await server.stop()
  expect(await run('again')).toMatchObject({ code: 0 })
  expect(datasetRows(join(at.cwd, 'again'), 'harbor-tasks')).toEqual(tasks)
  writeFileSync(join(at.cwd, 'sft.config.ts'), config(server.url, `${model}-2`))
  const { code, stderr } = await run('unasked')
  expect(stderr).toContain('[SFT_LLM_UNREACHABLE]')
  expect(code).toBe(1)
}

const llama = findModelServers('serve')
describe.skipIf(llama.servers === undefined)(
  `llama.cpp's server${llama.reason === undefined ? '' : ` (skipped: ${llama.reason})`}`,
  () => {
    const gguf = (): string => join(folderWith({ 'tiny.gguf': tinyGguf() }), 'tiny.gguf')

    it('answers in the schema, is paid once, and is missed where it is gone', async () => {
      await using server = await startLlamaServer(gguf())
      await hintsFrom(server, 'tiny')
    })

    it('refuses a wrong key, which ends the run at once', async () => {
      await using server = await startLlamaServer(gguf(), ['--api-key', 'right'])
      const { cwd, env } = project(server.url, 'tiny')
      const wrong = await sft(['run'], { cwd, env: { ...env, OPENAI_API_KEY: 'wrong-word' } })
      expect(wrong.code).toBe(1)
      expect(wrong.stderr).toContain('[SFT_LLM_AUTH]')
      expect(wrong.stderr).not.toContain('wrong-word')
      expect(await sft(['run'], { cwd, env: { ...env, OPENAI_API_KEY: 'right' } })).toMatchObject({ code: 0 })
    })
  },
)

const ollama = findModelServers('ollama')
describe.skipIf(ollama.servers === undefined)(
  `Ollama${ollama.reason === undefined ? '' : ` (skipped: ${ollama.reason})`}`,
  () => {
    it.each(['0.34.0', '0.24.0'] as const)(
      '%s answers in the schema, is paid once, and is missed where it is gone',
      async (version) => {
        await using server = await startOllama(version, { OLLAMA_CONTEXT_LENGTH: '8192' })
        await createModel(server.url, 'tiny')
        const unknown = project(server.url, 'no-such-model')
        const { code, stderr } = await sft(['run'], unknown)
        expect(stderr).toContain('[SFT_LLM_MODEL]')
        expect(code).toBe(1)
        await hintsFrom(server, 'tiny')
      },
    )
  },
)

/** A model of Ollama from the tiny GGUF. */
async function createModel(url: string, model: string): Promise<void> {
  const gguf = tinyGguf()
  const digest = `sha256:${createHash('sha256').update(gguf).digest('hex')}`
  const sent = await fetch(`${url}/api/blobs/${digest}`, { method: 'POST', body: Buffer.from(gguf) })
  if (!sent.ok) throw new Error(`Ollama does not take the file: ${sent.status} ${await sent.text()}`)
  const body = JSON.stringify({ model, files: { 'tiny.gguf': digest }, stream: false })
  const made = await fetch(`${url}/api/create`, { method: 'POST', body })
  if (!made.ok) throw new Error(`Ollama makes no model: ${made.status} ${await made.text()}`)
}
