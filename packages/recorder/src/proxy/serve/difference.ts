import { isJsonObject } from '@sftkit/core'
import type { CanonicalRequest } from './canonical.ts'

export interface RequestDifference {
  /** Where: `messages[3].content`; empty for the body as a whole. */
  readonly path: string
  readonly recorded: string
  readonly asked: string
}

/** The first place in which two requests differ. Undefined: they are the same. */
export function firstDifference(
  recorded: CanonicalRequest,
  asked: CanonicalRequest,
): RequestDifference | undefined {
  if (recorded.target !== asked.target)
    return { path: '(path)', recorded: recorded.target, asked: asked.target }
  return differ(recorded.body, asked.body, '')
}

function differ(recorded: unknown, asked: unknown, path: string): RequestDifference | undefined {
  if (Array.isArray(recorded) && Array.isArray(asked)) {
    for (let at = 0; at < Math.max(recorded.length, asked.length); at++) {
      const found = differ(recorded[at], asked[at], `${path}[${at}]`)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (isJsonObject(recorded) && isJsonObject(asked)) {
    for (const key of new Set([...Object.keys(recorded), ...Object.keys(asked)].sort())) {
      const found = differ(recorded[key], asked[key], path === '' ? key : `${path}.${key}`)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (recorded === asked) return undefined
  const texts = typeof recorded === 'string' && typeof asked === 'string'
  const from = texts ? Math.max(0, sharedStart(recorded, asked) - BEFORE) : 0
  return { path, recorded: excerpt(recorded, from), asked: excerpt(asked, from) }
}

/** How alike two requests are: higher is nearer. */
export function likeness(recorded: CanonicalRequest, asked: CanonicalRequest): number {
  if (recorded.target !== asked.target) return sharedStart(recorded.target, asked.target) / 1e6
  return 1 + alike(recorded.body, asked.body)
}

function alike(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b))
    return a.reduce((sum: number, item, at) => sum + (at < b.length ? alike(item, b[at]) : 0), 0)
  if (isJsonObject(a) && isJsonObject(b))
    return Object.keys(a).reduce((sum, key) => sum + (key in b ? alike(a[key], b[key]) : 0), 0)
  if (a === b) return 1
  if (typeof a !== 'string' || typeof b !== 'string') return 0
  return sharedStart(a, b) / (1 + Math.max(a.length, b.length))
}

const BEFORE = 20
const SHOWN = 80

function excerpt(value: unknown, from: number): string {
  if (value === undefined) return '(nothing)'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return `${from > 0 ? '…' : ''}${text.slice(from, from + SHOWN)}${text.length > from + SHOWN ? '…' : ''}`
}

function sharedStart(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at
}
