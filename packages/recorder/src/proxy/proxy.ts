import { createServer, Agent as HttpAgent, type IncomingMessage, type ServerResponse } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { sftError } from '@sftkit/core'
import { familyOf, refusal } from './api.ts'
import { type ForwardedExchange, forward } from './forward.ts'
import { listenOnLoopback } from './listen.ts'
import { openRecording } from './recording.ts'
import { findUpstreams, type Upstreams } from './upstreams.ts'

export interface RecordProxyOptions {
  /** The folder of the recording; made where it is not there. */
  readonly out: string
  /** Default: a free one. */
  readonly port?: number
  /** Where all requests go. Default: by their path, see docs/record-proxy.md. */
  readonly upstream?: string
  /** Where the upstreams' addresses are looked up. Default: this process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Hears of each exchange once it is over; `trouble` where it could not be recorded. */
  readonly onExchange?: (exchange: ForwardedExchange, trouble?: unknown) => void
}

export interface RecordProxy {
  /** Without a path: clients of OpenAI add `/v1`. */
  readonly url: string
  /** The recording; there once an exchange is recorded. */
  readonly file: string
  /** Exchanges that could not be recorded. */
  readonly unrecorded: number
  /** Stops what goes on, records it so far, and ends the recording. */
  close(): Promise<void>
}

/** See `recordProxy`. */
export async function openProxy(options: RecordProxyOptions): Promise<RecordProxy> {
  const { out, port = 0, upstream, environment = process.env, onExchange } = options
  const upstreams = findUpstreams(upstream, environment)
  const recording = openRecording(out, (trouble) => troubled(trouble))
  const agents = { http: new HttpAgent({ keepAlive: true }), https: secureAgent(environment) }
  const open = new Set<() => void>()
  let unrecorded = 0
  let settled: (() => void) | undefined
  let ending = 0
  const troubled = (trouble: unknown): void =>
    onExchange?.({ method: '', path: '', ms: 0, end: 'unfinished' }, trouble)
  const server = createServer((incoming, outgoing) => {
    if (refuseProxying(incoming, outgoing)) return
    ending++
    const stop = forward(incoming, outgoing, {
      upstreams,
      recording,
      agents,
      onEnd(exchange, trouble) {
        open.delete(stop)
        if (trouble !== undefined) unrecorded++
        onExchange?.(exchange, trouble)
        ending--
        if (ending === 0) settled?.()
      },
    })
    open.add(stop)
  })
  server.on('upgrade', (incoming, socket) => {
    const message = 'Web sockets are not recorded. Use the interface over HTTP.'
    const body = JSON.stringify(refusal(familyOf(incoming.url ?? '/', false), message))
    socket.end(
      `HTTP/1.1 501 Not Implemented\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    )
  })
  let url: string
  try {
    url = await listenOnLoopback(server, port)
    refuseLoops(upstreams, url)
  } catch (error) {
    server.close()
    recording.close()
    throw error
  }
  return {
    url,
    file: recording.file,
    get unrecorded() {
      return unrecorded
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const stop of open) stop()
      if (ending > 0)
        await new Promise<void>((resolve) => {
          settled = resolve
        })
      server.closeAllConnections()
      await closed
      agents.http.destroy()
      agents.https.destroy()
      recording.close()
    },
  }
}

/** Through the machine's own proxy, where it needs one to get out (Node 24.5 and newer). */
function secureAgent(environment: Readonly<Record<string, string | undefined>>): HttpsAgent {
  const named = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy']
  const proxyEnv = Object.fromEntries(
    named.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  )
  return new HttpsAgent({ keepAlive: true, ...(Object.keys(proxyEnv).length > 0 && { proxyEnv }) })
}

/** It is a base URL, not what HTTP_PROXY is for. */
function refuseProxying(incoming: IncomingMessage, outgoing: ServerResponse): boolean {
  if (incoming.url?.startsWith('/') === true) return false
  const message = 'This is the base URL of an API, not an HTTP proxy: unset HTTP_PROXY for it.'
  outgoing.writeHead(400, { 'content-type': 'application/json' })
  outgoing.end(JSON.stringify(refusal('openai', message)))
  return true
}

/** An environment that already points at this proxy would make it ask itself, for ever. */
function refuseLoops(upstreams: Upstreams, url: string): void {
  const own = new URL(url)
  for (const upstream of Object.values(upstreams)) {
    const here = upstream.port === own.port && /^(?:127\.|localhost$|\[::1\]$)/.test(upstream.hostname)
    if (here)
      throw sftError(
        'SFT_USAGE',
        `The upstream ${upstream.origin} is the proxy itself. Name the real one with --upstream, or unset the variable that names it.`,
      )
  }
}
