import type { Plugin } from '@sftkit/core'
import { givesTheSameTwice, leavesInputsAlone, stopsWhenAborted, takesPart } from './handlers.ts'
import { hasNameAndVersion, showsItsOptions } from './identity.ts'
import { type ContractOptions, contractOf } from './options.ts'
import { registersInSetupAlone, setupOnlyRegisters } from './setup.ts'
import { refusesWrongOptions } from './strict-options.ts'

/** One thing that every plugin keeps to. */
export interface ContractCheck {
  readonly name: string
  /** @throws AssertionError that says what the plugin does instead */
  run(): Promise<void>
}

const CHECKS = [
  ['has a name and a version', hasNameAndVersion],
  ['shows the options it was made with', showsItsOptions],
  ['refuses wrong options', refusesWrongOptions],
  ['registers in setup, and does nothing else there', setupOnlyRegisters],
  ['registers nothing after setup', registersInSetupAlone],
  ['takes part in the run', takesPart],
  ['leaves what it is given unchanged', leavesInputsAlone],
  ['stops when the run is aborted', stopsWhenAborted],
  ['gives the same result twice', givesTheSameTwice],
] as const

/**
 * The checks that every plugin should pass, for any test runner.
 *
 * ```ts
 * for (const check of pluginContract(myPlugin, { validOptions: [{ limit: 3 }], wrongOptions: [{ limit: 'three' }] })) {
 *   test(check.name, check.run)
 * }
 * ```
 *
 * @param factory makes a plugin of options
 */
export function pluginContract<O>(
  factory: (options: O) => Plugin,
  options: ContractOptions<O> = {},
): ContractCheck[] {
  const contract = contractOf(factory, options)
  return CHECKS.map(([name, check]) => ({ name, run: () => check(contract) }))
}

/** The two functions of a test runner that the contract needs: those of vitest, jest, mocha and node:test fit. */
export interface TestRunner {
  describe(name: string, suite: () => void): unknown
  it(name: string, test: () => Promise<void>): unknown
}

/**
 * Declares the contract's checks as tests.
 *
 * ```ts
 * import { describe, it } from 'vitest'
 * describeContract({ describe, it }, 'my-plugin', pluginContract(myPlugin))
 * ```
 */
export function describeContract(runner: TestRunner, name: string, checks: readonly ContractCheck[]): void {
  runner.describe(`${name} keeps the plugin contract`, () => {
    for (const check of checks) runner.it(check.name, () => check.run())
  })
}
