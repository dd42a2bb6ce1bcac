import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici'

/** A `fetch` for the openai package, and how to end its connections. */
export interface FastFetch {
  readonly fetch: typeof fetch
  close(): Promise<void>
}

/**
 * A fetch on undici's own request api, which does the same work in about half of the time: as many connections as
 * there are requests in flight, each kept open. The whole body is read before the response is handed over, so that a
 * timeout covers it too. Proxies are taken from `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`.
 */
export function fastFetch(env: NodeJS.ProcessEnv = process.env): FastFetch {
  const settings = {
    pipelining: 1,
    keepAliveTimeout: 30_000,
    // The engine's own timeouts are longer than undici's defaults may be.
    headersTimeout: 0,
    bodyTimeout: 0,
  }
  const proxied = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].some((name) => env[name])
  const dispatcher = proxied ? new EnvHttpProxyAgent(settings) : new Agent(settings)
  const headersFor = sameHeaders()
  const fetchFast = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const { method = 'GET', headers, body, signal } = init
    const { bytes, type } = await sendable(body)
    const own = headersFor(String(url), headers)
    const sent = type === null ? own : { 'content-type': type, ...own }
    const reply = await request(String(url), {
      dispatcher,
      method: method.toUpperCase() as Dispatcher.HttpMethod,
      headers: sent,
      ...(bytes !== undefined && { body: bytes }),
      ...(signal && { signal }),
    })
    return lightResponse(String(url), reply.statusCode, reply.headers, await reply.body.text())
  }
  return { fetch: fetchFast, close: () => dispatcher.destroy() }
}

/**
 * The headers of a request as an object. Those of one client are the same for every question but for these three;
 * to list them anew each time takes a tenth of the time that a question takes.
 */
function sameHeaders(): (url: string, given: RequestInit['headers']) => Record<string, string> {
  const known = new Map<string, Record<string, string>>()
  return (url, given) => {
    const headers = given instanceof Headers ? given : new Headers(given)
    if (!url.endsWith('/chat/completions')) return Object.fromEntries(headers)
    const different = ['authorization', 'content-type', 'x-stainless-timeout'].map((name) =>
      headers.get(name),
    )
    const key = [url, ...different].join('\n')
    let found = known.get(key)
    if (found === undefined) {
      found = Object.fromEntries(headers)
      known.set(key, found)
    }
    return found
  }
}

/**
 * What the openai package reads of a response whose text is here. A real `Response` makes streams that nobody needs,
 * and costs several times as much memory as the answer; real `Headers` are sorted when they are looked through.
 */
function lightResponse(
  url: string,
  status: number,
  raw: Dispatcher.ResponseData['headers'],
  text: string,
): Response {
  const ok = status >= 200 && status < 300
  const headers = ok ? lightHeaders(raw) : realHeaders(raw)
  return {
    url,
    status,
    statusText: '',
    ok,
    redirected: false,
    type: 'default',
    headers,
    body: null,
    bodyUsed: false,
    text: async () => text,
    json: async () => JSON.parse(text) as unknown,
  } as unknown as Response
}

/** undici gives names in small letters. */
function lightHeaders(raw: Dispatcher.ResponseData['headers']) {
  const get = (name: string): string | null => textOf(raw[name.toLowerCase()]) ?? null
  return {
    get,
    has: (name: string) => get(name) !== null,
    entries: () => (Object.entries(raw) as [string, string][]).values(),
  }
}

function realHeaders(raw: Dispatcher.ResponseData['headers']): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(raw)) {
    const text = textOf(value)
    if (text !== undefined) headers.set(name, text)
  }
  return headers
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}

/** Text as it is; a form (an upload) as the bytes and the type that stand for it. */
async function sendable(
  body: RequestInit['body'],
): Promise<{ bytes?: string | Uint8Array; type: string | null }> {
  if (body === undefined || body === null) return { type: null }
  if (typeof body === 'string') return { bytes: body, type: null }
  const wrapped = new Response(body)
  return { bytes: new Uint8Array(await wrapped.arrayBuffer()), type: wrapped.headers.get('content-type') }
}
