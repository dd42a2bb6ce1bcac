import { relative } from 'node:path'
import {
  formatError,
  isSftError,
  type RunOptions,
  type RunResult,
  redactSecrets,
  runPipeline,
} from '@sftkit/core'
import pc from 'picocolors'
import { count, createDisplay, duration } from '../display.ts'
import { callersDirectory, findEnvironment } from '../environment.ts'
import { EXIT, exitCodeOf } from '../exit-codes.ts'
import { table } from '../table.ts'

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
}

/** How long an interrupted run may take to stop by itself. */
const GRACE_MS = 10_000

/** `sft run`: progress on stderr, the summary on stdout. */
export async function runCommand(input: readonly string[], flags: object): Promise<void> {
  const { config, format, json = false, out, ...rest } = flags as RunFlags
  const display = createDisplay({ json })
  const abort = new AbortController()
  const stop = (): void => {
    if (abort.signal.aborted) process.exit(EXIT.interrupted)
    display.log.warn('Stopping after the rows in progress; the same command goes on from here.')
    abort.abort()
    // A plugin that waits for something that never comes must not hold the run; what is done is kept either way.
    setTimeout(() => process.exit(EXIT.interrupted), GRACE_MS).unref()
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
      onProgress: (event) => display.progress(event),
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

function summary(result: RunResult, cwd: string, dry: boolean): string {
  const { counts, splits, rows, tasks } = result
  const splitNames = Object.keys(splits)
  const lines = [
    `${count(counts.traces)} traces, ${count(counts.messages)} messages, ${count(counts.toolCalls)} tool calls in ${duration(result.seconds)}${reused(tasks)}`,
  ]
  if (splitNames.length > 0) {
    const head = ['format', ...splitNames]
    const body = Object.entries(rows).map(([format, bySplit]) => [
      format,
      ...splitNames.map((name) => count(bySplit[name] ?? 0)),
    ])
    lines.push('', table(head, body))
  }
  const notes = [
    noteOf('dropped', counts.drops, counts.byReason, 'rejected.jsonl'),
    noteOf('unreadable', counts.unreadable, counts.byCode, 'unreadable.jsonl'),
    noteOf('lost or changed', counts.lossCount, counts.losses, 'losses.jsonl'),
  ].filter((note) => note !== undefined)
  if (notes.length > 0) lines.push('', table(['', 'count', 'most often', 'all of them'], notes))
  lines.push(
    '',
    dry ? 'Nothing was written: this was a dry run.' : `${pc.green('→')} ${relative(cwd, result.out) || '.'}`,
  )
  return lines.join('\n')
}

function reused({ reused, all }: RunResult['tasks']): string {
  return reused === 0 ? '' : ` (${reused} of ${all} tasks were already done)`
}

function noteOf(
  name: string,
  total: number,
  by: Readonly<Record<string, number>>,
  file: string,
): string[] | undefined {
  if (total === 0) return undefined
  const [most] = Object.entries(by).sort(([, a], [, b]) => b - a)
  return [name, count(total), most === undefined ? '' : `${most[0]} (${count(most[1])})`, file]
}
