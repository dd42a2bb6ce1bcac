import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type ConfigOrigin, type ConfigSession, openConfig } from '../config/session.ts'
import { isSftError, sftError } from '../errors/error.ts'
import { watchFromThread } from '../executors/watch.ts'
import { isAddress } from '../load/inputs.ts'
import { silentLogger } from '../log/logger.ts'
import { lockRunDirectory } from '../run-directory/lock.ts'
import { makeFolders } from '../run-directory/make-folders.ts'
import { attempt } from '../run-directory/write.ts'
import { makeDataset } from './dataset.ts'
import { earlierResult } from './earlier-result.ts'
import { checkTraining, runLaterStages } from './later-stages.ts'
import type { RunEnvironment, RunOptions, RunResult } from './options.ts'

/**
 * Runs the pipeline: load → tag → filter → augment → format → split → train → convert.
 *
 * @throws SftError; what was done so far is kept in the run directory, and the same call goes on from there
 */
export async function runPipeline(environment: RunEnvironment, options: RunOptions = {}): Promise<RunResult> {
  // From a later stage on a dry run reads the run that is there.
  const aside = options.dryRun === true && options.from === undefined
  const dry = aside ? mkdtempSync(join(tmpdir(), 'sftkit-dry-')) : undefined
  const origin = configOrigin(environment, options, dry)
  // A promise that nobody settles must not end the process in silence: the watch names who is waited for.
  const alive = setInterval(() => {}, 1 << 30)
  let session: ConfigSession | undefined
  let watch: ReturnType<typeof watchFromThread> | undefined
  try {
    session = await openConfig(origin, ({ buffer }, plugins) => {
      watch = watchFromThread(buffer, plugins)
    })
    return await runLocked(session, origin, options)
  } catch (error) {
    await observeFailure(session, error, options)
    throw error
  } finally {
    clearInterval(alive)
    await watch?.stop()
    if (dry !== undefined) rmSync(dry, { recursive: true, force: true })
  }
}

/** @param dry a folder to write to instead */
export function configOrigin(
  environment: RunEnvironment,
  options: RunOptions,
  dry: string | undefined,
): ConfigOrigin {
  const cwd = resolve(options.cwd ?? process.cwd())
  const fromCwd = (path: string): string => (isAddress(path) ? path : resolve(cwd, path))
  const out = dry ?? (options.out === undefined ? undefined : fromCwd(options.out))
  return {
    ...('file' in environment.config
      ? { file: resolve(cwd, environment.config.file) }
      : { config: environment.config.object }),
    cwd,
    set: options.set ?? [],
    replace: {
      ...(options.input !== undefined && options.input.length > 0 && { input: options.input.map(fromCwd) }),
      ...(options.format !== undefined && { format: options.format }),
      ...(options.workers !== undefined && { workers: options.workers }),
      ...(out !== undefined && { out }),
    },
    installation: environment.installation,
    ...(environment.preset !== undefined && { preset: environment.preset }),
    ...(environment.outline !== undefined && { outline: environment.outline }),
    ...(environment.mayBeEmpty !== undefined && { mayBeEmpty: environment.mayBeEmpty }),
  }
}

async function runLocked(
  session: ConfigSession,
  origin: ConfigOrigin,
  options: RunOptions,
): Promise<RunResult> {
  const out = session.config.output.dir
  requireStages(session, options)
  await checkTraining(session, options)
  attempt(out, () => makeFolders(out))
  const release = lockRunDirectory(out)
  try {
    if (options.fresh === true) {
      for (const kept of ['work', 'llm'])
        attempt(out, () => rmSync(`${out}/.sft/${kept}`, { recursive: true, force: true }))
    }
    const dataset =
      options.from === undefined ? await makeDataset(session, origin, options) : earlierResult(out)
    const result = { ...dataset, ...(await runLaterStages(session, options, dataset)) }
    // A dry run looks and leaves nothing behind, also outside the run directory.
    if (options.dryRun === true) return result
    await session.registry.done.promise(result).catch((error: unknown) => warn(session, options, error))
    return result
  } finally {
    release()
  }
}

/** Stages need somebody who does them, and what they begin with. */
function requireStages({ registry }: ConfigSession, { until, from }: RunOptions): void {
  const last = until ?? from
  if ((last === 'train' || (last === 'convert' && from !== 'convert')) && registry.train.taps.length === 0) {
    throw sftError('SFT_STAGE_MISSING', `The stage train was asked for, and no plugin trains.`)
  }
  if (last === 'convert' && registry.converters.size === 0) {
    throw sftError('SFT_STAGE_MISSING', `The stage convert was asked for, and no plugin converts.`)
  }
  if (last === undefined && registry.converters.size > 0 && registry.train.taps.length === 0) {
    throw sftError('SFT_STAGE_MISSING', 'A plugin converts a model, and none trains one.', {
      fix: 'Add a plugin that trains, as trainerHf({ model }) does, or convert a model that is there with `sft convert FOLDER`.',
    })
  }
}

async function observeFailure(
  session: ConfigSession | undefined,
  error: unknown,
  options: RunOptions,
): Promise<void> {
  if (session === undefined || !(error instanceof Error)) return
  await session.registry.failed.promise(error).catch((thrown: unknown) => warn(session, options, thrown))
}

/** Observers change nothing: their errors are warnings. */
function warn(_session: ConfigSession, { log = silentLogger }: RunOptions, error: unknown): void {
  const plugin = isSftError(error) ? `${error.plugin ?? ''}: ` : ''
  log.warn(`${plugin}an observer failed: ${error instanceof Error ? error.message : String(error)}`)
}
