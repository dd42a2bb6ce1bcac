/** Headers that are said to the next machine only (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** The list of names and values without what is meant for this hop alone; order, case and repetition stay. */
export function withoutHopByHop(raw: readonly string[], also: readonly string[] = []): string[] {
  const named = valuesOf(raw, 'connection').flatMap((value) =>
    value.split(',').map((name) => name.trim().toLowerCase()),
  )
  const left = new Set([...HOP_BY_HOP, ...named, ...also])
  return pairs(raw)
    .filter(([name]) => !left.has(name.toLowerCase()))
    .flat()
}

export function valuesOf(raw: readonly string[], wanted: string): string[] {
  return pairs(raw).flatMap(([name, value]) => (name.toLowerCase() === wanted ? [value] : []))
}

function pairs(raw: readonly string[]): (readonly [string, string])[] {
  return Array.from(
    { length: raw.length / 2 },
    (_, at) => [raw[2 * at] ?? '', raw[2 * at + 1] ?? ''] as const,
  )
}

/** What is written down of a request's headers: what it was, and which session it belongs to. */
const OF_REQUESTS =
  /^(?:content-type|accept|user-agent|originator|(?:x-)?(?:session|conversation|thread)[-_]id|anthropic-(?:version|beta)|openai-beta)$/
/** What is written down of an answer's headers: what a client looks at. */
const OF_ANSWERS =
  /^(?:content-type|(?:x-)?request-id|retry-after(?:-ms)?|x-should-retry|x-ratelimit-.*|anthropic-ratelimit-.*|openai-(?:version|processing-ms|model))$/

export const requestHeaders = (raw: readonly string[]): Record<string, string> =>
  pickHeaders(raw, OF_REQUESTS)
export const answerHeaders = (raw: readonly string[]): Record<string, string> => pickHeaders(raw, OF_ANSWERS)

function pickHeaders(raw: readonly string[], names: RegExp): Record<string, string> {
  return Object.fromEntries(
    pairs(raw)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => names.test(name)),
  )
}
