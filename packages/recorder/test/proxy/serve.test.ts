import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { expectSftError, scriptedLlm } from '@sftkit/testing'
import OpenAI from 'openai'
import { expect, test } from 'vitest'
import { type RecordingServer, type ServeRecordingOptions, serveRecording } from '../../src/index.ts'
import { after, ask, temporaryFolder, testProxy, upstream } from './support.ts'

async function serve(path: string, options?: ServeRecordingOptions): Promise<RecordingServer> {
  const server = await serveRecording(path, options)
  after(() => server.close())
  return server
}

const body = (text: string, more: object = {}): string =>
  JSON.stringify({ model: 'm', messages: [{ role: 'user', content: text }], ...more })

test('an agent gets the same bytes, without a server', async () => {
  const scripted = await scriptedLlm()
  after(() => scripted.close())
  const proxy = await testProxy({ upstream: scripted.url })
  const calls = [
    ['/v1/chat/completions', body('one')],
    ['/v1/chat/completions', body('two', { stream: true })],
    ['/v1/messages', body('three', { max_tokens: 5, stream: true })],
    ['/v1/responses', JSON.stringify({ model: 'm', input: 'four', stream: true })],
    ['/v1/nothing', '{}'],
  ] as const
  const recorded = []
  for (const [path, asked] of calls) recorded.push(await ask(proxy.url + path, { body: asked }))
  await proxy.exchanges(calls.length)
  await proxy.close()
  await scripted.close()
  const server = await serve(proxy.out)
  for (let round = 0; round < 2; round++) {
    for (const [at, [path, asked]] of calls.entries()) {
      const again = await ask(server.url + path, { body: asked })
      expect(again.status).toBe(recorded[at]?.status)
      expect(again.body.equals(recorded[at]?.body ?? Buffer.of())).toBe(true)
    }
  }
  expect([server.answered, server.unknown, server.unused()]).toEqual([2 * calls.length, 0, 0])
})

test('a stream is served in its recorded pieces, also to a real client', async () => {
  const scripted = await scriptedLlm({ pieceMs: 5 })
  after(() => scripted.close())
  const proxy = await testProxy({ upstream: scripted.url })
  const stream = async (url: string): Promise<unknown[]> => {
    const { chat } = new OpenAI({ apiKey: 'none', baseURL: `${url}/v1`, maxRetries: 0 })
    const chunks: unknown[] = []
    for await (const chunk of await chat.completions.create({
      model: 'm',
      messages: [{ role: 'user', content: 'Say something longer than a word.' }],
      stream: true,
    }))
      chunks.push(chunk)
    return chunks
  }
  const first = await stream(proxy.url)
  const [exchange] = await proxy.exchanges(1)
  expect(exchange?.answer?.chunks?.length).toBeGreaterThan(3)
  const server = await serve(proxy.file, { timing: true })
  expect(await stream(server.url)).toEqual(first)
})

test('a question that was asked several times gets its answers in their order, and then again', async () => {
  let count = 0
  const { url } = await upstream((_, outgoing) => {
    count++
    outgoing.writeHead(count === 1 ? 429 : 200, { 'retry-after': '0' }).end(`answer ${count}`)
  })
  const proxy = await testProxy({ upstream: url })
  for (let at = 0; at < 3; at++) await ask(`${proxy.url}/v1/x`, { body: body('same') })
  await proxy.exchanges(3)
  const server = await serve(proxy.file)
  const got: string[] = []
  for (let at = 0; at < 4; at++) {
    const { status, body: said } = await ask(`${server.url}/v1/x`, { body: body('same') })
    got.push(`${status} ${said.toString()}`)
  }
  expect(got).toEqual(['429 answer 1', '200 answer 2', '200 answer 3', '429 answer 1'])
})

test('what says who asks, and the order of keys, make no other question', async () => {
  const { url } = await upstream((_, outgoing) => outgoing.end('yes'))
  const proxy = await testProxy({ upstream: url })
  await ask(`${proxy.url}/v1/x?key=first-key-0123456789`, {
    body: '{"model":"m","user":"a","metadata":{"run":1},"n":1.0}',
  })
  await proxy.exchanges(1)
  const server = await serve(proxy.file)
  const again = await ask(`${server.url}/v1/x?key=other-key-9876543210`, {
    body: '{"n":1,"metadata":{"run":2},"model":"m"}',
  })
  expect(again.body.toString()).toBe('yes')
})

test('an unknown question is told what it differs from, in the words of its interface', async () => {
  const { url } = await upstream((_, outgoing) => outgoing.end('yes'))
  const proxy = await testProxy({ upstream: url })
  for (const text of ['Something else.', 'Fix the bug in parse().'])
    await ask(`${proxy.url}/v1/chat/completions`, { body: body(text) })
  const [, nearest] = await proxy.exchanges(2)
  const unknown: unknown[] = []
  const server = await serve(proxy.file, { onUnknown: (request) => unknown.push(request) })
  const refused = await ask(`${server.url}/v1/chat/completions`, { body: body('Fix the bug in print().') })
  expect(refused.status).toBe(404)
  const difference = {
    path: 'messages[0].content',
    recorded: expect.stringContaining('parse'),
    asked: expect.stringContaining('print'),
  }
  const said = { code: 'not_recorded', nearest: { id: nearest?.id, difference } }
  expect(JSON.parse(refused.body.toString())).toMatchObject({ error: said })
  expect(unknown).toMatchObject([{ target: 'POST /v1/chat/completions', nearest: { difference } }])
  const anthropic = await ask(`${server.url}/v1/messages`, { body: body('x') })
  expect(JSON.parse(anthropic.body.toString())).toMatchObject({
    type: 'error',
    error: { nearest: { difference: { path: '(path)' } } },
  })
  expect([server.answered, server.unknown, server.unused()]).toEqual([0, 2, 2])
})

test('an answer that was broken off is broken off again', async () => {
  const { url } = await upstream((_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
    outgoing.write('data: {"n":1}\n\n', () => outgoing.destroy())
  })
  const proxy = await testProxy({ upstream: url })
  await expect(ask(`${proxy.url}/v1/x`, { body: '{}' })).rejects.toThrow()
  await proxy.exchanges(1)
  const server = await serve(proxy.file)
  const answer = await fetch(`${server.url}/v1/x`, { method: 'POST', body: '{}' })
  await expect(answer.text()).rejects.toThrow()
})

test('line separators in texts are text, and a compressed recording is served too', async () => {
  const said = '{"text":"one\u2028two\u2029three\u0085four"}'
  const { url } = await upstream((_, outgoing) => outgoing.end(said))
  const proxy = await testProxy({ upstream: url })
  const asked = body('a\u2028b')
  await ask(`${proxy.url}/v1/x`, { body: asked })
  await proxy.exchanges(1)
  await proxy.close()
  const file = join(temporaryFolder(), 'calls.jsonl.zst')
  writeFileSync(file, zstdCompressSync(readFileSync(proxy.file)))
  for (const path of [proxy.file, file, dirname(file)]) {
    const server = await serve(path)
    expect((await ask(`${server.url}/v1/x`, { body: asked })).body.toString()).toBe(said)
  }
})

test('binary answers and answers without a body come as they were', async () => {
  const sound = Buffer.from([0, 255, 254, 1, 128])
  const { url } = await upstream((incoming, outgoing) =>
    incoming.url === '/v1/audio' ? outgoing.end(sound) : outgoing.writeHead(204).end(),
  )
  const proxy = await testProxy({ upstream: url })
  for (const path of ['/v1/audio', '/v1/none']) await ask(proxy.url + path, { body: '{}' })
  await proxy.exchanges(2)
  const server = await serve(proxy.file)
  expect((await ask(`${server.url}/v1/audio`, { body: '{}' })).body.equals(sound)).toBe(true)
  expect((await ask(`${server.url}/v1/none`, { body: '{}' })).status).toBe(204)
})

test('a file that is not there, or holds no answers, is refused; a torn last line is not', async () => {
  const folder = temporaryFolder()
  await expectSftError(serveRecording(join(folder, 'none.jsonl')), 'SFT_REPLAY_UNREADABLE')
  const file = join(folder, 'some.jsonl')
  writeFileSync(file, '{"role":"user"}\n')
  await expectSftError(serveRecording(file), 'SFT_REPLAY_UNREADABLE')
  const { url } = await upstream((_, outgoing) => outgoing.end('yes'))
  const proxy = await testProxy({ upstream: url })
  for (const n of [1, 2]) await ask(`${proxy.url}/v1/x`, { body: JSON.stringify({ n }) })
  await proxy.exchanges(2)
  await proxy.close()
  writeFileSync(file, readFileSync(proxy.file).subarray(0, -20))
  expect((await serve(file)).exchanges).toBe(1)
})
