import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** What an Ollama does at a path; others answer with 200 and an empty object. */
export type Answers = Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>>

export interface FakeOllama extends AsyncDisposable {
  readonly url: string
  /** Method and path of each request, in order. */
  readonly requests: readonly string[]
}

/** A server that answers as some version of Ollama is documented to. */
export async function fakeOllama(answers: Answers): Promise<FakeOllama> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    const call = `${request.method} ${request.url}`
    requests.push(call)
    const answer = answers[call] ?? answers[call.replace(/sha256:.*/, '*')]
    request.resume().once('end', () => {
      if (answer) answer(request, response)
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Lines of JSON, as Ollama streams them. */
export function lines(...objects: readonly object[]): (_: IncomingMessage, response: ServerResponse) => void {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.end(objects.map((object) => `${JSON.stringify(object)}\n`).join(''))
  }
}
