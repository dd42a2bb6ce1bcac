import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createLogger,
  isSftError,
  type LogLevel,
  type PluginEntry,
  type RunOptions,
  type RunResult,
  runPipeline,
  type SftError,
  type SplitOptions,
  type Trace,
  type UserConfig,
} from '@sftkit/core'
import { type RunFiles, readRun } from './read-run.ts'
import { type TestInput, writeInput } from './test-input.ts'
import { EXAMPLE_FORMAT, testPlugin } from './test-plugin.ts'

/** A test run: what is tested, what it reads, and how. */
export interface TestRunOptions
  extends TestInput,
    Pick<RunOptions, 'dryRun' | 'from' | 'limit' | 'set' | 'signal' | 'strict'> {
  /** The plugins that are tested, in their order. Nothing else is there: list `preset()` of sftkit if it is needed. */
  readonly plugins?: readonly PluginEntry[]
  /**
   * The rest of the config. Without `split` the ratios are 1 for `train` and 0 for `validation` and `test`, so that
   * rows are elsewhere only where a plugin puts them.
   */
  readonly config?: Omit<UserConfig, 'plugins' | 'preset' | 'input' | 'format' | 'output'> &
    Pick<UserConfig, 'input'> & { readonly output?: Omit<NonNullable<UserConfig['output']>, 'dir' | 'as'> }
  /** Default `example`: each example as it is, of any kind. */
  readonly format?: string | readonly string[]
  /** The last stage. Default `split`: name a later one to train or convert. */
  readonly until?: RunOptions['until']
  /** A run directory to leave behind, or to run in again. Default: a temporary one, removed at the end. */
  readonly out?: string
}

/** What a test run made. */
export interface TestRun extends RunFiles {
  /** The traces that were loaded, in input order, kept and dropped ones, with their tags. */
  readonly traces: readonly Trace[]
  readonly result: RunResult
  /** What plugins and core logged. */
  readonly log: readonly { readonly level: LogLevel; readonly message: string }[]
}

/** What a test run left that failed: the ledgers say why. */
export interface FailedRun extends Omit<TestRun, 'result'> {
  readonly error: SftError
}

/**
 * Runs the pipeline in this process over rows, files or traces that it writes to a temporary folder, reads what it
 * made into memory, and cleans up. Where everything was dropped, there are no rows, and `drops` says why.
 *
 * ```ts
 * const run = await testRun({ plugins: [myFilter()], traces: [buildTrace({ tags: ['outcome:errored'] })] })
 * ```
 *
 * @throws SftError as the run does; {@link failedRun} returns it with what the run left
 */
export async function testRun(options: TestRunOptions): Promise<TestRun> {
  const { outcome, ...run } = await runInFolder(options)
  if ('error' in outcome) throw outcome.error
  return { ...run, result: outcome.result }
}

/** A test run that is meant to fail. @throws Error where it does not, or fails with something that is no SftError */
export async function failedRun(options: TestRunOptions): Promise<FailedRun> {
  const { outcome, ...run } = await runInFolder(options)
  if (!('error' in outcome)) throw new Error('The run was expected to fail, and it did not.')
  if (!isSftError(outcome.error)) throw outcome.error
  return { ...run, error: outcome.error }
}

export type Outcome = { readonly result: RunResult } | { readonly error: unknown }

/** A test run, whether it fails or not. */
export async function runInFolder(
  options: TestRunOptions,
): Promise<Omit<TestRun, 'result'> & { outcome: Outcome }> {
  const folder = mkdtempSync(join(tmpdir(), 'sftkit-test-'))
  const out = options.out ?? join(folder, 'out')
  const until = options.until ?? 'split'
  const heard = new Map<string, Trace>()
  const log: { level: LogLevel; message: string }[] = []
  try {
    writeInput(join(folder, 'input'), options)
    const outcome = await runPipeline(
      {
        config: { object: configOf(options, heard) },
        installation: import.meta.url,
        mayBeEmpty: !LATER.has(until),
      },
      {
        ...pick(options, ['dryRun', 'from', 'limit', 'set', 'signal', 'strict']),
        ...(options.config?.input === undefined && { input: [join(folder, 'input')] }),
        cwd: folder,
        out,
        until,
        workers: 0,
        log: createLogger((level, message) => log.push({ level, message })),
      },
    ).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    )
    return { ...readRun(out), traces: inInputOrder([...heard.values()]), log, outcome }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Stages that cannot do anything without rows. */
const LATER: ReadonlySet<string> = new Set(['train', 'convert'])

/** A ratio of 0 lets a split be empty: core fills the others from what is in `train`. */
const ALL_IN_TRAIN: SplitOptions = { ratios: { train: 1, validation: 0, test: 0 } }

function configOf(options: TestRunOptions, heard: Map<string, Trace>): UserConfig {
  return {
    split: ALL_IN_TRAIN,
    ...options.config,
    plugins: [...(options.plugins ?? []), testPlugin(heard)],
    format: options.format ?? EXAMPLE_FORMAT,
  }
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(
    keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])),
  ) as unknown as Pick<T, K>
}

/** Batches may overtake each other where taggers wait for something. */
function inInputOrder(traces: readonly Trace[]): Trace[] {
  return traces.toSorted((a, b) => {
    if (a.source.uri !== b.source.uri) return a.source.uri < b.source.uri ? -1 : 1
    return (a.source.byteOffset ?? 0) - (b.source.byteOffset ?? 0)
  })
}
