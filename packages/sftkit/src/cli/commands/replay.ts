import { statSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { counted, errorText, sftError } from '@sftkit/core'
import {
  listRecordings,
  openRecording,
  type Recording,
  type ReplayResult,
  replay,
  summaryOf,
  timelineHtml,
  timelineRows,
} from '@sftkit/recorder'
import pc from 'picocolors'

import { callersDirectory } from '../environment.ts'
import { EXIT } from '../exit-codes.ts'
import { listText } from '../replay/list.ts'
import { loadEnvironment } from '../replay/load-environment.ts'
import { timelineText } from '../replay/timeline.ts'

interface ReplayFlags {
  readonly port?: number
  readonly timing?: boolean
  readonly steps?: string
  readonly html?: string
  readonly environment?: string
  readonly ignore: readonly string[]
  readonly json?: boolean
}

/**
 * `sft replay`: shows a recorded episode or lists a folder of them; with an environment, runs the actions again.
 *
 * @returns the exit code: 1 where a replay differs from its recording
 */
export async function replayCommand(
  path: string,
  command: readonly string[],
  flags: object,
): Promise<number> {
  const options = flags as ReplayFlags
  refuseServing(command, options)
  const place = resolve(callersDirectory(), path)
  if (isFolder(place)) {
    if (options.environment !== undefined || options.html !== undefined || options.steps !== undefined)
      throw sftError(
        'SFT_USAGE',
        `${path} is a folder: --environment, --html and --steps take one recording.`,
      )
    const list = listRecordings(place)
    const data = { episodes: list.recordings.map(summaryOf), others: list.others }
    print(options.json ? JSON.stringify(data) : listText(list))
    return EXIT.done
  }
  const recording = openRecording(place)
  if (options.environment !== undefined) return actAgain(recording, options.environment, options)
  const range = rangeOf(options.steps)
  const steps = recording.sums?.steps ?? 0
  if (options.steps !== undefined && range.from > steps)
    throw sftError('SFT_USAGE', `--steps ${options.steps}: the episode has ${counted(steps, 'step')}.`)
  if (options.html !== undefined) writePage(resolve(callersDirectory(), options.html), recording)
  if (options.json)
    print(JSON.stringify({ episode: summaryOf(recording), rows: timelineRows(recording, range) }))
  else print(options.html === undefined ? timelineText(recording, range) : `→ ${options.html}`)
  return EXIT.done
}

/** What only a recording that is served does anything with. */
function refuseServing(command: readonly string[], { port, timing }: ReplayFlags): void {
  const given =
    command.length > 0 ? 'A command' : port !== undefined ? '--port' : timing ? '--timing' : undefined
  if (given !== undefined)
    throw sftError('SFT_USAGE', `${given} goes with --serve: write sft replay --serve RECORDING … .`)
}

async function actAgain(
  recording: Recording,
  module: string,
  { ignore, json }: ReplayFlags,
): Promise<number> {
  const environment = await loadEnvironment(resolve(callersDirectory(), module), recording)
  const result = await replay(recording, environment, { ignore })
  print(json ? JSON.stringify(result) : resultText(result))
  return result.same ? EXIT.done : EXIT.failed
}

function resultText({ steps, divergence }: ReplayResult): string {
  if (divergence === undefined) return `${pc.green('✓')} ${counted(steps, 'step')}, all as recorded`
  const { step, action, field, diff } = divergence
  const what =
    action === undefined ? 'reset' : [action.type, action.path ?? action.query].filter(Boolean).join(' ')
  const lines = diff
    .split('\n')
    .map((line) => (line.startsWith('-') ? pc.red(line) : line.startsWith('+') ? pc.green(line) : line))
  return [`${pc.red('✗')} step ${step} (${what}) differs from the recording: ${field}`, ...lines].join('\n')
}

function writePage(file: string, recording: Recording): void {
  try {
    writeFileSync(file, timelineHtml(recording))
  } catch (error) {
    throw sftError('SFT_OUT_UNWRITABLE', `${file} cannot be written: ${errorText(error)}`, { cause: error })
  }
}

/** `100-200`, `100-` or `100`. */
function rangeOf(text: string | undefined): { from: number; to?: number; most?: number } {
  if (text === undefined) return { from: 1 }
  const [, from, dash, to] = /^(\d+)(-)?(\d+)?$/.exec(text) ?? []
  if (from === undefined || Number(from) < 1 || (to !== undefined && Number(to) < Number(from)))
    throw sftError('SFT_USAGE', `--steps takes a range as 100-200, and got ${text}.`)
  const end = to ?? (dash === undefined ? from : undefined)
  return { from: Number(from), most: 10_000, ...(end !== undefined && { to: Number(end) }) }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
