import { AssertionError } from 'node:assert'
import { isDeepStrictEqual } from 'node:util'
import { type ErrorCode, type ErrorPlace, isSftError, type SftError } from '@sftkit/core'

/**
 * Expects that something fails with an error of the catalogue. Codes and fields are permanent, sentences are not:
 * there is no way here to ask for one.
 *
 * ```ts
 * await expectSftError(() => myPlugin({ typo: 1 }), 'SFT_PLUGIN_OPTIONS', { plugin: 'my-plugin' })
 * ```
 *
 * @param failing a promise, or a function that throws or returns one
 * @param fields what the error must carry; what is not named may be anything
 * @returns the error
 * @throws AssertionError where it does not fail so
 */
export async function expectSftError(
  failing: PromiseLike<unknown> | (() => unknown),
  code: ErrorCode,
  fields: ErrorPlace = {},
): Promise<SftError> {
  const thrown = await thrownBy(failing)
  if (thrown === undefined) throw mismatch('nothing was thrown', 'no error', code)
  const { value } = thrown
  if (!isSftError(value)) throw mismatch('what was thrown is no SftError', value, code, value)
  if (value.code !== code) throw mismatch('the code differs', value.code, code, value)
  for (const [name, expected] of Object.entries(fields)) {
    const actual = value[name as keyof ErrorPlace]
    if (!isDeepStrictEqual(actual, expected))
      throw mismatch(`the field ${name} differs`, actual, expected, value)
  }
  return value
}

async function thrownBy(
  failing: PromiseLike<unknown> | (() => unknown),
): Promise<{ readonly value: unknown } | undefined> {
  try {
    await (typeof failing === 'function' ? failing() : failing)
    return undefined
  } catch (value) {
    return { value }
  }
}

function mismatch(what: string, actual: unknown, expected: unknown, cause?: unknown): AssertionError {
  const said = cause instanceof Error ? ` (the error says: ${cause.message})` : ''
  const message = `An SftError was expected, and ${what}: got ${String(actual)}, expected ${String(expected)}${said}.`
  const error = new AssertionError({ message, actual, expected, operator: 'expectSftError' })
  return cause === undefined ? error : Object.assign(error, { cause })
}
