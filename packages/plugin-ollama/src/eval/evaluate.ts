import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolders, sftError, silentLogger } from '@sftkit/core'
import { openModel } from '../engine/open-model.ts'
import { answerTurns, contextFor } from './answer-turns.ts'
import { baseModel, quantizationInName } from './base-model.ts'
import type { EvalRole, EvaluatedModel, EvaluatedTurn, EvaluateOptions, Evaluation } from './evaluate-run.ts'
import { figuresOf } from './figures.ts'
import { callsOf, type TurnOutcome } from './outcome.ts'
import { runFiles } from './run-files.ts'
import { type HeldOutTurn, heldOutTurns } from './turns.ts'

/** As `evaluateRun`, with an absolute path. @throws what an aborted signal throws */
export async function evaluate(
  run: string,
  options: EvaluateOptions,
): Promise<Evaluation & { readonly file: string }> {
  const { model = run, split: wanted, limit, against, maxTokens, seed = 0, signal } = options
  const { log = silentLogger } = options
  const { rows: files, split, base: from } = runFiles(run, wanted)
  const { rows, turns } = await heldOutTurns(files, limit)
  if (turns.length === 0)
    throw sftError('SFT_EVAL_ROWS', `No row of the ${split} split has an answer that is learned.`, {
      source: run,
    })
  const answered = async (role: EvalRole, name: string): Promise<EvaluatedBy> => {
    const contextSize = contextFor(turns, maxTokens)
    await using engine = await openModel(name, { host: options.host, contextSize, signal })
    const outcomes = await answerTurns(engine, turns, {
      seed,
      maxTokens,
      signal,
      onProgress: (progress) => options.onProgress?.(role, progress),
    })
    return { role, engine: engine.title, figures: figuresOf(outcomes), outcomes }
  }
  const trained = await answered('trained', model)
  const quantization = quantizationInName(model)
  const { llamaCppPath } = options
  const found =
    against === false
      ? undefined
      : await baseModel(from, { run, against, quantization, llamaCppPath, log, signal })
  const base = found && 'model' in found ? await answered('base', found.model) : undefined
  const evaluation: Evaluation = {
    schema: 1,
    split,
    rows,
    turns: turns.length,
    seed,
    models: [base, trained].flatMap((one) =>
      one === undefined ? [] : [{ role: one.role, engine: one.engine, figures: one.figures }],
    ),
    ...(found && 'missing' in found && { missing: found.missing }),
    outcomes: turns.map((turn, at) =>
      evaluatedTurn(turn, trained.outcomes[at] as TurnOutcome, base?.outcomes[at]),
    ),
  }
  const file = join(run, 'model', 'eval.json')
  writeEvaluation(file, evaluation)
  return { ...evaluation, file }
}

interface EvaluatedBy extends EvaluatedModel {
  readonly outcomes: readonly TurnOutcome[]
}

function evaluatedTurn(
  { row, file, line, turn, reference }: HeldOutTurn,
  trained: TurnOutcome,
  base: TurnOutcome | undefined,
): EvaluatedTurn {
  return {
    row,
    file,
    line,
    turn,
    expected: { text: reference.content ?? '', calls: callsOf(reference) },
    ...(base !== undefined && { base }),
    trained,
  }
}

/** The file is there whole or as it was. */
function writeEvaluation(file: string, evaluation: Evaluation): void {
  makeFolders(join(file, '..'))
  writeFileSync(`${file}.new`, `${JSON.stringify(evaluation, undefined, 2)}\n`)
  renameSync(`${file}.new`, file)
}
