import { existsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isSftError, type Logger, makeFolders, sftError } from '@sftkit/core'
import { cachedModel } from '../checkpoint/hub-cache.ts'
import { readModelFolder } from '../checkpoint/model-folder.ts'
import { findLlamaCpp } from '../converter/find.ts'
import { ggufAt } from '../engine/open-model.ts'
import { type Quantization, quantizationOf } from '../gguf/quantization.ts'
import { writeGguf } from '../make/write-gguf.ts'
import { startPython } from '../python/process.ts'
import { servedTemplate } from '../template/served.ts'
import { endOfTurnId } from '../template/stops.ts'
import type { RunFiles } from './run-files.ts'

export interface BaseModelOptions {
  readonly run: string
  /** A GGUF, a folder, or a name in Ollama; absent: what the run was trained from. */
  readonly against?: string | undefined
  /** That of the trained model, so that the two differ by training alone. */
  readonly quantization: Quantization
  readonly llamaCppPath?: string | undefined
  readonly log: Logger
  readonly signal?: AbortSignal | undefined
}

/** A model to compare with, as `openModel` takes it, or why there is none. */
export type BaseModel = { readonly model: string } | { readonly missing: string }

/**
 * Finds the model that the trained one is compared with. A folder of Hugging Face files is converted into the run.
 *
 * @throws SFT_CONVERT_…, SFT_CHECKPOINT_… for a model that was asked for by name
 */
export async function baseModel(base: RunFiles['base'], options: BaseModelOptions): Promise<BaseModel> {
  const { against } = options
  if (against !== undefined) {
    if (!isModelFolder(against)) return { model: against }
    return { model: await converted(against, basename(against), options) }
  }
  if (base === undefined) return { missing: 'the run does not say which model it was trained from' }
  const { path, revision } = base
  const folder = existsSync(path) ? path : cachedModel(path, revision)
  if (folder === undefined) return { missing: `${path} is not on this machine` }
  try {
    return { model: await converted(folder, basename(path), options) }
  } catch (error) {
    options.signal?.throwIfAborted()
    if (!isSftError(error)) throw error
    return { missing: `${basename(path)} could not be converted: ${error.message}` }
  }
}

function isModelFolder(path: string): boolean {
  return existsSync(join(path, 'config.json'))
}

async function converted(folder: string, name: string, options: BaseModelOptions): Promise<string> {
  const { run, quantization, llamaCppPath, log, signal } = options
  const into = join(run, 'model', 'base')
  const gguf = join(into, `${name.replace(/[^\w.-]/g, '-')}-${quantization}.gguf`)
  const model = await readModelFolder(folder)
  if (model.tokenizer.template === undefined)
    throw sftError('SFT_MODEL_TEMPLATE', `${name} has no chat template.`)
  const newest = Math.max(...['config.json', ...model.weights.map((file) => basename(file))].map(time))
  if (existsSync(gguf) && statSync(gguf).mtimeMs > newest) return gguf
  log.info(`eval: converting ${name}, the model it was trained from`)
  makeFolders(into)
  const llamaCpp = findLlamaCpp(llamaCppPath)
  await using python = await startPython(signal)
  await writeGguf({
    folder,
    llamaCpp,
    python,
    gguf,
    quantization,
    name,
    signal,
    ...{ served: servedTemplate(model.tokenizer), endOfTurn: endOfTurnId(model) },
  })
  return gguf

  function time(file: string): number {
    return statSync(join(folder, file)).mtimeMs
  }
}

/** The quantisation of a GGUF that sftkit made, by its name. */
export function quantizationInName(model: string): Quantization {
  if (!existsSync(model)) return 'q8_0'
  const file = basename(ggufAt(model) ?? model, '.gguf')
  return quantizationOf(file.slice(file.lastIndexOf('-') + 1)) ?? 'q8_0'
}
