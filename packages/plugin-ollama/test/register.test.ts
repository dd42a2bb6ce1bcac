import { join } from 'node:path'
import { expectSftError, fakeProgram } from '@sftkit/testing'
import { expect, test } from 'vitest'
import { folderWith } from '../../../e2e/support/folders.ts'
import { ollamaClient } from '../src/ollama/client.ts'
import { registerTemporarily, type TemporaryModel } from '../src/ollama/register.ts'
import { type Answers, fakeOllama, lines } from './support/fake-ollama.ts'

const gguf = join(folderWith({ 'model.gguf': 'GGUF and more' }), 'model.gguf')
const notThere: Answers['x'] = (_, response) => response.writeHead(404).end()

async function register(answers: Answers): Promise<{ requests: readonly string[]; model?: TemporaryModel }> {
  await using server = await fakeOllama({ 'HEAD /api/blobs/*': notThere, ...answers })
  const client = ollamaClient(server.url)
  const registering = registerTemporarily({ client, gguf, name: 'team/agent:v1', stops: ['<|im_end|>'] })
  const model = await registering.finally(() => undefined)
  await model.keep()
  await model[Symbol.asyncDispose]()
  return { requests: server.requests.map((call) => call.replace(/sha256:.*/, '*')), model }
}

test('uploads, creates, copies to the name, and removes the temporary one', async () => {
  const { requests, model } = await register({
    'POST /api/create': lines({ status: 'parsing GGUF' }, { status: 'success' }),
  })
  expect(requests).toEqual([
    'HEAD /api/blobs/*',
    'POST /api/blobs/*',
    'POST /api/create',
    'POST /api/copy',
    'DELETE /api/delete',
  ])
  expect(model?.name).toMatch(/^team\/agent:sftkit-[0-9a-f]{12}$/)
})

test('a blob that is there is not sent again', async () => {
  const { requests } = await register({
    'HEAD /api/blobs/*': (_, response) => response.writeHead(200).end(),
    'POST /api/create': lines({ status: 'success' }),
  })
  expect(requests).not.toContain('POST /api/blobs/*')
})

test('an error that arrives with status 200', async () => {
  await expectSftError(
    register({
      'POST /api/create': lines({ status: 'parsing GGUF' }, { error: 'unsupported architecture' }),
    }),
    'SFT_OLLAMA_REFUSED',
  )
})

test('a stream that ends before success, or breaks off', async () => {
  await expectSftError(
    register({ 'POST /api/create': lines({ status: 'parsing GGUF' }) }),
    'SFT_OLLAMA_UNREACHABLE',
  )
  await expectSftError(
    register({
      'POST /api/create': (_, response) => {
        response.writeHead(200).write('{"status":"parsing')
        setTimeout(() => response.destroy(), 10)
      },
    }),
    'SFT_OLLAMA_UNREACHABLE',
  )
})

test('a full disk there, and a page of something that stands between', async () => {
  await expectSftError(
    register({
      'POST /api/blobs/*': (_, response) =>
        response.writeHead(500).end(JSON.stringify({ error: 'no space left on device' })),
    }),
    'SFT_OLLAMA_REFUSED',
  )
  await expectSftError(
    register({
      'POST /api/create': (_, response) => response.writeHead(502).end('<html>Bad gateway</html>'),
    }),
    'SFT_OLLAMA_REFUSED',
  )
})

test('an Ollama that takes Modelfiles alone is given one by its own command', async () => {
  using command = fakeProgram({ name: 'ollama', notes: ['OLLAMA_HOST'] })
  const before = process.env.PATH
  process.env.PATH = `${command.folder}:${before}`
  try {
    const { requests } = await register({
      'POST /api/create': (_, response) =>
        response.writeHead(400).end(JSON.stringify({ error: 'path or modelfile are required' })),
    })
    expect(command.calls()).toMatchObject([
      { args: ['create', expect.stringMatching(/^team\/agent:/), '-f', expect.any(String)] },
    ])
    expect(requests.at(-1)).toBe('DELETE /api/delete')
  } finally {
    process.env.PATH = before
  }
})

test('nobody answers', async () => {
  const client = ollamaClient('http://127.0.0.1:1')
  expect(await client.version()).toBeUndefined()
  await expectSftError(registerTemporarily({ client, gguf, name: 'x', stops: [] }), 'SFT_OLLAMA_UNREACHABLE')
})
