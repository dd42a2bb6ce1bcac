import type { Trace } from '@sftkit/core'
import { historyToMessages, historyToTextOnly } from '@sftkit/plugin-loaders'
import { datasetOfFiles } from './files.ts'
import type { EvalDataset, EvalDatasetOptions, EvalResult, EvalResults, EvalRow, LeftOut } from './types.ts'
import { leftOut } from './verdict.ts'
import { writeRows } from './write-rows.ts'

/**
 * Training rows from the results of an evaluation, for distillation: what a teacher got right, with its tool calls.
 * Histories become messages as the reference's exporter makes them; files are read by the loaders.
 *
 * ```ts
 * const { rows, leftOut } = await evalResultsToDataset(results, { write: 'train.jsonl' })
 * const { rows } = await evalResultsToDataset('logs/*.eval', { includeToolCalls: false })
 * ```
 *
 * @param results results in memory, or files, folders and globs of logs: Inspect's, and any other format that is read
 * @throws SFT_PLUGIN_OPTIONS, SFT_INPUT_EMPTY, SFT_TOO_MANY_UNREADABLE; of files what a run throws
 */
export function evalResultsToDataset<R extends EvalResult>(
  results: EvalResults<R>,
  options?: EvalDatasetOptions<R>,
): Promise<EvalDataset>
export function evalResultsToDataset(
  files: string | readonly string[],
  options?: EvalDatasetOptions<Trace>,
): Promise<EvalDataset>
export async function evalResultsToDataset(
  given: EvalResults | string | readonly string[],
  options: EvalDatasetOptions<never> = {},
): Promise<EvalDataset> {
  const files = filesOf(given)
  const dataset =
    files === undefined
      ? await datasetOfResults(given as EvalResults, options)
      : await datasetOfFiles(files, options as EvalDatasetOptions<Trace>)
  if (options.write !== undefined) writeRows(options.write, dataset.rows)
  return dataset
}

function filesOf(given: EvalResults | string | readonly string[]): readonly string[] | undefined {
  if (typeof given === 'string') return [given]
  const isList = Array.isArray(given) && given.length > 0
  return isList && given.every((one) => typeof one === 'string') ? given : undefined
}

async function datasetOfResults(
  given: EvalResults,
  options: EvalDatasetOptions<never>,
): Promise<EvalDataset> {
  const { passedOnly = true, filter, includeSystem = true, includeToolCalls = true } = options
  const rows: EvalRow[] = []
  const left: LeftOut[] = []
  let number = 0
  for await (const result of 'results' in given ? given.results : given) {
    const drop = leftOut(result as never, Boolean(result.passed), { passedOnly, filter })
    const history = result.history ?? []
    if (drop !== undefined) left.push({ result: number, ...drop })
    else {
      const toMessages = includeToolCalls ? historyToMessages : historyToTextOnly
      const messages = toMessages(history, { includeSystem })
      if (messages.length > 0) rows.push({ messages })
      else left.push({ result: number, reason: 'empty' })
    }
    number++
  }
  return { rows, leftOut: left }
}
