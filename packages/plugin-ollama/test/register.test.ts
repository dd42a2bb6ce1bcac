import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { expectSftError, fakeProgram } from '@sftkit/testing'
import { expect, test } from 'vitest'
import { folderWith } from '../../../e2e/support/folders.ts'
import { ollamaClient } from '../src/ollama/client.ts'
import { ollamaUrl } from '../src/ollama/host.ts'
import { registerTemporarily, type TemporaryModel } from '../src/ollama/register.ts'
import { type Answers, fakeOllama, lines } from './support/fake-ollama.ts'

const gguf = join(folderWith({ 'model.gguf': 'GGUF and more' }), 'model.gguf')
const status =
  (code: number, error?: string): Answers['x'] =>
  (_, response) =>
    response.writeHead(code).end(error === undefined ? undefined : JSON.stringify({ error }))
const success = lines({ status: 'parsing GGUF' }, { status: 'success' })

interface Registered {
  /** Method, path and the model that is meant, without the part of a name that differs from machine to machine. */
  readonly requests: readonly string[]
  readonly name: string
}

async function register(
  answers: Answers,
  use = async (model: TemporaryModel): Promise<void> => {
    await model.create()
    await model.keep()
  },
): Promise<Registered> {
  await using server = await fakeOllama({
    'HEAD /api/blobs/*': status(404),
    'POST /api/create': success,
    'POST /api/show': status(404, 'not found'),
    ...answers,
  })
  const client = ollamaClient(server.url)
  let name = ''
  {
    await using model = await registerTemporarily({ client, gguf, name: 'team/agent:v1', stops: ['<|end|>'] })
    name = model.name
    await use(model)
  }
  const requests = server.requests.map((call) => call.replace(/sha256:.*/, '*').replaceAll(name, '~'))
  // The first three remove what an earlier run may have left.
  return { requests: requests.slice(3), name }
}

test('uploads, creates, copies to the name, and removes the temporary one', async () => {
  const { requests, name } = await register({})
  expect(requests).toEqual([
    'HEAD /api/blobs/*',
    'POST /api/blobs/*',
    'POST /api/create ~',
    'POST /api/show team/agent:v1',
    'POST /api/copy ~ team/agent:v1',
    'HEAD /api/blobs/*',
    'DELETE /api/delete ~',
    'DELETE /api/delete ~-old',
    'DELETE /api/delete ~-file',
  ])
  expect(name).toMatch(/^team\/agent:sftkit-[0-9a-f]{12}$/)
})

test('what a killed run left under the same temporary name goes first', async () => {
  await using server = await fakeOllama({})
  await using model = await registerTemporarily({
    ...{ client: ollamaClient(server.url), gguf, name: 'agent', stops: [] },
  })
  expect(server.requests).toEqual(
    ['-old', '-file', ''].map((end) => `DELETE /api/delete ${model.name}${end}`),
  )
})

test('a model that has the name is put aside until the new one has it', async () => {
  const { requests } = await register({ 'POST /api/show': lines({ template: '' }) })
  expect(requests.filter((call) => /copy|delete/.test(call)).slice(0, 3)).toEqual([
    'POST /api/copy team/agent:v1 ~-old',
    'POST /api/copy ~ team/agent:v1',
    'DELETE /api/delete ~-old',
  ])
})

test('a file that is there is not sent again, and goes with a model that is given it', async () => {
  const { requests } = await register({ 'HEAD /api/blobs/*': status(200) })
  expect(requests).not.toContain('POST /api/blobs/*')
  expect(requests.slice(-4)).toEqual([
    'POST /api/create ~-file',
    'DELETE /api/delete ~',
    'DELETE /api/delete ~-old',
    'DELETE /api/delete ~-file',
  ])
})

test('an error that arrives with status 200', async () => {
  await expectSftError(
    register({
      'POST /api/create': lines({ status: 'parsing GGUF' }, { error: 'unsupported architecture' }),
    }),
    'SFT_OLLAMA_REFUSED',
  )
})

test('status lines that come slowly and in pieces', async () => {
  const text = ['parsing GGUF', 'validating GGUF model', 'success']
    .map((line) => `${JSON.stringify({ status: line })}\n`)
    .join('')
  const { requests } = await register({
    'POST /api/create': async (_, response) => {
      response.writeHead(200)
      for (const letter of text) {
        response.write(letter)
        await new Promise((resolve) => setImmediate(resolve))
      }
      response.end()
    },
  })
  expect(requests).toContain('POST /api/copy ~ team/agent:v1')
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
    register({ 'POST /api/blobs/*': status(500, 'no space left on device') }),
    'SFT_OLLAMA_REFUSED',
  )
  await expectSftError(
    register({
      'POST /api/create': (_, response) => response.writeHead(502).end('<html>Bad gateway</html>'),
    }),
    'SFT_OLLAMA_REFUSED',
  )
})

test('a model that is being made when it is stopped is waited for, and then removed', async () => {
  const stop = new AbortController()
  const done: string[] = []
  await using server = await fakeOllama({
    'HEAD /api/blobs/*': status(200),
    'POST /api/create': (_, response) => {
      stop.abort()
      response.writeHead(200).write('{"status":"parsing GGUF"}\n')
      setTimeout(() => {
        done.push(response.destroyed ? 'left alone' : 'made')
        response.end('{"status":"success"}\n')
      }, 50)
    },
  })
  const making = async (): Promise<void> => {
    const client = ollamaClient(server.url, stop.signal)
    await using model = await registerTemporarily({ client, gguf, name: 'agent', stops: [] })
    await model.create()
  }
  await expect(making()).rejects.toThrow()
  expect(done[0]).toBe('made')
  expect(server.requests.filter((call) => call.startsWith('DELETE')).length).toBe(6)
})

test('an Ollama that takes Modelfiles alone is given one by its own command', async () => {
  using command = fakeProgram({ name: 'ollama', notes: ['OLLAMA_HOST'] })
  const before = process.env.PATH
  process.env.PATH = `${command.folder}:${before}`
  try {
    const { requests, name } = await register({
      'POST /api/create': status(400, 'path or modelfile are required'),
    })
    expect(command.calls()).toMatchObject([
      {
        args: ['create', name, '-f', expect.any(String)],
        env: { OLLAMA_HOST: expect.stringMatching(/^http/) },
      },
    ])
    expect(requests).toContain('POST /api/copy ~ team/agent:v1')
  } finally {
    process.env.PATH = before
  }
})

test('neither the api nor the command: the reason is the one that the command gives', async () => {
  using command = fakeProgram({ name: 'ollama', steps: [{ printError: 'Error: unknown type' }, { exit: 1 }] })
  const before = process.env.PATH
  process.env.PATH = `${command.folder}:${before}`
  try {
    const failing = register({ 'POST /api/create': status(400, 'path or modelfile are required') })
    await expect(failing).rejects.toThrow(/unknown type/)
    await expectSftError(failing, 'SFT_OLLAMA_REFUSED')
  } finally {
    process.env.PATH = before
  }
})

test('an address with a path before the api', async () => {
  await using server = await fakeOllama({ 'POST /behind/api/create': success })
  const client = ollamaClient(ollamaUrl(`${server.url}/behind/`))
  {
    await using model = await registerTemporarily({ client, gguf, name: 'agent', stops: [] })
    await model.create()
    await model.keep()
  }
  expect(server.requests.filter((call) => !/ \/behind\/api\//.test(call))).toEqual([])
})

test('nobody answers', async () => {
  const client = ollamaClient('http://127.0.0.1:1')
  expect(await client.version()).toBeUndefined()
  await expectSftError(registerTemporarily({ client, gguf, name: 'x', stops: [] }), 'SFT_OLLAMA_UNREACHABLE')
})

test('an upload that is answered before its end leaves no connection behind', async () => {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined))
    socket.once('data', () => {
      socket.pause().write('HTTP/1.1 201 Created\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const large = join(folderWith({}), 'large.gguf')
  writeFileSync(large, Buffer.alloc(50_000_000))
  await ollamaClient(`http://127.0.0.1:${address.port}`).putBlob('sha256:0', large)
  const [socket] = sockets
  if (socket?.destroyed === false) await once(socket.resume(), 'close')
  expect(sockets).toHaveLength(1)
  server.close()
  await once(server, 'close')
})
