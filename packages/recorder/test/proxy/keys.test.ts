import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ask, everythingIn, testProxy, upstream } from './support.ts'

const KEYS = {
  authorization: 'Bearer sk-proj-0123456789abcdefghij',
  'x-api-key': 'anthropic-key-ABCDEFGHIJKLMNOP',
  'api-key': 'azure-key-0123456789abcdef0123',
  cookie: 'session=cookie-value-0123456789; other=cookie-other-9876543210',
}
const VALUES = [
  'sk-proj-0123456789abcdefghij',
  'anthropic-key-ABCDEFGHIJKLMNOP',
  'azure-key-0123456789abcdef0123',
  'cookie-value-0123456789',
  'cookie-other-9876543210',
  'query-key-0123456789abcdef',
]

test('no key is written, also where a server repeats it', async () => {
  const { url, requests } = await upstream((incoming, outgoing) => {
    const { authorization = '', cookie = '' } = incoming.headers
    const said = `Incorrect API key: ${authorization} ${String(incoming.headers['x-api-key'])} ${String(incoming.headers['api-key'])} ${cookie} ${incoming.url}`
    const stream = incoming.url?.includes('stream') === true
    outgoing.writeHead(401, {
      'content-type': stream ? 'text/event-stream' : 'application/json',
      'set-cookie': 'session=cookie-value-0123456789',
      'x-echo': authorization,
    })
    // In the middle of a key, too.
    for (let at = 0; at < said.length; at += 9) outgoing.write(said.slice(at, at + 9))
    outgoing.end()
  })
  const proxy = await testProxy({ upstream: url })
  for (const path of ['/v1/chat/completions', '/v1/messages', '/stream']) {
    const target = `${path}?api_key=query-key-0123456789abcdef&x=1`
    const answer = await ask(proxy.url + target, { headers: KEYS, body: '{"model":"m"}' })
    expect(answer.body.toString()).toContain('sk-proj-0123456789abcdefghij')
    expect(requests.at(-1)?.url).toBe(target)
  }
  await proxy.exchanges(3)
  await proxy.close()
  const written = everythingIn(proxy.out)
  expect(written).toContain('Incorrect API key')
  for (const value of VALUES) expect(written).not.toContain(value)
})

test('recordings are for their owner only', async () => {
  const { url } = await upstream((_, outgoing) => outgoing.end('{}'))
  const proxy = await testProxy({ upstream: url })
  await ask(`${proxy.url}/v1/models`, { method: 'GET' })
  await proxy.exchanges(1)
  for (const name of readdirSync(proxy.out)) expect(statSync(join(proxy.out, name)).mode & 0o777).toBe(0o600)
})
