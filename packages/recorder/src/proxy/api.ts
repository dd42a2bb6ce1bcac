import type { ExchangeApi } from './exchange.ts'

const PATHS: readonly (readonly [RegExp, ExchangeApi])[] = [
  [/\/chat\/completions$/, 'chat'],
  [/\/responses$/, 'responses'],
  [/\/v1\/messages$/, 'messages'],
  [/\/api\/chat$/, 'ollama-chat'],
  [/\/api\/generate$/, 'ollama-generate'],
  [/\/completions$/, 'completions'],
]

/** The interface that a path belongs to. */
export function apiOf(path: string): ExchangeApi {
  const bare = path.replace(/[?#].*$/s, '').replace(/\/+$/, '')
  return PATHS.find(([pattern]) => pattern.test(bare))?.[1] ?? 'other'
}

/** A refusal in the words of the interface that was spoken to, so that its client shows the message. */
export function refusal(family: Family, message: string, details: object = {}): object {
  if (family === 'anthropic') return { type: 'error', error: { type: 'api_error', message, ...details } }
  if (family === 'ollama') return { error: message, ...details }
  return { error: { message, type: 'api_error', param: null, ...details } }
}

export type Family = 'openai' | 'anthropic' | 'ollama'

const OLLAMA =
  /^\/(?:api\/(?:chat|generate|embed|embeddings|tags|show|ps|pull|push|create|copy|delete|version|blobs)(?:\/|$)|$)/

/** Whose interface a request speaks: by its path, and for paths that two have, by a header that only one has. */
export function familyOf(path: string, isAnthropic: boolean): Family {
  const bare = path.replace(/[?#].*$/s, '')
  if (isAnthropic || /^(?:\/v1)?\/(?:messages|complete)(?:\/|$)/.test(bare)) return 'anthropic'
  if (OLLAMA.test(bare)) return 'ollama'
  return bare.startsWith('/api/') ? 'anthropic' : 'openai'
}
