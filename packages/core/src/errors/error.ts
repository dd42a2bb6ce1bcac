import type { ErrorCode } from './catalog.ts'

const BRAND = 'sftkit.error'

export interface ErrorPlace {
  readonly plugin?: string
  readonly hook?: string
  /** File, as the user wrote it. */
  readonly source?: string
  readonly line?: number
  readonly column?: number
  readonly byteOffset?: number
  /** Trace, example or row. */
  readonly id?: string
}

export interface SftErrorInit extends ErrorPlace {
  /** What to do; defaults to the catalogue's. */
  readonly fix?: string
  readonly cause?: unknown
}

/** Every error that sftkit raises. Recognise it with {@link isSftError}: it is branded, so copies of core agree. */
export interface SftError extends Error, ErrorPlace {
  readonly [BRAND]: true
  readonly code: ErrorCode
  readonly fix?: string
}

/**
 * Makes an error of the catalogue.
 *
 * @param message what happened, and why: one or two short sentences.
 */
export function sftError(code: ErrorCode, message: string, init: SftErrorInit = {}): SftError {
  const { cause, ...place } = init
  const error = new Error(message, cause === undefined ? undefined : { cause })
  error.name = 'SftError'
  return Object.assign(error, place, { code, [BRAND]: true as const })
}

export function isSftError(value: unknown): value is SftError {
  return value instanceof Error && (value as Partial<SftError>)[BRAND] === true
}

/** Any thrown value as an SftError; what is none becomes `code` with the value as cause. */
export function toSftError(
  thrown: unknown,
  code: ErrorCode = 'SFT_INTERNAL',
  init: ErrorPlace = {},
): SftError {
  if (isSftError(thrown)) return thrown
  return sftError(code, errorText(thrown), { ...init, cause: thrown })
}

/** The message of anything that was thrown. */
export function errorText(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
