import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sftError } from '@sftkit/core'
import { ollamaUrl } from '../ollama/host.ts'
import { isModelName } from '../ollama/model-name.ts'
import type { Engine } from './engine.ts'

export interface OpenModelOptions {
  /** Where Ollama is. Default: OLLAMA_HOST, else this machine. */
  readonly host?: string | undefined
  /** For Ollama, which has to be told: the tokens of the longest chat with its answer. */
  readonly contextSize?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens a model: a GGUF file, or that of a run directory, in the embedded llama.cpp; any other name in Ollama.
 *
 * @throws SFT_MODEL_UNKNOWN, SFT_MODEL_GGUF, SFT_MODEL_TEMPLATE, SFT_LIBRARY_…, SFT_OLLAMA_UNREACHABLE
 */
export async function openModel(model: string, options: OpenModelOptions = {}): Promise<Engine> {
  const file = ggufAt(model)
  if (file !== undefined) {
    const { openEmbedded } = await import('./embedded-engine.ts')
    return openEmbedded(file, options.signal)
  }
  if (!isModelName(model)) throw sftError('SFT_MODEL_UNKNOWN', `There is no file and no folder ${model}.`)
  const { openInOllama } = await import('./ollama-engine.ts')
  return openInOllama(ollamaUrl(options.host), model, options)
}

/**
 * The GGUF that a path means: the file itself, or the newest of a run's model or of any folder; undefined where the path
 * is none.
 *
 * @throws SFT_MODEL_UNKNOWN where a folder has none, or a path with the ending of a GGUF does not exist
 */
export function ggufAt(path: string): string | undefined {
  if (!existsSync(path)) {
    if (/\.gguf$/i.test(path)) throw sftError('SFT_MODEL_UNKNOWN', `There is no file ${path}.`)
    return undefined
  }
  if (!statSync(path).isDirectory()) return path
  const found = [join(path, 'model'), path].map(ggufsIn).find((files) => files.length > 0)
  if (found?.[0] !== undefined) return found[0]
  throw sftError('SFT_MODEL_UNKNOWN', `${path} has no GGUF, and its model has none either.`, {
    fix: `\`sft convert ${path}\` makes one of the model in it.`,
  })
}

/** The newest first. */
function ggufsIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.gguf'))
    .map((name) => join(folder, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs || (a < b ? -1 : 1))
}
