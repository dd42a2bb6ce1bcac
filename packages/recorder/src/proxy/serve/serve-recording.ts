import { isUtf8 } from 'node:buffer'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { familyOf, refusal } from '../api.ts'
import { decodeChunks } from '../decode.ts'
import type { Exchange } from '../exchange.ts'
import { listenOnLoopback } from '../listen.ts'
import { scrubberOf } from '../secrets.ts'
import { createAnswers, type RecordedAnswers } from './answers.ts'
import { type CanonicalRequest, canonicalRequest } from './canonical.ts'
import type { RequestDifference } from './difference.ts'
import { readExchanges } from './read-exchanges.ts'

export interface ServeRecordingOptions {
  /** Default: a free one. */
  readonly port?: number
  /** Answers come in the time that they took, instead of at once. */
  readonly timing?: boolean
  /** Hears of each request that was not recorded. */
  readonly onUnknown?: (request: UnknownRequest) => void
}

export interface UnknownRequest {
  /** Method and path. */
  readonly target: string
  /** The most similar request of the recording, and where the two first differ. */
  readonly nearest?: { readonly id: string; readonly difference: RequestDifference }
}

export interface RecordingServer {
  /** Without a path: clients of OpenAI add `/v1`. */
  readonly url: string
  /** Recorded exchanges. */
  readonly exchanges: number
  readonly answered: number
  readonly unknown: number
  /** Exchanges that have not been asked for. */
  unused(): number
  close(): Promise<void>
}

/** See `serveRecording`. */
export async function openRecordingServer(
  path: string,
  options: ServeRecordingOptions = {},
): Promise<RecordingServer> {
  const { port = 0, timing = false, onUnknown } = options
  const exchanges = await readExchanges(path)
  const answers = createAnswers(exchanges)
  let answered = 0
  let unknown = 0
  const server = createServer(async (incoming, outgoing) => {
    try {
      const request = await readRequest(incoming)
      const exchange = answers.next(request)
      if (exchange === undefined) {
        unknown++
        const said = refuse(request, answers, incoming, outgoing)
        onUnknown?.(said)
        return
      }
      answered++
      await answer(exchange, outgoing, timing)
    } catch {
      // The client has left.
      outgoing.destroy()
    }
  })
  const url = await listenOnLoopback(server, port)
  return {
    url,
    exchanges: exchanges.length,
    get answered() {
      return answered
    },
    get unknown() {
      return unknown
    },
    unused: answers.unused,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

async function readRequest(incoming: IncomingMessage): Promise<CanonicalRequest> {
  const { method = 'GET', url = '/', rawHeaders, headers } = incoming
  const chunks: { ms: number; data: Buffer }[] = []
  for await (const data of incoming) chunks.push({ ms: 0, data: data as Buffer })
  const encoding = headers['content-encoding']
  const decoded = encoding === undefined ? chunks : ((await decodeChunks(encoding, chunks)) ?? chunks)
  const body = Buffer.concat(decoded.map(({ data }) => data))
  return canonicalRequest(method, url, readBody(body, scrubberOf(rawHeaders, url)))
}

function readBody(body: Buffer, scrub: (text: string) => string): unknown {
  if (body.length === 0) return undefined
  if (!isUtf8(body)) return body.toString('base64')
  const text = scrub(body.toString())
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

async function answer(exchange: Exchange, outgoing: ServerResponse, timing: boolean): Promise<void> {
  const recorded = exchange.answer
  if (recorded === undefined) return
  const pieces = piecesOf(exchange)
  const length = pieces.reduce((sum, { data }) => sum + data.length, 0)
  const whole = exchange.end === 'complete' || exchange.end === 'unreachable'
  const sized = recorded.chunks === undefined && whole && outgoing.req.method !== 'HEAD'
  const began = performance.now()
  const until = async (ms: number | undefined): Promise<void> => {
    const left = timing ? (ms ?? 0) - (performance.now() - began) : 0
    if (left > 0) await wait(left)
  }
  await until(exchange.first_byte_ms)
  outgoing.writeHead(recorded.status, {
    ...recorded.headers,
    ...(sized && { 'content-length': String(length) }),
  })
  outgoing.flushHeaders()
  for (const { ms, data } of pieces) {
    await until(ms)
    if (!outgoing.write(data)) await once(outgoing, 'drain')
  }
  // What was broken off then is broken off now, after what came.
  if (whole) outgoing.end()
  else outgoing.write('', () => outgoing.destroy())
}

function piecesOf({ answer: recorded, ms = 0 }: Exchange): { ms: number; data: Buffer }[] {
  if (recorded?.chunks !== undefined)
    return recorded.chunks.map(([at, text]) => ({ ms: at, data: Buffer.from(text) }))
  if (recorded?.text !== undefined) return [{ ms, data: Buffer.from(recorded.text) }]
  return recorded?.base64 === undefined ? [] : [{ ms, data: Buffer.from(recorded.base64, 'base64') }]
}

function refuse(
  request: CanonicalRequest,
  answers: RecordedAnswers,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): UnknownRequest {
  const found = answers.nearest(request)
  const nearest = found && { id: found.exchange.id, difference: found.difference }
  const family = familyOf(incoming.url ?? '/', incoming.headers['anthropic-version'] !== undefined)
  const message =
    nearest === undefined
      ? 'This request is not in the recording.'
      : `This request is not in the recording. The nearest one differs first at ${nearest.difference.path}: recorded ${JSON.stringify(nearest.difference.recorded)}, asked ${JSON.stringify(nearest.difference.asked)}.`
  outgoing.writeHead(404, { 'content-type': 'application/json' })
  outgoing.end(
    JSON.stringify(refusal(family, message, { code: 'not_recorded', ...(nearest && { nearest }) })),
  )
  return { target: request.target, ...(nearest && { nearest }) }
}
