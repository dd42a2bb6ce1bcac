import { isJsonObject, type JsonValue } from '@sftkit/core'

/** Where two JSON values differ first. */
export interface ValueDifference {
  /** JSON Pointer. */
  readonly field: string
  /** Undefined: there is none. */
  readonly expected: JsonValue | undefined
  readonly got: JsonValue | undefined
}

/**
 * The first place in which two JSON values differ, in the order of the expected one. The order of keys does not count;
 * a key whose value is null is the same as none.
 *
 * @param ignored whether a place may differ
 */
export function firstDifference(
  expected: JsonValue | undefined,
  got: JsonValue | undefined,
  ignored: (pointer: string) => boolean,
  pointer = '',
): ValueDifference | undefined {
  if (expected === got || (expected == null && got == null) || ignored(pointer)) return undefined
  if (Array.isArray(expected) && Array.isArray(got)) {
    const length = Math.max(expected.length, got.length)
    for (let at = 0; at < length; at++) {
      const found = firstDifference(expected[at], got[at], ignored, `${pointer}/${at}`)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (isJsonObject(expected) && isJsonObject(got)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(got)])) {
      const place = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
      const found = firstDifference(own(expected, key), own(got, key), ignored, place)
      if (found !== undefined) return found
    }
    return undefined
  }
  return JSON.stringify(expected) === JSON.stringify(got) ? undefined : { field: pointer, expected, got }
}

function own(object: { readonly [key: string]: JsonValue | undefined }, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/**
 * Whether a place is among those that may differ: JSON Pointers in which `*` stands for any one key or index and `**`
 * for any number of them. What is below such a place may differ too.
 */
export function ignoring(patterns: readonly string[]): (pointer: string) => boolean {
  if (patterns.length === 0) return () => false
  const expressions = patterns.map((pattern) => {
    const parts = pattern.replace(/^\//, '').split('/')
    const text = parts.map((part) =>
      part === '**' ? '(?:/[^/]*)*' : `/${part.split('*').map(quoted).join('[^/]*')}`,
    )
    return new RegExp(`^${text.join('')}$`)
  })
  return (pointer) => expressions.some((expression) => expression.test(pointer))
}

function quoted(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
