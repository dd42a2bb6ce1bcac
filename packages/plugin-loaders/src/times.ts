import { isRawNumber } from '@sftkit/core'
import { readId, readNumber } from './values.ts'

/** A moment as a trace has it. */
export interface Moment {
  /** Milliseconds since 1970, with a fraction: for ordering. */
  readonly at: number
  /** The source's text; of a number, ISO text with all its digits. */
  readonly text: string
}

/** Numbers below are counters or seconds since a start, not since 1970. */
const EPOCH = 1e8

/** Whether a value is a moment as a number since 1970, also in digits. */
export function isEpochTime(value: unknown): boolean {
  const moment = typeof value === 'object' && !isRawNumber(value) ? undefined : readNumber(value)
  return moment !== undefined && moment >= EPOCH && readMoment(value) !== undefined
}

/**
 * A time as a trace has it: a text as the source spells it; a number since 1970 as ISO 8601 with all its digits. That
 * it was a number is said by the field's table, where its leaf is `time`. Other numbers become their digits.
 */
export function readTime(value: unknown): string | undefined {
  return isEpochTime(value) ? readMoment(value)?.text : readId(value)
}

/** SQLite's `CURRENT_TIMESTAMP`: a date and a time in UTC, which it does not say. */
const SQLITE = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)$/

/** A time from a column of a SQLite database, as a trace has it. */
export function readSqliteTime(value: unknown): string | undefined {
  return readTime(value)?.replace(SQLITE, '$1T$2Z')
}

/**
 * Reads a time in any of the spellings of span exports: ISO text; seconds, milliseconds, microseconds or nanoseconds
 * since 1970 as a number or digits, told apart by their size; `[seconds, nanoseconds]`, as the JavaScript SDK has it.
 */
export function readMoment(value: unknown): Moment | undefined {
  if (Array.isArray(value)) {
    const [seconds, nanos = 0] = (value as readonly unknown[]).map(readNumber)
    return seconds === undefined
      ? undefined
      : fromNanoseconds(BigInt(Math.trunc(seconds)) * SECOND + big(nanos))
  }
  if (typeof value === 'string' && !/^\s*-?\d+(?:\.\d+)?\s*$/.test(value)) return fromText(value)
  const number = readNumber(value)
  if (number === undefined || number <= 0) return undefined
  const power = number > 1e17 ? 1n : number > 1e14 ? 1_000n : number > 1e11 ? 1_000_000n : SECOND
  const digits = /^(\d+)(?:\.(\d+))?$/.exec(readId(value)?.trim() ?? '')
  if (digits === null) return fromNanoseconds(BigInt(Math.round(number)) * power)
  const [, whole = '0', fraction = ''] = digits
  const below = BigInt(fraction.slice(0, 9).padEnd(9, '0'))
  return fromNanoseconds(BigInt(whole) * power + (below * power) / SECOND)
}

const SECOND = 1_000_000_000n

function big(number: number): bigint {
  return BigInt(Math.trunc(number))
}

function fromNanoseconds(nanoseconds: bigint): Moment | undefined {
  const date = new Date(Number(nanoseconds / SECOND) * 1000)
  if (Number.isNaN(date.getTime()) || nanoseconds < 0n) return undefined
  const fraction = (nanoseconds % SECOND).toString().padStart(9, '0').replace(/0+$/, '')
  const text = date.toISOString().replace(/\.\d+Z$/, fraction === '' ? 'Z' : `.${fraction}Z`)
  return { at: Number(nanoseconds / 1000n) / 1000, text }
}

/** `Date.parse` drops what is below a millisecond. */
function fromText(text: string): Moment | undefined {
  if (text.length > 64) return undefined
  const at = Date.parse(text)
  if (Number.isNaN(at)) return undefined
  const below = /\.\d{3}(\d{1,6})/.exec(text)?.[1]
  return { at: below === undefined ? at : at + Number(`0.${below}`), text }
}
