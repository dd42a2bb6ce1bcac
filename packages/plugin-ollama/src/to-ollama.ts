import { dirname, resolve } from 'node:path'
import { type Logger, parseOptions, type StageProgress, sftError, silentLogger } from '@sftkit/core'
import type { MadeModel } from './make/request.ts'
import { type MakeModelOptions, toOllamaSchema } from './options.ts'

/** Which model, and what is to be made of it. */
export interface ToOllamaOptions extends MakeModelOptions {
  /** A folder of Hugging Face files: a model, or an adapter whose base is on this machine. */
  readonly modelPath: string
  /** Where the GGUF, the Modelfile and verify.json are written. Default: beside the folder. */
  readonly out?: string
  /** JSON-lines files of chats, `{messages, tools?}` a line, to verify with: best some that the model was not trained on. */
  readonly chats?: readonly string[]
  /** Makes and verifies it also where that was done before with the same model and options. */
  readonly fresh?: boolean
  readonly signal?: AbortSignal
  readonly log?: Logger
  onProgress?(progress: StageProgress): void
}

/**
 * Converts a model that was trained anywhere, verifies it, and registers it in Ollama where one is reached.
 *
 * ```ts
 * await toOllama('my-agent', { modelPath: 'sft-out/model/final' })
 * ```
 *
 * @throws SFT_CHECKPOINT_…, SFT_CONVERT_…, SFT_OLLAMA_…, SFT_VERIFY_…, SFT_INTERRUPTED
 */
export async function toOllama(name: string, input: ToOllamaOptions): Promise<MadeModel> {
  const { modelPath, out, chats = [], signal, log = silentLogger, onProgress, ...rest } = input
  const options = parseOptions('toOllama', toOllamaSchema, rest)
  const { makeModel } = await import('./make/make-model.ts')
  const { chatsOf } = await import('./make/rows.ts')
  const controller = new AbortController()
  try {
    return await makeModel({
      ...options,
      name,
      modelPath: resolve(modelPath),
      out: resolve(out ?? dirname(resolve(modelPath))),
      rows: await chatsOf(chats),
      log,
      signal: signal ?? controller.signal,
      report: (progress) => onProgress?.(progress),
    })
  } catch (error) {
    if (signal?.aborted) throw sftError('SFT_INTERRUPTED', 'The conversion was interrupted.')
    throw error
  }
}
