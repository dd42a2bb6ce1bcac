import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ErrorCode, redactSecrets, type SftError, sftError } from '@sftkit/core'
import { z } from 'zod'
import { saysOutOfMemory } from '../launch/out-of-memory.ts'
import type { WorkerEnd } from '../launch/types.ts'
import { WORKER_EXIT, type WorkerEvent } from '../worker/protocol.ts'
import { lastStep } from './plan.ts'

/** The worker's words for an end, as codes of the catalogue. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  arguments: 'SFT_TRAIN_ARGUMENT',
  lora: 'SFT_TRAIN_ARGUMENT',
  refused: 'SFT_TRAIN_ARGUMENT',
  'model-gated': 'SFT_TRAIN_MODEL',
  'model-missing': 'SFT_TRAIN_MODEL',
  'model-unreachable': 'SFT_TRAIN_MODEL',
  'model-broken': 'SFT_TRAIN_MODEL',
  'tokenizer-mismatch': 'SFT_TRAIN_MODEL',
  'no-weights': 'SFT_TRAIN_FAILED',
  device: 'SFT_TRAIN_ENVIRONMENT',
  'missing-package': 'SFT_TRAIN_ENVIRONMENT',
  protocol: 'SFT_TRAIN_ENVIRONMENT',
  'world-size': 'SFT_TRAIN_WORLD',
  unreadable: 'SFT_TRAIN_DATA',
  columns: 'SFT_TRAIN_DATA',
  'text-arguments': 'SFT_TRAIN_DATA',
  masks: 'SFT_TRAIN_DATA',
  'no-rows': 'SFT_TRAIN_DATA',
  'nothing-learned': 'SFT_TRAIN_DATA',
  'no-marks': 'SFT_TRAIN_DATA',
  template: 'SFT_TRAIN_DATA',
  cut: 'SFT_TEMPLATE_CUT',
  'out-of-memory': 'SFT_TRAIN_MEMORY',
  diverged: 'SFT_TRAIN_DIVERGED',
  weights: 'SFT_TRAIN_DIVERGED',
  disk: 'SFT_TRAIN_DISK',
}

const EXIT_CODES: Readonly<Record<number, ErrorCode>> = {
  [WORKER_EXIT.config]: 'SFT_TRAIN_ARGUMENT',
  [WORKER_EXIT.data]: 'SFT_TRAIN_DATA',
  [WORKER_EXIT.environment]: 'SFT_TRAIN_ENVIRONMENT',
  [WORKER_EXIT.disk]: 'SFT_TRAIN_DISK',
  [WORKER_EXIT.outOfMemory]: 'SFT_TRAIN_MEMORY',
  [WORKER_EXIT.diverged]: 'SFT_TRAIN_DIVERGED',
}

const rankErrorSchema = z.object({ rank: z.number(), code: z.string(), text: z.string() })

/** Why a training did not end well. */
export interface FailedTraining {
  readonly folder: string
  readonly end: WorkerEnd
  /** The worker's last `error` event, where it wrote one. */
  readonly error?: Extract<WorkerEvent, { type: 'error' }>
  /** The last event of any kind. */
  readonly last?: WorkerEvent
}

/** The failure as an error with its cause: what the worker said, else what another rank said, else how it ended. */
export function trainFailure({ folder, end, error, last }: FailedTraining): SftError {
  const said = error ?? rankError(folder)
  // A rank that lost a killed one fails at the connection.
  if (said !== undefined && !(said.code === 'crash' && wasKilled(end))) {
    const rank = said.rank === undefined || said.rank === 0 ? '' : ` (rank ${said.rank})`
    return sftError(CODES[said.code] ?? 'SFT_TRAIN_FAILED', `${sentence(said.text)}${rank}`, {
      source: folder,
      ...fixOf(said.code),
      // What has a name needs no traceback: logs/ and events.jsonl have it.
      ...(said.code === 'crash' && { cause: causeOf(end) }),
    })
  }
  const where =
    last === undefined
      ? 'before its first word'
      : `after ${last.type}${'step' in last ? ` at step ${last.step}` : ''}`
  if (wasKilled(end))
    return sftError(
      'SFT_TRAIN_KILLED',
      `The worker was killed ${where}: probably by the system, because memory ran out.`,
      { source: folder, fix: afterKill(folder), cause: causeOf(end) },
    )
  const how = end.signal !== undefined ? `by ${end.signal}` : `with exit code ${end.exitCode ?? 'unknown'}`
  const detail = end.detail === undefined ? '' : ` (${end.detail})`
  const words = withoutNoise(end.stderr)
  const lines = words === '' ? '' : ` It said:\n${words}`
  return sftError(
    EXIT_CODES[end.exitCode ?? -1] ?? (saysOutOfMemory(words) ? 'SFT_TRAIN_MEMORY' : 'SFT_TRAIN_FAILED'),
    `The worker ended ${how} ${where}${detail}.${lines}`,
    { source: folder },
  )
}

/** By SIGKILL, itself or below torchrun, which tells it as exit code -9. */
export function wasKilled({ signal, exitCode, stderr }: WorkerEnd): boolean {
  return signal === 'SIGKILL' || exitCode === 137 || /exitcode\s*:\s*-9\b|Signal 9 \(SIGKILL\)/.test(stderr)
}

/** What a rank other than 0 left where it failed. */
function rankError(folder: string): { rank: number; code: string; text: string } | undefined {
  const logs = join(folder, 'logs')
  if (!existsSync(logs)) return undefined
  for (const name of readdirSync(logs).sort()) {
    if (!/^rank-\d+\.error\.json$/.test(name)) continue
    try {
      const parsed = rankErrorSchema.safeParse(JSON.parse(readFileSync(join(logs, name), 'utf8')))
      if (parsed.success) return parsed.data
    } catch {}
  }
  return undefined
}

function sentence(text: string): string {
  const clean = redactSecrets(text).trim()
  const first = clean.charAt(0).toUpperCase() + clean.slice(1)
  return /[.!?]$/.test(first) ? first : `${first}.`
}

function causeOf({ stderr }: WorkerEnd): Error | undefined {
  const words = withoutNoise(stderr)
  return words === '' ? undefined : new Error(words)
}

/** What libraries print whatever happens: warnings for programmers with the line that they quote, and progress bars. */
const NOISE = /(?:Future|Deprecation|User)Warning\b|^\s*warnings\.warn\(|^Loading weights\b|\d+%\|/

function withoutNoise(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => !NOISE.test(line))
    .join('\n')
    .trim()
}

function afterKill(folder: string): string {
  const step = lastStep(folder)
  return step === undefined
    ? "Look at the memory of the machine. No checkpoint was written: the same command begins again. `saveStrategy: 'steps'` writes some."
    : `Look at the memory of the machine. The same command goes on from the checkpoint of step ${step}.`
}

/** What to do, where the catalogue's advice for the code does not fit. */
function fixOf(code: string): { fix?: string } {
  if (code === 'device') return { fix: "Take `device: 'auto'` or `device: 'cpu'`, or a torch that finds it." }
  if (code === 'nothing-learned') return { fix: 'Raise `maxLength`, or make the rows shorter.' }
  if (code === 'model-unreachable')
    return {
      fix: /^(1|true|yes|on)$/i.test(process.env.HF_HUB_OFFLINE ?? '')
        ? 'HF_HUB_OFFLINE is set, so nothing is fetched: unset it, or give a folder that has the model.'
        : 'Give a folder that has the model, or run again where the Hugging Face Hub can be reached.',
    }
  return {}
}
