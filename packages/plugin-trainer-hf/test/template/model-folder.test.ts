import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expectSftError } from '@sftkit/testing'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { modelChat } from '../../src/template/checked-model.ts'
import { CHATML } from './families.ts'
import { testFolder, writeModel } from './model.ts'

const never = new AbortController().signal
const COMMIT = '0123456789abcdef0123456789abcdef01234567'

afterEach(() => vi.unstubAllEnvs())

/** A Hub that has one model, and remembers what it was asked. */
async function hub(answer: (path: string) => { status: number; code?: string; file?: string }) {
  const asked: { path: string; authorization: string | undefined }[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push({ path, authorization: request.headers.authorization })
    const { status, code, file } = answer(path)
    response.writeHead(status, {
      'x-repo-commit': COMMIT,
      ...(code !== undefined && { 'x-error-code': code }),
    })
    response.end(file === undefined ? '' : readFileSync(file))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  vi.stubEnv('SFT_CACHE_DIR', testFolder())
  vi.stubEnv('HF_HUB_CACHE', testFolder())
  return asked
}

test('a name of the Hub: its small files are fetched once, with the token, and no weights', async () => {
  const model = writeModel({ template: CHATML })
  vi.stubEnv('HF_TOKEN', 'hf_secret')
  const asked = await hub((path) => {
    const name = path.split('/').at(-1) ?? ''
    return /^(tokenizer|tokenizer_config)\.json$/.test(name)
      ? { status: 200, file: join(model, name) }
      : { status: 404 }
  })
  const chat = await modelChat({ path: 'org/name' }, never)
  expect(chat.template?.source).toBe(CHATML)
  expect(asked[0]).toEqual({
    path: '/org/name/resolve/main/tokenizer.json',
    authorization: 'Bearer hf_secret',
  })
  expect(asked.slice(1).every(({ path }) => path.startsWith(`/org/name/resolve/${COMMIT}/`))).toBe(true)
  expect(asked.some(({ path }) => /safetensors|\.bin/.test(path))).toBe(false)
})

test('what the Hugging Face cache has is not asked for', async () => {
  const asked = await hub(() => ({ status: 500 }))
  const cache = testFolder()
  vi.stubEnv('HF_HUB_CACHE', cache)
  const folder = join(cache, 'models--org--name')
  mkdirSync(join(folder, 'refs'), { recursive: true })
  writeFileSync(join(folder, 'refs/main'), COMMIT)
  cpSync(writeModel({ template: CHATML }), join(folder, 'snapshots', COMMIT), { recursive: true })
  for (const revision of ['main', COMMIT])
    expect((await modelChat({ path: 'org/name', revision }, never)).template?.source).toBe(CHATML)
  expect(asked).toEqual([])
})

test.each([
  ['gated', { status: 403, code: 'GatedRepo' }],
  ['private or not there', { status: 401 }],
  ['not there', { status: 404 }],
  ['in trouble', { status: 503 }],
])('a model that is %s', async (_name, answer) => {
  await hub(() => answer)
  await expectSftError(modelChat({ path: 'org/name' }, never), 'SFT_TEMPLATE_MODEL', { source: 'org/name' })
})

test('no network, and told to stay without one', async () => {
  const asked = await hub(() => ({ status: 404 }))
  vi.stubEnv('HF_HUB_OFFLINE', '1')
  await expectSftError(modelChat({ path: 'org/name' }, never), 'SFT_TEMPLATE_MODEL')
  expect(asked).toEqual([])
  vi.stubEnv('HF_HUB_OFFLINE', '')
  vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9')
  await expectSftError(modelChat({ path: 'org/name' }, never), 'SFT_TEMPLATE_MODEL')
})

test('templates by name: the default one is trained with, a file goes before the config', async () => {
  const folder = writeModel({})
  const config = {
    eos_token: { content: '<|im_end|>' },
    chat_template: [
      { name: 'default', template: 'D' },
      { name: 'tool_use', template: 'T' },
    ],
  }
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(config))
  const named = await modelChat({ path: folder }, never)
  expect(Object.fromEntries(named.files.templates)).toEqual({ default: 'D', tool_use: 'T' })
  expect(named.template?.source).toBe('D')
  expect(named.tokenizer.special.eos_token).toBe('<|im_end|>')
  writeFileSync(join(folder, 'chat_template.jinja'), 'F\r\n')
  expect((await modelChat({ path: folder }, never)).template?.source).toBe('F\n')
})
