import { deepStrictEqual, fail, ok } from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { describePlace, recordHooks } from '../record-hooks.ts'
import { wrapPlugin } from '../wrap-plugin.ts'
import type { Contract } from './options.ts'
import { readOnlyInputs } from './read-only-inputs.ts'

/** Without it the other checks would say nothing. */
export async function takesPart<O>(contract: Contract<O>): Promise<void> {
  const called: string[] = []
  const registered: string[] = []
  const plugin = wrapPlugin(contract.make(), (handler, place) => {
    registered.push(describePlace(place))
    return ((...args: Parameters<typeof handler>) => {
      if (place.hook !== 'load.detect') called.push(describePlace(place))
      return handler(...args)
    }) as typeof handler
  })
  await contract.run(plugin)
  ok(
    called.length > 0,
    `No handler is called (${registered.join(', ')}): give \`run\` the rows, format or stage it needs.`,
  )
}

/** Traces and examples are read-only to all but the stage that makes them. */
export async function leavesInputsAlone<O>(contract: Contract<O>): Promise<void> {
  const { plugin, violations } = readOnlyInputs(contract.make())
  try {
    await contract.run(plugin)
  } catch (error) {
    if (violations.length === 0) throw error
  }
  deepStrictEqual(violations, [], 'A handler changes what it was given.')
}

/** The hooks of a plugin whose handlers are called in the contract's run. */
async function hooksCalled<O>(contract: Contract<O>): Promise<Set<string>> {
  const { plugins, calls } = recordHooks([contract.make()])
  for (const plugin of plugins) await contract.run(plugin)
  return new Set(calls.map((call) => call.hook))
}

/** Handlers that may be asynchronous: they may wait for something outside. */
const MAY_WAIT = [
  'load.open',
  'tag',
  'augment',
  'augmentGroup',
  'stage',
  'select',
  'split',
  'train',
  'convert',
  'publish',
]

/** Who waits for something outside stops when the run is aborted. */
export async function stopsWhenAborted<O>(contract: Contract<O>): Promise<void> {
  const seconds = contract.abortSeconds
  const called = await hooksCalled(contract)
  for (const hook of MAY_WAIT.filter((one) => called.has(one))) {
    const controller = new AbortController()
    const plugin = wrapPlugin(contract.make(), (handler, place) =>
      place.hook !== hook
        ? handler
        : (((...args: Parameters<typeof handler>) => {
            setImmediate(() => controller.abort())
            return handler(...args)
          }) as typeof handler),
    )
    const ended = new AbortController()
    const aborted = new Promise<void>((resolve) =>
      controller.signal.addEventListener('abort', () => resolve()),
    )
    const patience = aborted
      .then(() => sleep(seconds * 1000, 'late', { signal: ended.signal }))
      .catch(() => 'ended')
    const run = contract.run(plugin, controller.signal).finally(() => ended.abort())
    const result = await Promise.race([run, patience])
    if (result === 'late')
      fail(`${plugin.name}: ${hook} still goes on ${seconds} s after the run was aborted.`)
    await run
  }
}

/** The same input and config give the same bytes. */
export async function givesTheSameTwice<O>(contract: Contract<O>): Promise<void> {
  const [first, second] = [await contract.run(contract.make()), await contract.run(contract.make())]
  for (const part of ['traces', 'rows', 'drops', 'losses', 'unreadable', 'manifest'] as const) {
    deepStrictEqual(second[part], first[part], `Two runs over the same input differ in ${part}.`)
  }
}
