const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?/
const ZONE = /(?:[zZ]|[+-]\d{2}:?\d{2})$/

/**
 * Epoch milliseconds, whole, of a time as some trace format spells it: ISO 8601 (one without a zone is taken for UTC, so that
 * every machine agrees), or a number of seconds, milliseconds, microseconds or nanoseconds, told by its size.
 * Undefined for anything else.
 */
export function epochMilliseconds(text: string): number | undefined {
  const trimmed = text.trim()
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) return Math.round(fromEpoch(Number(trimmed)))
  const date = ISO.exec(trimmed)?.[0]
  if (date === undefined) return undefined
  const time = date.length === 10 ? `${date}T00:00` : date.replace(' ', 'T')
  const parsed = Date.parse(time + (ZONE.exec(trimmed.slice(date.length))?.[0] ?? 'Z'))
  return Number.isNaN(parsed) ? undefined : parsed
}

/** Seconds have 10 digits in this century, and each finer unit has three more. */
function fromEpoch(value: number): number {
  if (value < 1e11) return value * 1e3
  if (value < 1e14) return value
  return value < 1e17 ? value / 1e3 : value / 1e6
}
