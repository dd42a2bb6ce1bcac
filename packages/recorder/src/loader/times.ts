import type { JsonValue } from '@sftkit/core'
import { numberIn } from '../format/read-row.ts'

/** Seconds since 1970 as ISO 8601, to the microsecond; undefined where it is none. */
export function isoTime(value: JsonValue | undefined): string | undefined {
  const seconds = numberIn(value)
  if (seconds === undefined || seconds <= 0 || seconds > 8e12) return undefined
  const micros = Math.round(seconds * 1e6)
  const whole = new Date(Math.floor(micros / 1000)).toISOString()
  const below = micros % 1000
  return below === 0 ? whole : whole.replace('Z', `${String(below).padStart(3, '0')}Z`)
}
