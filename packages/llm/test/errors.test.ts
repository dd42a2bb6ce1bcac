import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { formatError } from '@sftkit/core'
import { scriptedLlm } from '@sftkit/testing'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { certificate } from './support/certificate.ts'
import { askAll, asking, askingInVain, question, questions, temporary } from './support/engine.ts'

const KEY = 'k'.repeat(30)
afterEach(() => {
  delete process.env.SCRIPTED_SERVER
})

describe('what ends a run at once', () => {
  it('a wrong key, which nothing shows', async () => {
    await using server = await scriptedLlm({ key: 'right', latencyMs: 5 })
    process.env.SCRIPTED_SERVER = KEY
    const error = await askingInVain({
      options: { baseURL: server.url, apiKeyEnv: 'SCRIPTED_SERVER', maxInFlight: 50 },
      ask: (llm) => askAll(llm, questions(200)),
    })
    expect(error).toMatchObject({ code: 'SFT_LLM_AUTH', plugin: 'asker', hook: 'tag' })
    expect(formatError(error)).toContain('SCRIPTED_SERVER')
    expect(formatError(error)).not.toContain(KEY)
    expect(server.calls).toHaveLength(1)
  })

  it('no key where one is needed', async () => {
    const error = await askingInVain({
      options: { baseURL: 'https://api.openai.com/v1', apiKeyEnv: 'NOT_SET_ANYWHERE' },
      ask: (llm) => llm.ask(question(1)),
    })
    expect(error.code).toBe('SFT_LLM_AUTH')
  })

  it('a model that does not exist', async () => {
    await using server = await scriptedLlm({ models: ['another'] })
    const error = await askingInVain({
      options: { baseURL: server.url },
      ask: (llm) => askAll(llm, questions(100)),
    })
    expect(error.code).toBe('SFT_LLM_MODEL')
    expect(server.calls).toHaveLength(1)
  })

  it('a server that is not there', async () => {
    const error = await askingInVain({
      options: { baseURL: `http://127.0.0.1:${await freePort()}/v1` },
      ask: (llm) => askAll(llm, questions(20)),
    })
    expect(error.code).toBe('SFT_LLM_UNREACHABLE')
  })

  it('an address of another service', async () => {
    await using server = await scriptedLlm()
    const error = await askingInVain({
      options: { baseURL: server.url.replace('/v1', '/elsewhere') },
      ask: (llm) => askAll(llm, questions(20)),
    })
    expect(error.code).toBe('SFT_LLM_UNREACHABLE')
  })

  it.each(['no address', 'ftp://host/v1', 'http://user:secret-word@host/v1'])(
    'an address that is none: %s',
    async (baseURL) => {
      const error = await askingInVain({ options: { baseURL }, ask: (llm) => llm.ask(question(1)) })
      expect(error.code).toBe('SFT_LLM_REQUEST')
      expect(formatError(error)).not.toContain('secret-word')
    },
  )

  it('a certificate that nobody vouches for', async ({ skip }) => {
    const tls = certificate()
    if (tls === undefined) skip('openssl is not here to make a certificate')
    await using server = await scriptedLlm({ ...(tls !== undefined && { tls }) })
    const error = await askingInVain({
      options: { baseURL: server.url },
      ask: (llm) => askAll(llm, questions(20)),
    })
    expect(error.code).toBe('SFT_LLM_CERTIFICATE')
  })

  it('an account without money', async () => {
    const quota = await quotaServer()
    onTestFinished(() => quota.close())
    const error = await askingInVain({
      options: { baseURL: quota.url },
      ask: (llm) => askAll(llm, questions(20)),
    })
    expect(error.code).toBe('SFT_LLM_AUTH')
  })

  it('a cache that cannot be written', async () => {
    await using server = await scriptedLlm()
    const cache = join(temporary(), 'a-file')
    writeFileSync(cache, '')
    const error = await askingInVain({
      cache,
      options: { baseURL: server.url },
      ask: (llm) => llm.ask(question(1)),
    })
    expect(error.code).toBe('SFT_LLM_CACHE')
    expect(server.calls).toHaveLength(0)
  })

  it('a budget whose price is not known', async () => {
    await using server = await scriptedLlm()
    const ask = (budgetUsd: number, prices = {}) =>
      askingInVain({
        options: { baseURL: server.url, budgetUsd, prices },
        ask: (llm) => llm.ask(question(1)),
      })
    expect((await ask(1)).code).toBe('SFT_LLM_PRICE')
    expect((await ask(1, { scripted: { input: 1, output: 1 } })).code).toBe('SFT_LLM_PRICE')
    expect(server.calls).toHaveLength(0)
  })

  it('being interrupted: what is under way is kept', async () => {
    await using server = await scriptedLlm({ latencyMs: 150 })
    const cache = temporary()
    const abort = new AbortController()
    const options = { baseURL: server.url, maxInFlight: 10 }
    const error = await askingInVain({
      cache,
      options,
      signal: abort.signal,
      ask: async (llm) => {
        await llm.ask(question('before'))
        const all = askAll(llm, questions(50))
        setTimeout(() => abort.abort(), 50)
        return all
      },
    })
    expect(error.code).toBe('SFT_INTERRUPTED')
    expect(server.calls).toHaveLength(11)
    await asking({ cache, options, ask: (llm) => askAll(llm, questions(10)) })
    expect(server.calls).toHaveLength(11)
    rmSync(cache, { recursive: true })
  })
})

describe('a key', () => {
  it('is sent, and written nowhere', async () => {
    await using server = await scriptedLlm({ key: KEY })
    process.env.SCRIPTED_SERVER = KEY
    const folder = temporary()
    const { result, run } = await asking({
      cache: join(folder, 'cache'),
      out: join(folder, 'out'),
      options: { baseURL: server.url, apiKeyEnv: 'SCRIPTED_SERVER' },
      ask: (llm) => llm.ask(question(1)),
    })
    expect(result.ok).toBe(true)
    expect(JSON.stringify(run.log)).not.toContain(KEY)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => join(folder, path))
      .filter((path) => statSync(path).isFile())
    expect(files.some((path) => path.endsWith('answers-1.sqlite'))).toBe(true)
    for (const file of files) expect(readFileSync(file).includes(KEY), file).toBe(false)
    rmSync(folder, { recursive: true })
  })
})

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

async function quotaServer(): Promise<{ url: string; close(): void }> {
  const { createServer: createHttp } = await import('node:http')
  const server = createHttp((_request, response) => {
    response.writeHead(429, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify({ error: { message: 'You exceeded your current quota.', code: 'insufficient_quota' } }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}/v1`,
    close: () => server.close(),
  }
}
