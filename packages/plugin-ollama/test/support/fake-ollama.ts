import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

/** What an Ollama does at a path; others answer with 200 and an empty object. */
export type Answers = Readonly<
  // biome-ignore lint/suspicious/noExplicitAny: bodies of an api whose fields the tests know
  Record<string, (request: IncomingMessage, response: ServerResponse, body: any) => void>
>

export interface FakeOllama extends AsyncDisposable {
  readonly url: string
  /** Method and path of each request, and the models that it names, in order. */
  readonly requests: readonly string[]
}

/** A server that answers as some version of Ollama is documented to. */
export async function fakeOllama(answers: Answers): Promise<FakeOllama> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    const call = `${request.method} ${request.url}`
    text(request).then((body) => {
      requests.push([call, ...modelsIn(body)].join(' '))
      const answer = answers[call] ?? answers[call.replace(/sha256:.*/, '*')]
      if (answer) answer(request, response, jsonOf(body))
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

function modelsIn(body: string): string[] {
  const { model, source, destination } = jsonOf(body)
  return [model, source, destination].filter((name) => name !== undefined)
}

/** Uploads are none. */
function jsonOf(body: string): Record<string, string | undefined> {
  try {
    return JSON.parse(body)
  } catch {
    return {}
  }
}

/** Lines of JSON, as Ollama streams them. */
export function lines(...objects: readonly object[]): (_: IncomingMessage, response: ServerResponse) => void {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.end(objects.map((object) => `${JSON.stringify(object)}\n`).join(''))
  }
}
