import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { ask, type RawAnswer, testProxy, upstream } from './support.ts'

const EVENTS = Array.from({ length: 20 }, (_, at) => `data: {"n":${at},"text":"grüße ${'x'.repeat(at)}"}\n\n`)

type Answer = (incoming: IncomingMessage, outgoing: ServerResponse) => void

const answers: Record<string, Answer> = {
  json: (_, out) => {
    out.writeHead(200, 'Fine', { 'Content-Type': 'application/json', 'X-Odd': 'a', 'x-request-id': 'r1' })
    out.end('{"a": 1.0,  "b": 12345678901234567890}')
  },
  'no content': (_, out) => out.writeHead(204).end(),
  'an error with a length': (_, out) =>
    out.writeHead(429, { 'retry-after': '7', 'content-length': '4' }).end('slow'),
  'a status of nobody': (_, out) => out.writeHead(599, 'Very Odd').end('{}'),
  binary: (_, out) => out.writeHead(200, { 'content-type': 'audio/mpeg' }).end(SOUND),
  'repeated headers': (_, out) =>
    out.writeHead(200, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'content-length', '0']).end(),
  large: (_, out) => out.end(Buffer.alloc(4 << 20, 'large ')),
  gzip: (_, out) =>
    out
      .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      .end(gzipSync('{"said":"compressed"}')),
  stream: async (_, out) => {
    out.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of EVENTS) {
      out.write(event)
      await new Promise(setImmediate)
    }
    out.end('data: [DONE]\n\n')
  },
  'compressed stream': (_, out) => {
    out.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'zstd' })
    out.end(zstdCompressSync(EVENTS.join('')))
  },
}
const SOUND = randomBytes(70_000)

/** Without what is said between two machines only. */
function compared({ status, message, headers, body }: RawAnswer): unknown {
  const kept: string[] = []
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? ''
    if (!/^(?:connection|keep-alive|transfer-encoding|date)$/i.test(name))
      kept.push(`${name}: ${headers[at + 1]}`)
  }
  return { status, message, kept, body: body.toString('base64') }
}

describe.each(Object.keys(answers))('%s', (name) => {
  test('comes through as it is', async () => {
    const { url } = await upstream((incoming, outgoing) => answers[name]?.(incoming, outgoing))
    const proxy = await testProxy({ upstream: url })
    const body = '{"model":"m","messages":[]}'
    const path = '/v1/chat/completions'
    expect(compared(await ask(proxy.url + path, { body }))).toEqual(compared(await ask(url + path, { body })))
    const [exchange] = await proxy.exchanges(1)
    expect(exchange).toMatchObject({ api: 'chat', end: 'complete', request: { method: 'POST', path } })
  })
})

test('a request comes through as it is', async () => {
  const { url, requests } = await upstream((_, outgoing) => outgoing.end('{}'))
  const proxy = await testProxy({ upstream: url })
  const bodies = ['{"model": "m",\n  "n": 1.50}', gzipSync('{"model":"m"}'), randomBytes(3 << 20), '']
  for (const body of bodies) {
    const headers = { 'X-Mixed-Case': 'yes', connection: 'x-only-here', 'x-only-here': '1' }
    await ask(`${proxy.url}/v1/embeddings?a=%20b&c`, { body, headers })
    const got = requests.at(-1)
    expect(got?.url).toBe('/v1/embeddings?a=%20b&c')
    expect(got?.body.equals(Buffer.from(body))).toBe(true)
    expect(got?.rawHeaders).toContain('X-Mixed-Case')
    expect(got?.rawHeaders).not.toContain('x-only-here')
    expect(got?.rawHeaders).toContain(new URL(url).host)
  }
})

test('bodies are recorded decompressed, JSON of requests as it was written', async () => {
  const { url } = await upstream((incoming, outgoing) =>
    incoming.headers['content-encoding'] === undefined
      ? answers['compressed stream']?.(incoming, outgoing)
      : answers.gzip?.(incoming, outgoing),
  )
  const proxy = await testProxy({ upstream: url })
  await ask(`${proxy.url}/v1/chat/completions`, { body: '{"seed": 12345678901234567890,\n"top_p":1.0}' })
  await ask(`${proxy.url}/v1/chat/completions`, {
    body: gzipSync('{"model":"m"}'),
    headers: { 'content-encoding': 'gzip' },
  })
  const [stream, compressed] = await proxy.exchanges(2)
  expect(stream?.answer?.chunks?.map(([, text]) => text).join('')).toBe(EVENTS.join(''))
  expect(compressed).toMatchObject({
    request: { encoding: 'gzip', body: { model: 'm' } },
    answer: { encoding: 'gzip', text: '{"said":"compressed"}' },
  })
})

test('a stream is passed on piece by piece', async () => {
  let go = (): void => {}
  const { url } = await upstream(async (_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
    outgoing.write('data: 1\n\n')
    await new Promise<void>((resolve) => {
      go = resolve
    })
    outgoing.end('data: 2\n\n')
  })
  const proxy = await testProxy({ upstream: url })
  const answer = await fetch(`${proxy.url}/v1/chat/completions`, { method: 'POST', body: '{}' })
  const reader = answer.body?.getReader()
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('data: 1\n\n')
  // The second piece is not written before the first has arrived.
  go()
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('data: 2\n\n')
})

test('many at once keep apart', async () => {
  const { url } = await upstream((_, outgoing, body) => outgoing.end(body))
  const proxy = await testProxy({ upstream: url })
  const texts = Array.from({ length: 100 }, (_, at) => JSON.stringify({ n: at, pad: 'p'.repeat(at * 500) }))
  const got = await Promise.all(texts.map((body) => ask(`${proxy.url}/v1/x`, { body })))
  expect(got.map(({ body }) => body.toString())).toEqual(texts)
  const exchanges = await proxy.exchanges(100)
  for (const { request, answer } of exchanges) expect(answer?.text).toBe(JSON.stringify(request.body))
  expect(new Set(exchanges.map(({ id }) => id)).size).toBe(100)
})
