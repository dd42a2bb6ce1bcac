import { sftError } from '@sftkit/core'
import type { Family } from './api.ts'

/** Where requests go, by whose interface they speak. */
export type Upstreams = Readonly<Record<Family, URL>>

type Environment = Readonly<Record<string, string | undefined>>

/**
 * @param upstream one for all; without it `OPENAI_BASE_URL`, `ANTHROPIC_BASE_URL` and `OLLAMA_HOST`, else the
 *   providers' own addresses and Ollama's usual one
 * @throws SFT_USAGE where an address is none
 */
export function findUpstreams(upstream: string | undefined, environment: Environment): Upstreams {
  if (upstream !== undefined) {
    const one = readAddress(upstream, '--upstream')
    return { openai: one, anthropic: one, ollama: one }
  }
  const of = (name: string, otherwise: string): URL =>
    readAddress(environment[name]?.trim() || otherwise, name)
  return {
    openai: of('OPENAI_BASE_URL', 'https://api.openai.com/v1'),
    anthropic: of('ANTHROPIC_BASE_URL', 'https://api.anthropic.com'),
    ollama: of('OLLAMA_HOST', 'http://127.0.0.1:11434'),
  }
}

/** With its protocol. `OLLAMA_HOST` may be a bare host; `0.0.0.0` is where a server listens, not where it is. */
function readAddress(text: string, name: string): URL {
  const url = URL.parse(name === 'OLLAMA_HOST' ? withProtocol(text) : text)
  if (url === null || !/^https?:\/\//i.test(url.href))
    throw sftError(
      'SFT_USAGE',
      `${name} is no address: ${text}. It begins with http:// or https://, as http://127.0.0.1:8000/v1 does.`,
    )
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1'
  return url
}

function withProtocol(host: string): string {
  if (/^[a-z]+:\/\//i.test(host)) return host
  return `http://${/:\d+(?:\/|$)/.test(host) ? host : `${host}:11434`}`
}

/**
 * The path at an upstream. A `/v1` stands in an upstream's address, in a client's path, in both or in neither; in what
 * is asked for it stands once.
 */
export function upstreamPath(upstream: URL, path: string): string {
  const whole = upstream.pathname.replace(/\/+$/, '')
  // Ollama's own interface stands beside its /v1.
  const base = /^\/(?:api\/|$)/.test(path) ? whole.replace(/\/v1$/, '') : whole
  const rest = base.endsWith('/v1') && /^\/v1(?:[/?]|$)/.test(path) ? path.slice(3) : path
  return `${base}${rest}` || '/'
}
