import { expectSftError } from '../expect-sft-error.ts'
import type { Contract } from './options.ts'

const UNKNOWN_KEY = { sftkitNoSuchOption: true }

/** A typo in an option is an error that lists the valid keys, not a default that is quietly used. */
export async function refusesWrongOptions<O>({ factory, valid, wrong }: Contract<O>): Promise<void> {
  const takesSome = wrong.length > 0 || valid.some((options) => options !== undefined)
  if (!takesSome) return
  for (const options of valid) factory(options)
  for (const options of [{ ...valid[0], ...UNKNOWN_KEY }, ...wrong]) {
    await expectSftError(() => factory(options as O), 'SFT_PLUGIN_OPTIONS').catch((error: Error) => {
      throw Object.assign(error, { message: `The options ${JSON.stringify(options)}: ${error.message}` })
    })
  }
}
