// The testing package, checked against the emitted declarations.

import { after, describe, it } from 'node:test'
import { buildTrace, describeContract, expectSftError, pluginContract, testRun } from '@sftkit/testing'
import { split, tagger } from 'sftkit'

describeContract(
  { describe, it },
  'tagger',
  pluginContract(tagger, { validOptions: [undefined, { rules: 'precise' }], wrongOptions: [1] }),
)
describeContract({ describe, it }, 'split', pluginContract(split))

// @ts-expect-error valid options that are not valid
pluginContract(tagger, { validOptions: [{ rules: 'precize' }] })
// @ts-expect-error a plugin in place of its factory
pluginContract(tagger())
// @ts-expect-error a code that is not in the catalogue
after(() => expectSftError(() => tagger(), 'SFT_NO_SUCH_CODE'))
// @ts-expect-error a field that errors do not have
after(() => expectSftError(() => tagger(), 'SFT_PLUGIN_OPTIONS', { file: 'a' }))

export async function reason(): Promise<string | undefined> {
  // @ts-expect-error an option that test runs do not have
  await testRun({ trace: buildTrace() })
  const run = await testRun({
    plugins: [tagger(), false],
    traces: [buildTrace({ group: { task: 'a' } })],
    until: 'tag',
  })
  return run.drops[0]?.reason
}
