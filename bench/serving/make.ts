/**
 * Makes a model in Ollama and prints a JSON line at the end of each part: `node make.ts whole|unverified MODEL OUT HOST`.
 * `unverified` converts and registers with the same code, and compares nothing.
 */
import { join } from 'node:path'
import { silentLogger } from '@sftkit/core'
import { toOllama } from 'sftkit'
import { writeGguf } from '../../packages/plugin-ollama/src/make/write-gguf.ts'
import { ollamaClient } from '../../packages/plugin-ollama/src/ollama/client.ts'
import { registerTemporarily } from '../../packages/plugin-ollama/src/ollama/register.ts'
import { startPython } from '../../packages/plugin-ollama/src/python/process.ts'

const [, , how = '', model = '', out = '', host = '', llamaCpp = ''] = process.argv
const ended = (part: string): boolean => process.stdout.write(`${JSON.stringify({ part })}\n`)

watchRequests()
ended('start')
if (how === 'whole') {
  const info = (message: string): void => {
    const gate = /^verify (\w+)/.exec(message)?.[1]
    if (gate !== undefined || message.includes('.gguf: ')) ended(gate ?? 'convert')
  }
  await toOllama('half', { modelPath: model, out, host, log: { ...silentLogger, info } })
} else {
  const gguf = join(out, 'half.gguf')
  await using python = await startPython()
  await writeGguf({ folder: model, llamaCpp, python, gguf, quantization: 'q8_0', name: 'half' })
  ended('convert')
  await using registered = await registerTemporarily({
    ...{ client: ollamaClient(host), gguf, name: 'half:latest', stops: ['<|im_end|>'] },
  })
  await registered.create()
  await registered.keep()
}
ended('end')

/** What is asked of Ollama ends parts too: before a blob is asked for the file was hashed. */
function watchRequests(): void {
  const send = globalThis.fetch
  globalThis.fetch = async (url, init) => {
    const path = new URL(String(url)).pathname
    if (path.startsWith('/api/blobs/') && init?.method === 'HEAD') ended('hash')
    if (path === '/api/create') ended('upload')
    const response = await send(url, init)
    if (path !== '/api/create') return response
    // It is made when all of its statuses have come.
    const [own, theirs] = (response.body as ReadableStream).tee()
    void new Response(own).text().then(() => ended('create'))
    return new Response(theirs, response)
  }
}
