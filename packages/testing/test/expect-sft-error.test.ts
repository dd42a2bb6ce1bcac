import { AssertionError } from 'node:assert'
import { type ErrorCode, type ErrorPlace, sftError } from '@sftkit/core'
import { expect, it } from 'vitest'
import { expectSftError } from '../src/index.ts'

const error = sftError('SFT_PLUGIN_FAILED', 'It broke.', { plugin: 'a', hook: 'tag', line: 3 })

it('takes promises and functions of both kinds, and returns the error', async () => {
  expect(await expectSftError(Promise.reject(error), 'SFT_PLUGIN_FAILED')).toBe(error)
  expect(
    await expectSftError(() => Promise.reject(error), 'SFT_PLUGIN_FAILED', { plugin: 'a', line: 3 }),
  ).toBe(error)
  const throws = (): never => {
    throw error
  }
  expect(await expectSftError(throws, 'SFT_PLUGIN_FAILED', { hook: 'tag' })).toBe(error)
})

it.each<[string, () => unknown, ErrorCode, ErrorPlace]>([
  ['nothing is thrown', () => 1, 'SFT_PLUGIN_FAILED', {}],
  ['another code', () => Promise.reject(error), 'SFT_INTERNAL', {}],
  ['another field', () => Promise.reject(error), 'SFT_PLUGIN_FAILED', { plugin: 'b' }],
  ['an error of another kind', () => Promise.reject(new Error('no')), 'SFT_PLUGIN_FAILED', {}],
])('fails where %s', async (_what, failing, code, fields) => {
  await expect(expectSftError(failing, code, fields)).rejects.toBeInstanceOf(AssertionError)
})
