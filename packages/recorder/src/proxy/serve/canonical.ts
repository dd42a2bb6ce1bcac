import { hash } from 'node:crypto'
import { isJsonObject } from '@sftkit/core'
import { withoutKeys } from '../secrets.ts'

/** A request as far as it decides its answer. */
export interface CanonicalRequest {
  /** Method and path. */
  readonly target: string
  /** The body: JSON with its keys in order, else its text. */
  readonly body: unknown
  readonly hash: string
}

/** What says who asks and for what, and differs from one run to the next while the question is the same. */
const VOLATILE = new Set([
  'client_metadata',
  'metadata',
  'prompt_cache_key',
  'prompt_cache_retention',
  'safety_identifier',
  'user',
])

export function canonicalRequest(method: string, path: string, body: unknown): CanonicalRequest {
  const target = `${method} ${withoutKeys(path)}`
  const kept = isJsonObject(body)
    ? Object.fromEntries(Object.entries(body).filter(([key]) => !VOLATILE.has(key)))
    : body
  const ordered = inOrder(kept)
  return { target, body: ordered, hash: hash('sha256', `${target}\n${JSON.stringify(ordered) ?? ''}`) }
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, inOrder(inner)]),
  )
}
