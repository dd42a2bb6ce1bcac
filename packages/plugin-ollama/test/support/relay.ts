import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

// biome-ignore lint/suspicious/noExplicitAny: bodies of an api whose fields are altered
type Body = any

/** What is done to the requests that pass. */
export interface Relayed {
  /** Another body for calls to this path. */
  readonly [path: string]: (body: Body) => Body
}

export interface Relay extends AsyncDisposable {
  readonly url: string
}

/**
 * A server before a real Ollama that gives it other requests than it gets: so faults are planted that a client does not
 * see.
 */
export async function relayTo(target: string, relayed: Relayed): Promise<Relay> {
  const pass = async (asked: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const path = asked.url ?? '/'
    const alter = relayed[path]
    const altered = alter && JSON.stringify(await alter(JSON.parse(await text(asked))))
    const { host: _, ...headers } = asked.headers
    if (altered !== undefined) headers['content-length'] = String(Buffer.byteLength(altered))
    const forward = request(`${target}${path}`, { method: asked.method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    forward.once('error', () => answer.destroy())
    answer.once('close', () => {
      if (!answer.writableEnded) forward.destroy()
    })
    if (altered === undefined) asked.pipe(forward)
    else forward.end(altered)
  }
  const server = createServer((asked, answer) => {
    pass(asked, answer).catch(() => answer.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
