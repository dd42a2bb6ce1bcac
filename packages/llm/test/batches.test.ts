import { rmSync } from 'node:fs'
import { scriptedLlm } from '@sftkit/testing'
import { describe, expect, it } from 'vitest'
import { askAll, asking, askingInVain, questions, temporary, texts } from './support/engine.ts'

const prices = { scripted: { input: 10, output: 30 } }
const schema = {
  name: 'a',
  schema: {
    type: 'object',
    properties: { answer: { type: 'string' } },
    required: ['answer'],
    additionalProperties: false,
  },
} as const

describe('the batch api', () => {
  it('answers behind the same call, and its answers are kept like all others', async () => {
    await using server = await scriptedLlm()
    const cache = temporary()
    const batched = await asking({
      cache,
      options: { baseURL: server.url, mode: 'batch' },
      ask: (llm) => askAll(llm, questions(120)),
    })
    expect(server.calls).toHaveLength(0)
    expect(server.paid()).toMatchObject({ answers: 120, twice: 0 })
    const online = await asking({
      cache,
      options: { baseURL: server.url },
      ask: (llm) => askAll(llm, questions(120)),
    })
    expect(server.calls).toHaveLength(0)
    expect(texts(online.result)).toEqual(texts(batched.result))
    rmSync(cache, { recursive: true })
  })

  it('asks again what failed or expired, and mends what does not fit', async () => {
    await using server = await scriptedLlm({
      batches: { failed: 0.1, expired: 0.1 },
      faults: { malformed: 0.1 },
    })
    const { result } = await asking({
      options: { baseURL: server.url, mode: 'batch' },
      ask: (llm) => askAll(llm, questions(80, { schema })),
    })
    const bad = result.filter(({ ok }) => !ok)
    expect(result.length - bad.length).toBeGreaterThan(70)
    expect(server.paid().twice).toBe(0)
  })

  it.each([
    ['', { polls: 6 }],
    [' by their note where it never learned their names', { polls: 1, lost: 1 }],
  ])('finds its batches again%s, and pays for none twice', async (_, batches) => {
    await using server = await scriptedLlm({ batches })
    const cache = temporary()
    const out = temporary()
    const options = { baseURL: server.url, mode: 'batch' as const, budgetUsd: 1, prices }
    const abort = new AbortController()
    const error = await askingInVain({
      cache,
      out,
      options,
      signal: abort.signal,
      ask: (llm) => {
        const all = askAll(llm, questions(40, { maxTokens: 50 }))
        const watch = setInterval(() => server.paid().answers > 0 && abort.abort(), 20)
        return all.finally(() => clearInterval(watch))
      },
    })
    expect(error.code).toBe('SFT_INTERRUPTED')
    expect(server.paid()).toMatchObject({ answers: 40 })
    const { result } = await asking({
      cache,
      out,
      options,
      ask: (llm) => askAll(llm, questions(45, { maxTokens: 50 })),
    })
    expect(result.every(({ ok }) => ok)).toBe(true)
    expect(server.paid()).toMatchObject({ answers: 45, twice: 0 })
    rmSync(cache, { recursive: true })
    rmSync(out, { recursive: true })
  })

  it('makes no second batch where only the reply to the first was lost', async () => {
    await using server = await scriptedLlm({ batches: { lost: 1, stumbles: 1 } })
    const { result } = await asking({
      options: { baseURL: server.url, mode: 'batch' },
      ask: (llm) => askAll(llm, questions(20)),
    })
    expect(result.every(({ ok }) => ok)).toBe(true)
    expect(server.paid()).toMatchObject({ answers: 20, twice: 0 })
  })

  it('says why a batch was refused, and sends its questions once more', async () => {
    const refused = { code: 'token_limit_exceeded', message: 'Enqueued token limit reached.' }
    await using server = await scriptedLlm({ batches: { refused } })
    const { result, run } = await asking({
      options: { baseURL: server.url, mode: 'batch' },
      ask: (llm) => askAll(llm, questions(5)),
    })
    expect(result.every(({ ok }) => ok)).toBe(true)
    expect(run.log.filter(({ message }) => message.includes(refused.code))).toHaveLength(1)
  })

  it('ends the run where a batch is refused for its model', async () => {
    const refused = { code: 'model_not_found', message: 'The provided model is not supported.' }
    await using server = await scriptedLlm({ batches: { refused } })
    const error = await askingInVain({
      options: { baseURL: server.url, mode: 'batch' },
      ask: (llm) => askAll(llm, questions(5)),
    })
    expect(error.code).toBe('SFT_LLM_MODEL')
    expect(server.paid()).toMatchObject({ answers: 0 })
  })

  it('ends the run where a server has none', async () => {
    await using server = await scriptedLlm()
    const baseURL = server.url.replace('/v1', '/v9')
    const error = await askingInVain({
      options: { baseURL, mode: 'batch' },
      ask: (llm) => askAll(llm, questions(3)),
    })
    expect(error.code).toBe('SFT_LLM_UNREACHABLE')
  })

  it('keeps the budget, at half the price', async () => {
    await using server = await scriptedLlm()
    const cost = () =>
      (server.paid().inputTokens * prices.scripted.input +
        server.paid().outputTokens * prices.scripted.output) /
      2e6
    const options = { baseURL: server.url, mode: 'batch' as const, budgetUsd: 0.003, prices }
    const error = await askingInVain({
      options,
      ask: (llm) => askAll(llm, questions(100, { maxTokens: 50 })),
    })
    expect(error.code).toBe('SFT_LLM_BUDGET')
    expect(cost()).toBeGreaterThan(0)
    expect(cost()).toBeLessThanOrEqual(0.003)
  })
})
