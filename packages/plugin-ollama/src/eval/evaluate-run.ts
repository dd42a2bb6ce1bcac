import { resolve } from 'node:path'
import { type Logger, type StageProgress, sftError } from '@sftkit/core'
import type { ModelCall } from '../engine/engine.ts'
import type { EvalFigures } from './figures.ts'
import type { TurnOutcome } from './outcome.ts'
import type { HeldOutSplit } from './run-files.ts'
import type { HeldOutTurn } from './turns.ts'

export interface EvaluateOptions {
  /** A GGUF, or a name in Ollama. Default: the GGUF of the run. */
  readonly model?: string
  /** Default: validation, or test where that is empty. */
  readonly split?: HeldOutSplit
  /** Only the first so many rows. */
  readonly limit?: number
  /**
   * What to compare with: a GGUF, a folder of Hugging Face files, or a name in Ollama; false: nothing. Default: the model
   * that the run was trained from, where it is on this machine.
   */
  readonly against?: string | false
  /** Where Ollama is. Default: OLLAMA_HOST, else this machine. */
  readonly host?: string
  /** The most tokens of an answer. Default: as many as the dataset's own answer has bytes, and 64. */
  readonly maxTokens?: number
  /** Default 0. */
  readonly seed?: number
  /** A folder of llama.cpp, to convert the base with. */
  readonly llamaCppPath?: string
  readonly signal?: AbortSignal
  readonly log?: Logger
  onProgress?(role: EvalRole, progress: StageProgress): void
}

export type EvalRole = 'base' | 'trained'

/** What `model/eval.json` holds. */
export interface Evaluation {
  readonly schema: 1
  readonly split: HeldOutSplit
  readonly rows: number
  readonly turns: number
  readonly seed: number
  readonly models: readonly EvaluatedModel[]
  /** Why there is no base. */
  readonly missing?: string
  readonly outcomes: readonly EvaluatedTurn[]
}

export interface EvaluatedModel {
  readonly role: EvalRole
  /** What answered: `llama.cpp, agent-q8_0.gguf`. */
  readonly engine: string
  readonly figures: EvalFigures
}

export interface EvaluatedTurn extends Pick<HeldOutTurn, 'row' | 'file' | 'line' | 'turn'> {
  readonly expected: { readonly text: string; readonly calls: readonly ModelCall[] }
  readonly base?: TurnOutcome
  readonly trained: TurnOutcome
}

/**
 * Has the model of a run answer the rows that it was not trained on, and the model before training the same, and writes
 * down how their answers compare with the dataset's: `model/eval.json`.
 *
 * ```ts
 * const { models } = await evaluateRun('sft-out', { limit: 50 })
 * ```
 *
 * @throws SFT_EVAL_ROWS, SFT_MODEL_…, SFT_LIBRARY_…, SFT_OLLAMA_UNREACHABLE, SFT_INTERRUPTED
 */
export async function evaluateRun(
  run: string,
  options: EvaluateOptions = {},
): Promise<Evaluation & { readonly file: string }> {
  try {
    const { evaluate } = await import('./evaluate.ts')
    return await evaluate(resolve(run), options)
  } catch (error) {
    if (options.signal?.aborted) throw interrupted()
    throw error
  }
}

function interrupted(): Error {
  return sftError('SFT_INTERRUPTED', 'The evaluation was interrupted, and nothing of it was kept.', {
    fix: 'The same command begins it again; `--limit` makes it shorter.',
  })
}
