import { scriptedLlm } from '@sftkit/testing'
import { describe, expect, it } from 'vitest'
import { adaptiveConcurrency } from '../src/concurrency/adaptive.ts'
import { retryDelay } from '../src/retry/delay.ts'
import { retryAfter } from '../src/retry/retry-after.ts'
import { askAll, asking, question, questions } from './support/engine.ts'

describe('a server that fails', () => {
  it('is asked again until every question has its answer, and paid once for each', async () => {
    await using server = await scriptedLlm({
      latencyMs: 2,
      faults: { limited: 0.1, failed: 0.1, hanging: 0.01, malformed: 0.02 },
    })
    const { result } = await asking({
      options: { baseURL: server.url, maxInFlight: 50, timeoutMs: 2000 },
      ask: (llm) =>
        askAll(llm, questions(400), (value) =>
          String(value).startsWith('I would rather') ? 'malformed' : undefined,
        ),
    })
    const failed = result.filter(({ ok }) => !ok)
    expect(failed.every((answer) => !answer.ok && answer.failure === 'does-not-fit')).toBe(true)
    expect(failed.length).toBeLessThan(8)
    expect(server.paid().twice).toBe(0)
  })

  it('that sends half of a body counts as one that fails', async () => {
    await using server = await scriptedLlm({ faults: { garbled: 0.3 } })
    const { result } = await asking({
      options: { baseURL: server.url },
      ask: (llm) => askAll(llm, questions(40)),
    })
    expect(result.every(({ ok }) => ok)).toBe(true)
    expect(server.calls.length).toBeGreaterThan(40)
  })

  it('is given up for a question that it fails again and again, and the others are answered', async () => {
    await using server = await scriptedLlm({ faults: { hanging: 0.99 } })
    const { result } = await asking({
      options: { baseURL: server.url, timeoutMs: 50 },
      ask: (llm) => askAll(llm, questions(3)),
    })
    expect(result.filter(({ ok }) => !ok).map((answer) => !answer.ok && answer.failure)).toContain(
      'unavailable',
    )
  })

  it('that refuses one question is not asked again, and answers the next', async () => {
    await using server = await scriptedLlm({ structured: 'text', maxTokensName: 'max_completion_tokens' })
    const { result } = await asking({
      options: { baseURL: server.url },
      ask: (llm) => askAll(llm, [question(1, { maxTokens: 50 }), question(2)]),
    })
    expect(result.map(({ ok }) => ok)).toEqual([true, true])
  })

  it('that is overrun gets fewer calls at a time', async () => {
    await using server = await scriptedLlm({ latencyMs: 20, mostAtOnce: 4 })
    const { result } = await asking({
      options: { baseURL: server.url, maxInFlight: 64 },
      ask: (llm) => askAll(llm, questions(150)),
    })
    expect(result.every(({ ok }) => ok)).toBe(true)
    const late = server.calls.slice(-100)
    expect(late.filter(({ status }) => status === 429).length).toBeLessThan(60)
  })
})

describe('waiting', () => {
  const headers = (given: Record<string, string>) => new Headers(given)
  it('follows what the server asks for, in seconds, milliseconds or as a date', () => {
    expect(retryAfter(headers({ 'retry-after': '7' }))).toBe(7000)
    expect(retryAfter(headers({ 'retry-after': '1.5' }))).toBe(1500)
    expect(retryAfter(headers({ 'retry-after-ms': '20', 'retry-after': '9' }))).toBe(20)
    const now = Date.parse('2026-01-01T00:00:00Z')
    expect(retryAfter(headers({ 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }), now)).toBe(60_000)
    expect(retryAfter(headers({ 'retry-after': 'soon' }))).toBeUndefined()
    expect(retryAfter(headers({}))).toBeUndefined()
    expect(retryDelay(9, 5000, () => 0)).toBe(5000)
  })

  it('is honoured', async () => {
    await using server = await scriptedLlm({ faults: { limited: 0.5 }, retryAfter: 1 })
    await asking({ options: { baseURL: server.url }, ask: (llm) => askAll(llm, questions(6)) })
    const byName = Map.groupBy(server.calls, ({ name }) => name)
    const gaps = [...byName.values()].flatMap((calls) =>
      calls.slice(1).map(({ at }, n) => at - (calls[n]?.at ?? 0)),
    )
    expect(gaps.length).toBeGreaterThan(0)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(990)
  })

  it('grows, differs and has a cap', () => {
    expect(retryDelay(1, undefined, () => 1)).toBeLessThan(retryDelay(3, undefined, () => 0))
    expect(retryDelay(50, undefined, () => 1)).toBe(30_000)
    expect(retryDelay(3, undefined, () => 0)).not.toBe(retryDelay(3, undefined, () => 1))
  })
})

describe('concurrency', () => {
  it('goes down where too many calls are too many, and up again, and not for the odd one', () => {
    const found = adaptiveConcurrency(100)
    for (let call = 0; call < 1000; call++) found.ended(call % 20 === 0)
    expect(found.allowed()).toBe(100)
    for (let call = 0; call < 300; call++) found.ended(true)
    const low = found.allowed()
    expect(low).toBeLessThan(20)
    for (let call = 0; call < 3000; call++) found.ended(false)
    expect(found.allowed()).toBe(100)
    found.limit(7)
    expect(found.allowed()).toBe(7)
  })
})
