import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import type { Contract } from './options.ts'
import { type SetupReport, watchSetup } from './watch-setup.ts'

/** `setup` runs once in every worker too: it registers, and does nothing else. */
export async function setupOnlyRegisters<O>(contract: Contract<O>): Promise<void> {
  const first = await reportOf(contract)
  strictEqual(first.returned, undefined, '`setup` returns something; it is synchronous and returns nothing.')
  deepStrictEqual(first.effects, [], '`setup` changes the process.')
  ok(first.registered.length > 0, '`setup` registers nothing.')
  const second = await reportOf(contract)
  deepStrictEqual(second.registered, first.registered, '`setup` registers something else the second time.')
}

export async function registersInSetupAlone<O>(contract: Contract<O>): Promise<void> {
  const { late } = await reportOf(contract)
  deepStrictEqual(late, [], 'Something is registered after `setup` has returned.')
}

async function reportOf<O>(contract: Contract<O>): Promise<SetupReport> {
  const { plugin, report } = watchSetup(contract.make())
  try {
    await contract.run(plugin)
  } catch (error) {
    // Core refuses both too, in its own words; the checks name what happened here.
    if (report.returned === undefined && report.late.length === 0) throw error
    if (report.returned instanceof Promise) await report.returned.catch(() => {})
  }
  return report
}
