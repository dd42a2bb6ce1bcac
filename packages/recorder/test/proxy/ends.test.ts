import { readdirSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { expectSftError } from '@sftkit/testing'
import { expect, test } from 'vitest'
import { recordProxy } from '../../src/index.ts'
import { ask, temporaryFolder, testProxy, upstream } from './support.ts'

test('an upstream that is not there is a 502 in the words of the interface, and is recorded', async () => {
  const proxy = await testProxy({ upstream: 'http://127.0.0.1:1' })
  const openai = await ask(`${proxy.url}/v1/chat/completions`, { body: '{}' })
  const anthropic = await ask(`${proxy.url}/v1/messages`, { body: '{}' })
  const ollama = await ask(`${proxy.url}/api/chat`, { body: '{}' })
  expect([openai.status, anthropic.status, ollama.status]).toEqual([502, 502, 502])
  expect(JSON.parse(openai.body.toString())).toMatchObject({ error: { code: 'upstream_unreachable' } })
  expect(JSON.parse(anthropic.body.toString())).toMatchObject({ type: 'error', error: { type: 'api_error' } })
  expect(JSON.parse(ollama.body.toString()).error).toEqual(expect.any(String))
  for (const exchange of await proxy.exchanges(3))
    expect(exchange).toMatchObject({ end: 'unreachable', answer: { status: 502 }, error: expect.any(String) })
})

test('a client that leaves in the middle is recorded as such, and the upstream hears of it', async () => {
  let left: (() => void) | undefined
  const heard = new Promise<void>((resolve) => {
    left = resolve
  })
  const { url } = await upstream((_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
    outgoing.write('data: {"n":1}\n\n')
    outgoing.once('close', () => left?.())
  })
  const proxy = await testProxy({ upstream: url })
  const asking = request(`${proxy.url}/v1/chat/completions`, { method: 'POST' }, (answer) => {
    answer.once('data', () => asking.destroy())
    answer.on('error', () => {})
  })
  asking.on('error', () => {})
  asking.end('{"stream":true}')
  await heard
  const [exchange] = await proxy.exchanges(1)
  expect(exchange).toMatchObject({
    end: 'client-gone',
    request: { body: { stream: true } },
    answer: { status: 200, chunks: [[expect.any(Number), 'data: {"n":1}\n\n']] },
  })
})

test('an upstream that breaks off breaks off for the client too', async () => {
  const { url } = await upstream((_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
    outgoing.write('{"half":', () => outgoing.destroy())
  })
  const proxy = await testProxy({ upstream: url })
  await expect(ask(`${proxy.url}/v1/chat/completions`, { body: '{}' })).rejects.toThrow()
  expect(await proxy.exchanges(1)).toMatchObject([{ end: 'upstream-gone', answer: { text: '{"half":' } }])
})

test('closing stops what goes on and records it', async () => {
  const { url } = await upstream((_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
    outgoing.write('data: {"n":1}\n\n')
  })
  const proxy = await testProxy({ upstream: url })
  const answer = await fetch(`${proxy.url}/v1/chat/completions`, { method: 'POST', body: '{}' })
  await answer.body?.getReader().read()
  await proxy.close()
  expect(await proxy.exchanges(1)).toMatchObject([{ end: 'stopped', answer: { status: 200 } }])
})

test('a connection that the upstream has just closed costs no request', async () => {
  let requests = 0
  // Answers once on each connection, and closes it when it is used again, as a server does whose patience ends.
  const server = createServer((socket) => {
    let served = false
    socket.on('error', () => {})
    socket.on('data', () => {
      if (served) {
        socket.resetAndDestroy()
        return
      }
      served = true
      requests++
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nkeep-alive: timeout=60\r\n\r\n{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const proxy = await testProxy({ upstream: `http://127.0.0.1:${port}` })
  for (let at = 0; at < 3; at++) {
    const { status } = await ask(`${proxy.url}/v1/chat/completions`, { body: `{"n":${at}}` })
    expect(status).toBe(200)
  }
  expect(requests).toBe(3)
  await proxy.close()
  await new Promise((resolve) => server.close(resolve))
})

test('web sockets and being used as an HTTP proxy are refused', async () => {
  const proxy = await testProxy({ upstream: 'http://127.0.0.1:1' })
  const status = await new Promise((resolve) => {
    const asking = request(`${proxy.url}/v1/responses`, {
      headers: { connection: 'Upgrade', upgrade: 'websocket' },
    })
    asking.on('response', (answer) => resolve(answer.resume().statusCode))
    asking.end()
  })
  expect(status).toBe(501)
  const proxied = await new Promise((resolve) => {
    const asking = request({ port: new URL(proxy.url).port, path: 'http://example.com/' }, (answer) =>
      resolve(answer.resume().statusCode),
    )
    asking.end()
  })
  expect(proxied).toBe(400)
})

test('what cannot work is refused before anything starts', async () => {
  const out = temporaryFolder()
  const proxy = await testProxy({ upstream: 'http://127.0.0.1:1' })
  const port = Number(new URL(proxy.url).port)
  await expectSftError(recordProxy({ out, port, upstream: 'http://127.0.0.1:1' }), 'SFT_RECORD_PORT')
  await expectSftError(recordProxy({ out, upstream: 'ftp://x' }), 'SFT_USAGE')
  await expectSftError(recordProxy({ out, upstream: 'http://' }), 'SFT_USAGE')
  await expectSftError(recordProxy({ out, upstream: 'notaurl' }), 'SFT_USAGE')
  await expectSftError(recordProxy({ out, upstream: 'localhost:8000' }), 'SFT_USAGE')
  await expectSftError(
    recordProxy({ out: '/dev/null/x', upstream: 'http://127.0.0.1:1' }),
    'SFT_RECORD_WRITE',
  )
  await proxy.close()
  const itself = { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` }
  await expectSftError(recordProxy({ out, port, environment: itself }), 'SFT_USAGE')
})

test('a proxy that nobody asked leaves no file', async () => {
  const proxy = await testProxy({ upstream: 'http://127.0.0.1:1' })
  expect(readdirSync(proxy.out)).toEqual([])
  await proxy.close()
  expect(readdirSync(proxy.out)).toEqual([])
})

test('requests go where their path says', async () => {
  const named = async (): Promise<{ url: string; paths: string[] }> => {
    const paths: string[] = []
    const { url } = await upstream((incoming, outgoing) => {
      paths.push(incoming.url ?? '')
      outgoing.end('{}')
    })
    return { url, paths }
  }
  const [openai, anthropic, ollama] = [await named(), await named(), await named()]
  const proxy = await testProxy({
    environment: {
      OPENAI_BASE_URL: `${openai.url}/api/v1`,
      ANTHROPIC_BASE_URL: anthropic.url,
      OLLAMA_HOST: `${ollama.url.replace('http://', '')}/v1/`,
    },
  })
  const paths = [
    '/v1/chat/completions',
    '/chat/completions',
    '/v1/models',
    '/v1/messages/count_tokens',
    '/api/chat',
    '/',
  ]
  for (const path of paths) await ask(proxy.url + path, { body: '{}' })
  await ask(`${proxy.url}/v1/models`, { method: 'GET', headers: { 'anthropic-version': '2023-06-01' } })
  expect(openai.paths).toEqual(['/api/v1/chat/completions', '/api/v1/chat/completions', '/api/v1/models'])
  expect(anthropic.paths).toEqual(['/v1/messages/count_tokens', '/v1/models'])
  expect(ollama.paths).toEqual(['/api/chat', '/'])
})
