import { isSftError, type Plugin } from '@sftkit/core'
import { runInFolder, type TestRunOptions } from '../test-run.ts'
import { sampleTraces } from './sample-traces.ts'

/** What a plugin is held to, and over what. */
export interface ContractOptions<O> {
  /** Options that the factory takes. Default: none, once. */
  readonly validOptions?: readonly O[]
  /** Options that it must refuse. With any options at all, an unknown key is tried too. */
  readonly wrongOptions?: readonly unknown[]
  /**
   * The run that the plugin has to take part in: rows for a loader, a format for a format, `until` for a trainer.
   * Default: a handful of traces, until `split`.
   */
  readonly run?: Omit<TestRunOptions, 'plugins' | 'signal' | 'out'> & {
    /** Other plugins that it needs, listed after it. */
    readonly with?: () => readonly Plugin[]
  }
  /** How long a handler may go on after the run was aborted. Default 5. */
  readonly abortSeconds?: number
}

/** The factory under contract, with its options. */
export interface Contract<O> {
  readonly factory: (options: O) => Plugin
  readonly valid: readonly O[]
  readonly wrong: readonly unknown[]
  readonly abortSeconds: number
  /** A plugin of the first valid options. */
  make(): Plugin
  /** Runs a plugin. A run that ends without an example is one too: filters may drop everything. */
  run(plugin: Plugin, signal?: AbortSignal): ReturnType<typeof runInFolder>
}

export function contractOf<O>(factory: (options: O) => Plugin, options: ContractOptions<O>): Contract<O> {
  const valid = options.validOptions ?? [undefined as O]
  const { with: others, ...runOptions } = options.run ?? {}
  const { rows, files, traces } = runOptions
  const given = rows ?? files ?? traces ?? runOptions.config?.input
  return {
    factory,
    valid,
    wrong: options.wrongOptions ?? [],
    abortSeconds: options.abortSeconds ?? 5,
    make: () => factory(valid[0] as O),
    async run(plugin, signal) {
      const run = await runInFolder({
        ...(given === undefined && { traces: sampleTraces() }),
        ...runOptions,
        plugins: [plugin, ...(others?.() ?? [])],
        ...(signal !== undefined && { signal }),
      })
      if (signal === undefined && 'error' in run.outcome && !isEmpty(run.outcome.error))
        throw run.outcome.error
      return run
    },
  }
}

function isEmpty(error: unknown): boolean {
  return isSftError(error) && error.code === 'SFT_NO_EXAMPLES'
}
