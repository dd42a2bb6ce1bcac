import { AssertionError } from 'node:assert'
import { setTimeout } from 'node:timers/promises'
import { definePlugin, isSftError, type Plugin, type PluginApi, parseOptions, type Trace } from '@sftkit/core'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type ContractOptions, describeContract, pluginContract } from '../src/index.ts'

const limitOptions = z.strictObject({ limit: z.int().optional() })

function shortOnly(options?: z.input<typeof limitOptions>): Plugin {
  const { limit = 3 } = parseOptions('short-only', limitOptions, options)
  return definePlugin({
    name: 'short-only',
    version: '1.0.0',
    options: { limit },
    setup(api) {
      api.tag(async (traces, context) => {
        for (const trace of traces) context.tag(trace, `length:${trace.messages.length}` as never)
      })
      api.filter((trace) => (trace.messages.length > limit ? { reason: 'long' } : undefined))
    },
  })
}

describeContract(
  { describe, it },
  'a plugin that does all of it',
  pluginContract(shortOnly, {
    validOptions: [{ limit: 2 }, { limit: 4 }],
    wrongOptions: [{ limit: 'two' }, { limits: 2 }],
  }),
)

/** The names of the checks that a plugin fails. */
async function failing<O>(factory: (options: O) => Plugin, options?: ContractOptions<O>): Promise<string[]> {
  const failed: string[] = []
  for (const check of pluginContract(factory, options)) {
    await check.run().catch((error: unknown) => {
      failed.push(check.name)
      // A run that core itself stops fails in core's own words.
      expect(error instanceof AssertionError || isSftError(error), `${check.name}: ${error}`).toBe(true)
    })
  }
  return failed
}

/** A plugin that only its setup tells apart. */
const plugin = (setup: (api: PluginApi) => void, fields: Partial<Plugin> = {}): Plugin =>
  definePlugin({ name: 'tested', version: '1.0.0', setup, ...fields })

const first = (traces: readonly Trace[]): Record<string, unknown> => traces[0] as never

describe('the plugin contract', () => {
  it('finds a name and a version that identify nothing', async () => {
    const failed = await failing(() =>
      plugin((api) => api.tag(() => {}), { name: 'My Plugin', version: 'latest' }),
    )
    expect(failed).toEqual(['has a name and a version'])
  })

  it('finds options that do not show, and options that are not checked', async () => {
    const careless = (_options: { limit: number }): Plugin => plugin((api) => api.tag(() => {}))
    expect(await failing(careless, { validOptions: [{ limit: 1 }, { limit: 2 }] })).toEqual([
      'shows the options it was made with',
      'refuses wrong options',
    ])
  })

  it('finds a setup with other effects', async () => {
    const timer = (): Plugin =>
      plugin((api) => {
        process.once('SIGUSR2', () => {})
        process.env.SFTKIT_TESTING_EFFECT = String(Math.random())
        api.tag(() => {})
      })
    expect(await failing(timer)).toEqual(['registers in setup, and does nothing else there'])
    delete process.env.SFTKIT_TESTING_EFFECT
    process.removeAllListeners('SIGUSR2')
  })

  it('finds a setup that is asynchronous', async () => {
    const failed = await failing(() =>
      plugin((async (api: PluginApi) => {
        await undefined
        api.tag(() => {})
      }) as never),
    )
    expect(failed).toContain('registers in setup, and does nothing else there')
    expect(failed).toContain('registers nothing after setup')
  })

  it('finds a handler that registers more', async () => {
    const failed = await failing(() => plugin((api) => api.tag(() => api.filter(() => undefined))))
    expect(failed).toContain('registers nothing after setup')
  })

  it('finds a plugin that has no part in the run', async () => {
    const other = (): Plugin =>
      plugin((api) => api.format('other', { takes: ['chat'], handler: () => ({ text: 'a' }) }))
    expect(await failing(other)).toEqual(['takes part in the run'])
    expect(await failing(other, { run: { format: 'other' } })).toEqual([])
  })

  it.each<[string, (api: PluginApi) => void]>([
    [
      'a tagger that writes to a trace',
      (api) => api.tag((traces) => Object.assign(first(traces), { model: 'x' }) as never),
    ],
    [
      'a tagger that adds tags itself',
      (api) => api.tag((traces) => (first(traces).tags as string[]).push('a:b') as never),
    ],
    [
      'a filter that writes to a message',
      (api) => api.filter(({ messages }) => Object.assign(messages[0] ?? {}, { train: false }) && undefined),
    ],
    [
      'a filter that adds tags',
      (api) =>
        api.filter(({ tags }) => ((tags as string[]).push('a:b') > 999 ? { reason: 'many' } : undefined)),
    ],
    [
      'an augmenter that sorts messages',
      (api) =>
        api.augment((items) => {
          ;(items[0] as unknown as { messages: unknown[] }).messages.reverse()
          return items
        }),
    ],
  ])('finds %s', async (_what, setup) => {
    expect(await failing(() => plugin(setup))).toContain('leaves what it is given unchanged')
  })

  it('finds a handler that does not listen to the signal', async () => {
    const waits = (milliseconds: number, listens: boolean): Plugin =>
      plugin((api) =>
        api.tag(async (_traces, { signal }) => {
          await setTimeout(milliseconds, undefined, listens ? { signal } : {}).catch(() => {})
        }),
      )
    const stops = (factory: () => Plugin, abortSeconds: number): Promise<void> | undefined =>
      pluginContract(factory, { abortSeconds })
        .find((check) => check.name === 'stops when the run is aborted')
        ?.run()
    const deaf = waits(2000, false)
    await expect(stops(() => deaf, 0.2)).rejects.toBeInstanceOf(AssertionError)
    let runs = 0
    // The first run of the check is not aborted: it only looks which handlers there are.
    await stops(() => waits(runs++ === 0 ? 0 : 600_000, true), 300)
    expect(runs).toBe(2)
  })

  it('finds a result that differs from run to run', async () => {
    const random = (): Plugin =>
      plugin((api) => api.tag((traces, { tag }) => tag(traces[0] as Trace, `luck:${Math.random()}` as never)))
    expect(await failing(random)).toEqual(['gives the same result twice'])
  })
})
