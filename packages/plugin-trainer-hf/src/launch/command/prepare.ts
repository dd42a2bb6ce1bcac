import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { makeFolders, sftError } from '@sftkit/core'
import type { WorkerRun } from '../../worker/protocol.ts'
import type { Launch } from '../types.ts'
import { LAYOUTS, type Places } from './layout.ts'
import type { CommandSettings } from './options.ts'
import { writeRows } from './rows.ts'
import { yaml } from './yaml.ts'

/** Where everything is, below the model's folder. */
export function placesIn(folder: string, run: Pick<WorkerRun, 'dataset' | 'model'>): Places {
  const rows = join(folder, 'rows')
  return {
    model: run.model.path,
    dataset: join(rows, 'train.jsonl'),
    validation: join(rows, 'validation.jsonl'),
    output: join(folder, 'final'),
    cache: join(folder, '.cache', 'prepared'),
    hasValidation: run.dataset.validation.length > 0,
  }
}

export const configIn = (folder: string): string => join(folder, 'train.yaml')

/** The command with what its placeholders stand for. */
export function filledIn(run: readonly string[], folder: string, places: Places): string[] {
  const values: Readonly<Record<string, string>> = {
    config: configIn(folder),
    dataset: places.dataset,
    validation: places.validation,
    model: places.model,
    output: places.output,
  }
  return run.map((part) =>
    part.replace(/\{(config|dataset|validation|model|output)\}/g, (_, name) => values[name] ?? ''),
  )
}

/**
 * Writes rows and config for the trainer.
 *
 * @throws SFT_TRAIN_ARGUMENT for a method that the layouts have no words for, SFT_TRAIN_DATA where no row fits
 */
export async function prepare({ tool, config }: CommandSettings, launch: Launch): Promise<Places> {
  const { folder, run, log } = launch
  const places = placesIn(folder, run)
  const layout = tool === undefined ? undefined : LAYOUTS[tool]
  if (layout !== undefined && (run.method !== 'sft' || run.dataset.format !== 'messages'))
    throw sftError(
      'SFT_TRAIN_ARGUMENT',
      `The layout of ${tool} is known for method sft and format messages alone.`,
      {
        fix: 'Leave `tool` out and write the config yourself: rows stay as they are then.',
      },
    )
  rmSync(places.output, { recursive: true, force: true })
  const files = (split: 'train' | 'validation'): string[] =>
    run.dataset[split].map((file) => resolve(folder, file.path))
  const convert = layout?.row ?? ((row) => row)
  const written = await writeRows(files('train'), places.dataset, convert)
  await writeRows(files('validation'), places.validation, convert)
  if (written.left > 0)
    log.warn(
      `trainer: ${written.left === 1 ? '1 row is' : `${written.left} rows are`} left out, as ${tool} cannot hold ${written.left === 1 ? 'it' : 'them'}: they ${layout?.leaves}`,
    )
  if (written.rows === 0)
    throw sftError('SFT_TRAIN_DATA', `No row is left for ${tool}: all of them ${layout?.leaves}.`, {
      source: folder,
    })
  for (const [name, value] of Object.entries(layout?.files?.(places) ?? {}))
    writeFileSync(join(folder, 'rows', name), `${JSON.stringify(value, undefined, 2)}\n`)
  makeFolders(folder)
  writeFileSync(
    configIn(folder),
    `# Written by sftkit.\n${yaml({ ...layout?.config(run, places), ...config })}`,
  )
  return places
}
