import type { ErrorCode } from '../errors/catalog.ts'
import { errorText } from '../errors/error.ts'

const BRAND = Symbol('unreadable')

/** What `context.unreadable` throws: the record goes to unreadable.jsonl, the run goes on. */
export function unreadable(reason: string): never {
  throw Object.assign(new Error(reason), { [BRAND]: true })
}

export function isUnreadable(error: unknown): error is Error {
  return error instanceof Error && BRAND in error
}

/** Whether an error is the system's or a decompressor's, and so about the file and not about the program. */
export function isFileError(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  return typeof code === 'string' && (/^E[A-Z]+$/.test(code) || isCompressionCode(code))
}

function isCompressionCode(code: string): boolean {
  return /^(Z_|ZSTD_|ERR_ZLIB)/.test(code)
}

/** The code and message of a file that could not be read; the path shows as the user gave it. */
export function describeFileError(
  error: unknown,
  file: { path: string; uri: string },
): { code: ErrorCode; message: string } {
  const message = errorText(error).replaceAll(file.path, file.uri)
  const code = String((error as NodeJS.ErrnoException).code ?? '')
  if (isCompressionCode(code))
    return { code: 'SFT_FILE_COMPRESSED', message: `The compressed data is damaged: ${message}.` }
  return { code: 'SFT_FILE_UNREADABLE', message }
}
