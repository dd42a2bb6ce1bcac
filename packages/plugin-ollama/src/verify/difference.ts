import type { JsonObject } from '@sftkit/core'

/** The first place where two lists differ; undefined where they are equal. */
export function firstDifference<T>(a: ArrayLike<T>, b: ArrayLike<T>): number | undefined {
  const shared = Math.min(a.length, b.length)
  for (let at = 0; at < shared; at++) if (a[at] !== b[at]) return at
  return a.length === b.length ? undefined : shared
}

/** The first byte at which two texts differ, with what stands around it; undefined where they are equal. */
export function textDifference(
  expected: string,
  found: string,
): { readonly byte: number; readonly report: JsonObject } | undefined {
  const [wanted, got] = [Buffer.from(expected), Buffer.from(found)]
  const byte = firstDifference(wanted, got)
  if (byte === undefined) return undefined
  const around = (bytes: Buffer): string => bytes.subarray(Math.max(0, byte - 40), byte + 40).toString('utf8')
  return { byte, report: { byte, expected: around(wanted), found: around(got) } }
}
