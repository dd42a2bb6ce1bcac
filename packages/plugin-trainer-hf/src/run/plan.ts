import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { sftError } from '@sftkit/core'
import type { Fingerprint, WorkerRun } from '../worker/protocol.ts'
import { changedOptions } from './changed-options.ts'
import { differences } from './fingerprint.ts'
import { readFingerprint, readMetrics, type TrainMetrics } from './metrics.ts'

/** What is to be done in a folder where something may have been trained before. */
export type Plan =
  | { readonly do: 'nothing'; readonly metrics: TrainMetrics }
  | { readonly do: 'resume'; readonly step: number }
  /** `replaces` says in which parts a finished model there differs. */
  | { readonly do: 'begin'; readonly replaces?: readonly string[] }

/**
 * A finished training with the same fingerprint is taken up, an interrupted one gone on with. A finished one of another
 * fingerprint is replaced; checkpoints of an interrupted one are not thrown away unasked.
 *
 * @throws SFT_TRAIN_RESUME
 */
export function planTraining(
  folder: string,
  run: Omit<WorkerRun, 'fingerprint' | 'resume'>,
  fingerprint: Fingerprint,
  fresh: boolean,
): Plan {
  if (fresh) return { do: 'begin' }
  const metrics = readMetrics(folder)
  if (metrics !== undefined && existsSync(join(folder, 'final'))) {
    const differing = differences(metrics.fingerprint, fingerprint)
    if (differing.length === 0) return { do: 'nothing', metrics }
    const begun = readFingerprint(folder)
    // A later training may have been interrupted beside the finished model.
    if (begun === undefined || differences(begun, metrics.fingerprint).length === 0)
      return { do: 'begin', replaces: inWords(differing, folder, run) }
  }
  const step = lastStep(folder)
  if (step === undefined) return { do: 'begin' }
  const earlier = readFingerprint(folder)
  const differing = earlier === undefined ? ['run.json'] : differences(earlier, fingerprint)
  if (differing.length === 0) return { do: 'resume', step }
  throw sftError(
    'SFT_TRAIN_RESUME',
    `${folder} holds a training that was interrupted at step ${step}, and its ${inWords(differing, folder, run).join(' and ')} ${differing.length === 1 ? 'is' : 'are'} not what is asked for now.`,
    { source: folder },
  )
}

/** The parts that differ; of the config also which options. */
function inWords(
  differing: readonly string[],
  folder: string,
  run: Omit<WorkerRun, 'fingerprint' | 'resume'>,
): string[] {
  const options = differing.includes('config') ? changedOptions(folder, run) : []
  return differing.map((part) =>
    part === 'config' && options.length > 0 ? `config: ${options.join(', ')}` : part,
  )
}

/** The step of the newest whole checkpoint. */
export function lastStep(folder: string): number | undefined {
  const checkpoints = join(folder, 'checkpoints')
  if (!existsSync(checkpoints)) return undefined
  const steps = readdirSync(checkpoints)
    .filter((name) => existsSync(join(checkpoints, name, 'sftkit.json')))
    .flatMap((name) => /^checkpoint-(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
  return steps.length === 0 ? undefined : Math.max(...steps)
}

/** Removes what an earlier training left that a new one would take for its own; its model stays until the new one is done. */
export function clearFolder(folder: string): void {
  for (const name of ['checkpoints', 'events.jsonl', 'logs', '.cache'])
    rmSync(join(folder, name), { recursive: true, force: true })
}
