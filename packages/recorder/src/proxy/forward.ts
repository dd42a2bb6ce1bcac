import {
  type ClientRequest,
  type Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
  type ServerResponse,
} from 'node:http'
import { type Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { errorText } from '@sftkit/core'
import { apiOf, familyOf, refusal } from './api.ts'
import type { ExchangeEnd, RecordedAnswer } from './exchange.ts'
import { answerHeaders, requestHeaders, valuesOf, withoutHopByHop } from './headers.ts'
import type { OpenExchange, Recording } from './recording.ts'
import { scrubberOf, withoutKeys } from './secrets.ts'
import { createTape, type Tape } from './tape.ts'
import { type Upstreams, upstreamPath } from './upstreams.ts'

export interface Forwarding {
  readonly upstreams: Upstreams
  readonly recording: Recording
  readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent }
  /** Called when an exchange has been recorded, or could not be. */
  readonly onEnd: (exchange: ForwardedExchange, trouble?: unknown) => void
}

/** What is said of an exchange while the proxy runs. */
export interface ForwardedExchange {
  readonly method: string
  /** Without its query. */
  readonly path: string
  readonly status?: number
  readonly ms: number
  readonly end: ExchangeEnd
}

/**
 * Sends a request on to its upstream and the answer back, as they are and as they come, and records both.
 *
 * @returns stops the exchange
 */
export function forward(incoming: IncomingMessage, outgoing: ServerResponse, at: Forwarding): () => void {
  const { url: path = '/', method = 'GET', rawHeaders } = incoming
  const family = familyOf(path, incoming.headers['anthropic-version'] !== undefined)
  const upstream = at.upstreams[family]
  const sent = createTape()
  const exchange = at.recording.begin({
    method,
    path: withoutKeys(path),
    headers: requestHeaders(rawHeaders),
    api: apiOf(path),
    encoding: incoming.headers['content-encoding'],
    sent,
    scrub: scrubberOf(rawHeaders, path),
  })
  const answering = createAnswering(exchange)
  let calling: ClientRequest | undefined
  let over = false

  const finish = (end: ExchangeEnd, error?: string): void => {
    if (over) return
    over = true
    const said = { method, path: path.replace(/[?#].*$/s, ''), end, ms: exchange.now() }
    const status = answering.status()
    const summary = { ...said, ...(status !== undefined && { status }) }
    exchange.end({ end, ...answering.fields(), ...(error !== undefined && { error }) }).then(
      () => at.onEnd(summary),
      (trouble: unknown) => at.onEnd(summary, trouble),
    )
  }
  const stop = (end: ExchangeEnd, error?: string): void => {
    finish(end, error)
    calling?.destroy()
    outgoing.destroy()
  }
  const unreachable = (error: unknown): void => {
    if (over) return
    if (outgoing.headersSent) {
      stop('upstream-gone', errorText(error))
      return
    }
    const message = `Nothing answers at ${upstream.origin} (${errorText(error)}). The request was not sent on.`
    const body = Buffer.from(JSON.stringify(refusal(family, message, { code: 'upstream_unreachable' })))
    const headers = ['content-type', 'application/json', 'content-length', String(body.length)]
    answering.began({ status: 502, headers: { 'content-type': 'application/json' } })
    answering.goesOn(body)
    outgoing.writeHead(502, headers)
    outgoing.end(body)
    finish('unreachable', errorText(error))
  }

  const pass = (answer: IncomingMessage): void => {
    const { statusCode: status = 502, statusMessage = '' } = answer
    const encoding = answer.headers['content-encoding']
    answering.began({
      status,
      headers: answerHeaders(answer.rawHeaders),
      ...(encoding !== undefined && encoding !== 'identity' && { encoding }),
    })
    outgoing.sendDate = false
    outgoing.writeHead(status, statusMessage, withoutHopByHop(answer.rawHeaders))
    outgoing.flushHeaders()
    answer.on('data', (chunk: Buffer) => {
      if (!outgoing.write(chunk)) answer.pause()
      answering.goesOn(chunk)
    })
    outgoing.on('drain', () => answer.resume())
    answer.on('end', () => {
      outgoing.end()
      finish('complete')
    })
    answer.on('error', (error) => stop('upstream-gone', errorText(error)))
    answer.on('aborted', () => stop('upstream-gone', 'The upstream broke the answer off.'))
  }

  const call = (): ClientRequest => {
    const secure = upstream.protocol === 'https:'
    const host = ['Host', upstream.host]
    const chunked = valuesOf(rawHeaders, 'transfer-encoding').length > 0
    return (secure ? requestHttps : requestHttp)({
      protocol: upstream.protocol,
      hostname: upstream.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: upstream.port,
      method,
      path: upstreamPath(upstream, path),
      headers: [
        ...host,
        ...withoutHopByHop(rawHeaders, ['host', 'expect']),
        ...(chunked ? ['Transfer-Encoding', 'chunked'] : []),
      ],
      agent: secure ? at.agents.https : at.agents.http,
    })
      .on('response', pass)
      .on('error', (error: NodeJS.ErrnoException) => {
        const first = calling
        const stale = first?.reusedSocket === true && CLOSED.has(error.code ?? '') && !outgoing.headersSent
        const body = incoming.complete ? sent.whole() : undefined
        if (over || !stale || body === undefined) {
          unreachable(error)
          return
        }
        // The connection was kept open, and its other end closed it before it saw the request.
        calling = call()
        calling.end(body)
      })
  }

  calling = call()
  incoming.on('data', (chunk: Buffer) => {
    sent.add(chunk, exchange.now())
    if (calling?.write(chunk) === false) {
      incoming.pause()
      calling.once('drain', () => incoming.resume())
    }
  })
  incoming.on('end', () => {
    calling?.end()
    exchange.requestEnded()
  })
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) stop('client-gone', 'The client left before the answer was whole.')
  })
  return () => stop('stopped', 'The proxy was stopped.')
}

/** How a closed connection shows itself. */
const CLOSED = new Set(['ECONNRESET', 'EPIPE'])

interface Answering {
  began(answer: Pick<RecordedAnswer, 'status' | 'headers' | 'encoding'>): void
  goesOn(chunk: Buffer): void
  status(): number | undefined
  fields(): {
    answer?: Pick<RecordedAnswer, 'status' | 'headers' | 'encoding'>
    got?: Tape
    firstByteMs?: number
  }
}

/** What came of an answer so far. */
function createAnswering(exchange: OpenExchange): Answering {
  const got = createTape()
  let answer: Pick<RecordedAnswer, 'status' | 'headers' | 'encoding'> | undefined
  let firstByteMs = 0
  return {
    began(given) {
      answer = given
      firstByteMs = exchange.now()
      exchange.answerBegan(given)
    },
    goesOn(chunk) {
      const ms = exchange.now()
      got.add(chunk, ms)
      exchange.answerGoesOn(chunk, ms)
    },
    status: () => answer?.status,
    fields: () => (answer === undefined ? {} : { answer, got, firstByteMs }),
  }
}
