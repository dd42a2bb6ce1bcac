import { hash } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { drawn, type Usage } from './answers.ts'
import { scriptedFiles } from './batches.ts'
import { interfaces } from './interfaces/by-path.ts'
import type { Interface } from './interfaces/interface.ts'
import { mostInAMinute, slidingMinute } from './minute.ts'
import type { ScriptedLlmOptions, ScriptedQuestion } from './options.ts'
import { refusalOf } from './refuse.ts'

/** A question to a model. */
export interface ScriptedCall {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Of the body: equal for equal questions. */
  readonly name: string
  /** 200 where it was answered, and so paid for; 0 where it hangs, or was left before its answer. */
  status: number
  /** Of the answer, prompt included. */
  tokens: number
}

export interface ScriptedLlm {
  /** For `baseURL`. */
  readonly url: string
  readonly calls: readonly ScriptedCall[]
  /** The bodies of the calls. */
  readonly questions: readonly ScriptedQuestion[]
  readonly inFlight: number
  readonly mostInFlight: number
  /** Answers that were paid for, and those of them that repeat an earlier one. */
  paid(): {
    readonly answers: number
    readonly twice: number
    readonly inputTokens: number
    readonly outputTokens: number
  }
  mostRequestsInAMinute(): number
  /** Changes how it behaves from now on. */
  change(options: Partial<ScriptedLlmOptions>): void
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * A server on this machine that speaks OpenAI's chat completions, responses, files and batches, Anthropic's messages
 * and Ollama's chat, and follows a script: answers that depend on the question alone, in pieces where a stream is asked
 * for, latency, errors, limits, missing features. It counts.
 *
 * ```ts
 * await using server = await scriptedLlm({ faults: { limited: 0.1 } })
 * plugins: [llm({ baseURL: server.url })]
 * ```
 */
export async function scriptedLlm(given: ScriptedLlmOptions = {}): Promise<ScriptedLlm> {
  let options = given
  const calls: ScriptedCall[] = []
  const questions: ScriptedQuestion[] = []
  const paid = new Map<string, number>()
  let inputTokens = 0
  let outputTokens = 0
  const asked = new Map<string, number>()
  const minute = slidingMinute()
  const open = new Set<ServerResponse>()
  let inFlight = 0
  let mostInFlight = 0
  const nameOf = (question: ScriptedQuestion): string =>
    hash('sha256', JSON.stringify(question), 'hex').slice(0, 24)
  const pay = (name: string, { prompt_tokens, completion_tokens }: Usage): void => {
    paid.set(name, (paid.get(name) ?? 0) + 1)
    inputTokens += prompt_tokens
    outputTokens += completion_tokens
  }
  const files = scriptedFiles(options, pay, nameOf)

  const chat = (
    spoken: Interface,
    question: ScriptedQuestion,
    request: IncomingMessage,
    response: ServerResponse,
  ): void => {
    const name = nameOf(question)
    const turn = (asked.get(name) ?? 0) + 1
    asked.set(name, turn)
    const call: ScriptedCall = { at: Date.now(), name, status: 0, tokens: 0 }
    calls.push(call)
    if (options.forgets !== true) questions.push(question)
    inFlight++
    mostInFlight = Math.max(mostInFlight, inFlight)
    open.add(response)
    response.once('close', () => {
      inFlight--
      open.delete(response)
    })
    const { faults = {}, limits, latencyMs = 0, retryAfter, mostAtOnce } = options
    const send = (status: number, body: unknown): void => {
      call.status = status
      const wait = status >= 429 && retryAfter !== undefined ? { 'retry-after': String(retryAfter) } : {}
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      response.writeHead(status, { 'content-type': 'application/json', ...told(call.at), ...wait })
      response.end(text)
    }
    const refusal = refusalOf(question, keyOf(request), options)
    if (refusal !== undefined) {
      const { status, code, message } = refusal
      send(status, { error: { message, code, type: 'invalid_request_error', param: null } })
      return
    }
    const used = minute.used(call.at)
    const answered = spoken.answer(question, name, options)
    const over =
      used.requests >= (limits?.requests ?? Number.POSITIVE_INFINITY) ||
      used.tokens + answered.usage.total_tokens > (limits?.tokens ?? Number.POSITIVE_INFINITY)
    if (over || inFlight > (mostAtOnce ?? Number.POSITIVE_INFINITY)) {
      send(429, { error: { message: 'Rate limit reached.', code: 'rate_limit_exceeded', type: 'requests' } })
      return
    }
    minute.add(call.at, answered.usage.total_tokens)
    const draw = drawn(`call ${turn} ${name}`)
    const limited = faults.limited ?? 0
    const failed = limited + (faults.failed ?? 0)
    const hanging = failed + (faults.hanging ?? 0)
    const garbled = hanging + (faults.garbled ?? 0)
    const finish = (): void => {
      if (draw < limited) send(429, { error: { message: 'Slow down.', code: 'rate_limit_exceeded' } })
      else if (draw < failed)
        send(500, { error: { message: 'The server had an error.', type: 'server_error' } })
      else if (draw >= hanging && draw < garbled) send(200, JSON.stringify(answered.body).slice(0, 40))
      else {
        call.tokens = answered.usage.total_tokens
        pay(name, answered.usage)
        if (spoken.streams(question)) {
          call.status = 200
          response.writeHead(200, { 'content-type': spoken.streamType, ...told(call.at) })
          void sendPieces(response, spoken.pieces(answered), options.pieceMs ?? 0)
        } else send(200, answered.body)
      }
    }
    if (draw >= failed && draw < hanging) return
    if (latencyMs > 0) setTimeout(finish, latencyMs)
    else finish()
  }
  const told = (now: number): Record<string, string> => {
    const { limits, tellsLimits = true } = options
    if (limits === undefined || !tellsLimits) return {}
    const used = minute.used(now)
    const of = (what: 'requests' | 'tokens', limit: number | undefined): Record<string, string> =>
      limit === undefined
        ? {}
        : {
            [`x-ratelimit-limit-${what}`]: String(limit),
            [`x-ratelimit-remaining-${what}`]: String(Math.max(0, limit - used[what])),
            [`x-ratelimit-reset-${what}`]: `${Math.ceil((60 * used[what]) / limit)}s`,
          }
    return { ...of('requests', limits.requests), ...of('tokens', limits.tokens) }
  }
  const others = (
    path: string,
    method: string,
    body: Buffer,
    request: IncomingMessage,
  ): object | string | undefined => {
    if (path === '/files' && method === 'POST')
      return files.upload(fileIn(body, request.headers['content-type'] ?? ''))
    if (path === '/batches' && method === 'POST') return files.create(JSON.parse(body.toString()))
    if (path.startsWith('/batches') && method === 'GET') {
      const id = path.slice('/batches/'.length)
      return id === '' ? { object: 'list', data: files.list(), has_more: false } : files.retrieve(id)
    }
    const content = /^\/files\/([^/]+)\/content$/.exec(path)?.[1]
    if (content !== undefined) return files.content(content)
    if (path === '/models')
      return { object: 'list', data: (options.models ?? []).map((id) => ({ id, object: 'model' })) }
    return undefined
  }
  const listen: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const path = (request.url ?? '').replace(/^\/v1/, '').replace(/\?.*$/, '')
      const spoken = Object.hasOwn(interfaces, path) ? interfaces[path] : undefined
      if (spoken !== undefined && request.method === 'POST') {
        chat(spoken, spoken.question(JSON.parse(body.toString())), request, response)
        return
      }
      if (/^\/(files|batches)/.test(path) && files.stumbles()) {
        response.writeHead(500, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ error: { message: 'The server had an error.' } }))
        return
      }
      const found = others(path, request.method ?? '', body, request)
      if (path === '/batches' && request.method === 'POST' && files.losesReply()) {
        response.destroy()
        return
      }
      const isText = typeof found === 'string'
      response.writeHead(found === undefined ? 404 : 200, {
        'content-type': isText ? 'application/octet-stream' : 'application/json',
      })
      response.end(isText ? found : JSON.stringify(found ?? { error: { message: 'Not found.' } }))
    })
    request.on('error', () => {})
  }
  const server = options.tls === undefined ? createServer(listen) : createSecureServer(options.tls, listen)
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) =>
    server.listen({ port: options.port ?? 0, host: '127.0.0.1', backlog: 4096 }, resolve),
  )
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    for (const response of open) response.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/v1`,
    calls,
    questions,
    get inFlight() {
      return inFlight
    },
    get mostInFlight() {
      return mostInFlight
    },
    paid() {
      const answers = [...paid.values()].reduce((sum, times) => sum + times, 0)
      return { answers, twice: answers - paid.size, inputTokens, outputTokens }
    },
    mostRequestsInAMinute: () => mostInAMinute(calls.map(({ at }) => ({ at, amount: 1 }))),
    change(next) {
      options = { ...options, ...next }
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** As OpenAI's clients send it, or as Anthropic's do. */
function keyOf({ headers }: IncomingMessage): string | undefined {
  const own = headers['x-api-key']
  return headers.authorization ?? (own === undefined ? undefined : `Bearer ${String(own)}`)
}

/** Each piece in a write of its own. */
async function sendPieces(response: ServerResponse, pieces: readonly string[], ms: number): Promise<void> {
  for (const piece of pieces) {
    if (response.destroyed) return
    response.write(piece)
    await (ms > 0 ? wait(ms) : nextTurn())
  }
  response.end()
}

/** The file in a form that was sent. */
function fileIn(body: Buffer, type: string): string {
  const boundary = /boundary="?([^";]+)/.exec(type)?.[1] ?? ''
  const part = body
    .toString()
    .split(`--${boundary}`)
    .find((one) => one.includes('name="file"'))
  return part === undefined ? '' : part.slice(part.indexOf('\r\n\r\n') + 4).replace(/\r\n$/, '')
}
