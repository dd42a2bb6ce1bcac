import { AssertionError } from 'node:assert'
import { sftError } from '@sftkit/core'
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

it.each([
  ['nothing is thrown', () => 1, 'SFT_PLUGIN_FAILED', {}],
  ['another code', (): Promise<never> => Promise.reject(error), 'SFT_INTERNAL', {}],
  ['another field', (): Promise<never> => Promise.reject(error), 'SFT_PLUGIN_FAILED', { plugin: 'b' }],
  ['an error of another kind', (): Promise<never> => Promise.reject(new Error('no')), 'SFT_PLUGIN_FAILED', {}],
] as const)('fails where %s', async (_what, failing, code, fields) => {
  await expect(expectSftError(failing, code, fields)).rejects.toBeInstanceOf(AssertionError)
})
