import { relative } from 'node:path'
import { formatError, isSftError, type RunOptions, redactSecrets, runPipeline } from '@sftkit/core'
import { agree } from '../agree.ts'
import { createDisplay } from '../display.ts'
import { callersDirectory, findEnvironment } from '../environment.ts'
import { EXIT, exitCodeOf } from '../exit-codes.ts'
import { summary } from '../summary.ts'

interface RunFlags {
  readonly config?: string
  readonly out?: string
  readonly format?: string
  readonly until?: NonNullable<RunOptions['until']>
  readonly from?: NonNullable<RunOptions['from']>
  readonly set: readonly string[]
  readonly limit?: number
  readonly workers?: number
  readonly strict?: boolean
  readonly dryRun?: boolean
  readonly fresh?: boolean
  readonly json?: boolean
  readonly yes?: boolean
}

/** How long an interrupted run may take to stop by itself. */
const GRACE_MS = 10_000

/** `sft run`: progress on stderr, the summary on stdout. */
export async function runCommand(input: readonly string[], flags: object): Promise<void> {
  const { config, format, json = false, out, yes = false, ...rest } = flags as RunFlags
  const display = createDisplay({ json })
  const abort = new AbortController()
  // A stage after the dataset has a state of its own to save, which may take minutes.
  let later = false
  const stop = (): void => {
    if (abort.signal.aborted) process.exit(EXIT.interrupted)
    display.log.warn(
      later
        ? 'Stopping once the state is saved; the same command goes on from here. Again: at once.'
        : 'Stopping after the rows in progress; the same command goes on from here.',
    )
    abort.abort()
    // A plugin that waits for something that never comes must not hold the run; what is done is kept either way.
    if (!later) setTimeout(() => process.exit(EXIT.interrupted), GRACE_MS).unref()
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    const environment = await findEnvironment(config)
    const cwd = callersDirectory()
    const target = out ?? ('object' in environment.config ? 'sft-out' : undefined)
    const result = await runPipeline(environment, {
      ...rest,
      cwd,
      ...(input.length > 0 && { input }),
      ...(target !== undefined && { out: target }),
      ...(format !== undefined && { format: format.split(',').map((name) => name.trim()) }),
      signal: abort.signal,
      log: display.log,
      onProgress(event) {
        later = event.work !== undefined
        display.progress(event)
      },
      onProjection: (projection) => agree(projection, { display, json, yes, signal: abort.signal }),
    })
    display.end()
    if (json)
      process.stdout.write(
        `${JSON.stringify({ type: 'done', ...result, out: relative(cwd, result.out) || '.' })}\n`,
      )
    else process.stdout.write(`${summary(result, cwd, rest.dryRun === true)}\n`)
  } catch (error) {
    display.end()
    if (json && isSftError(error)) {
      const { code, message, plugin, hook, source, line } = error
      process.stdout.write(
        `${JSON.stringify({ type: 'failed', code, message: redactSecrets(message), plugin, hook, source, line, exitCode: exitCodeOf(error), text: formatError(error) })}\n`,
      )
    }
    throw error
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}
