import { cpSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  type Checkpoint,
  isJsonObject,
  type JsonObject,
  type Logger,
  parseOptions,
  type StageProgress,
  sftError,
  silentLogger,
} from '@sftkit/core'
import { optionsSchema, type TrainerHfOptions, trainedFormat } from '../options.ts'
import type { TrainRows } from './rows.ts'

/** Options of `trainerHf`, and where and how the call runs. */
export interface TrainSftOptions extends Omit<TrainerHfOptions, 'model' | 'name'> {
  /** A folder, or a name on the Hugging Face Hub. */
  readonly model: string
  /** The folder that the model is written below, as `model/`. Default `sft-out`. */
  readonly out?: string
  /** Begins anew instead of going on, or of taking up what is done. */
  readonly fresh?: boolean
  readonly signal?: AbortSignal
  readonly log?: Logger
  onProgress?(progress: StageProgress): void
}

/** A trained model. */
export interface TrainedModel {
  /** TRL's log history: one entry for each time it logged. */
  readonly metrics: readonly JsonObject[]
  /** The last logged loss. */
  readonly finalLoss: number | undefined
  readonly steps: number
  /** The folder that can be served: of an adapter, that of the model it was merged into. */
  readonly modelPath: string
  readonly checkpoint: Checkpoint
  /** Copies the model to another folder. @returns its absolute path */
  saveModel(path: string): string
}

/**
 * Trains a model on rows, in one call and without a run: the rows in memory, or JSON-lines files of them.
 *
 * ```ts
 * const { finalLoss, modelPath } = await trainSft(rows, { model: 'Qwen/Qwen2.5-0.5B-Instruct' })
 * ```
 *
 * @throws SFT_PLUGIN_OPTIONS, SFT_TRAIN_…, SFT_TEMPLATE_…, SFT_INTERRUPTED
 */
export async function trainSft(rows: TrainRows, options: TrainSftOptions): Promise<TrainedModel> {
  const { out = 'sft-out', fresh = false, signal, log = silentLogger, onProgress, ...rest } = options
  const settings = parseOptions('trainSft', optionsSchema, rest)
  const { rowDataset } = await import('./rows.ts')
  const { trainModels } = await import('../run/train-models.ts')
  const folder = join(resolve(out), 'model')
  const [checkpoint] = await trainModels(
    {
      settings,
      dataset: await rowDataset(rows, trainedFormat(settings), folder),
      folder,
      root: process.cwd(),
    },
    {
      fresh,
      log,
      signal: signal ?? new AbortController().signal,
      report: (progress) => onProgress?.(progress),
    },
  )
  if (checkpoint === undefined) throw new Error('no model was trained')
  return trainedModel(checkpoint)
}

function trainedModel(checkpoint: Checkpoint): TrainedModel {
  const { metrics = {}, path } = checkpoint
  const { finalLoss, steps } = metrics
  return {
    metrics: Array.isArray(metrics.metrics) ? metrics.metrics.filter(isJsonObject) : [],
    finalLoss: typeof finalLoss === 'number' ? finalLoss : undefined,
    steps: Number(steps ?? 0),
    modelPath: path,
    checkpoint,
    saveModel: (target) => saveModel(path, resolve(target)),
  }
}

function saveModel(from: string, to: string): string {
  try {
    // Files of another model that stood there would be read with this one's.
    if (from !== to) {
      rmSync(join(to, 'model.safetensors.index.json'), { force: true })
      cpSync(from, to, { recursive: true })
    }
  } catch (error) {
    throw sftError('SFT_OUT_UNWRITABLE', `The model cannot be written to ${to}.`, {
      source: to,
      cause: error,
    })
  }
  return to
}
