import { valuesOf } from './headers.ts'

const HEADERS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'proxy-authorization', 'cookie']
const PARAMETER = /key|token|secret|sig|auth|password|credential/i

/** Shorter ones are placeholders for servers that want none (`EMPTY`, `ollama`), and words of many texts. */
const SHORTEST = 16

/** Replaces the keys that a request was sent with, wherever they stand: some servers repeat a key that they refuse. */
export type Scrub = (text: string) => string

export function scrubberOf(rawHeaders: readonly string[], url: string): Scrub {
  const values = [
    ...HEADERS.flatMap((name) => valuesOf(rawHeaders, name)).flatMap((value) => value.split(/[\s;,=]+/)),
    ...parameters(url).flatMap(([name, value]) => (PARAMETER.test(name) ? [value] : [])),
  ].filter((value) => value.length >= SHORTEST)
  const secrets = [...new Set(values.flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]))]
  if (secrets.length === 0) return (text) => text
  return (text) => secrets.reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text)
}

/** The path with its query, the values of what may be a key replaced. */
export function withoutKeys(url: string): string {
  const query = url.indexOf('?')
  if (query === -1) return url
  const clean = url
    .slice(query + 1)
    .split('&')
    .map((part) => {
      const equals = part.indexOf('=')
      return equals !== -1 && PARAMETER.test(part.slice(0, equals))
        ? `${part.slice(0, equals)}=[secret]`
        : part
    })
  return `${url.slice(0, query)}?${clean.join('&')}`
}

function parameters(url: string): (readonly [string, string])[] {
  const query = url.indexOf('?')
  return query === -1 ? [] : [...new URLSearchParams(url.slice(query + 1))]
}
