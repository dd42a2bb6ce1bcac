import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { definePlugin, isSftError, type JsonObject, runPipeline, type Trace } from '@sftkit/core'
import { formatOpenAi } from '@sftkit/plugin-formats'
import { loaders } from '@sftkit/plugin-loaders'
import { version } from '../version.ts'
import { evalResults } from './plugin.ts'
import { evalResultFiles } from './result-files.ts'
import type { EvalDataset, EvalDatasetOptions, EvalRow, LeftOut } from './types.ts'

/** The rows of logs, through a run of their own in a folder that is removed. */
export async function datasetOfFiles(
  files: readonly string[],
  options: EvalDatasetOptions<Trace>,
): Promise<EvalDataset> {
  const { includeSystem = true, includeToolCalls = true, write: _file, ...selection } = options
  const out = mkdtempSync(join(tmpdir(), 'sftkit-eval-results-'))
  try {
    const config = {
      plugins: [
        evalResultFiles(),
        ...loaders(),
        evalResults(selection),
        allInTrain,
        formatOpenAi({ includeSystem, textOnly: !includeToolCalls }),
      ],
      format: 'openai',
      // A ratio of 0 lets a split be empty.
      split: { ratios: { train: 1, validation: 0, test: 0 } },
    }
    await runPipeline(
      { config: { object: config }, installation: import.meta.url },
      { input: files, out, until: 'split', workers: 0 },
    ).catch((error: unknown) => {
      // All of it was left out, and the ledger says why.
      if (!isSftError(error) || error.code !== 'SFT_NO_EXAMPLES') throw error
    })
    return { rows: rowsOf(join(out, 'dataset/openai')), leftOut: leftOutOf(out) }
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

/** So that the rows stand in the order of the input. */
const allInTrain = definePlugin({
  name: 'all-in-train',
  version,
  setup: (api) => api.split({ ofGroup: () => 'train' }),
})

function rowsOf(folder: string): EvalRow[] {
  if (!existsSync(folder)) return []
  const shards = readdirSync(folder).filter((name) => name.startsWith('train'))
  return shards.sort().flatMap((name) => lines(join(folder, name)) as unknown as EvalRow[])
}

function leftOutOf(out: string): LeftOut[] {
  const dropped = lines(join(out, 'rejected.jsonl')).map(({ source, reason, detail }) => ({
    result: String(source),
    reason: String(reason),
    ...(detail !== undefined && { detail: String(detail) }),
  }))
  const unreadable = lines(join(out, 'unreadable.jsonl')).map(({ source, code, message }) => ({
    result: String(source),
    reason: String(code),
    detail: String(message),
  }))
  return [...dropped, ...unreadable]
}

function lines(file: string): JsonObject[] {
  if (!existsSync(file)) return []
  const text = readFileSync(file, 'utf8').split('\n')
  return text.filter((line) => line !== '').map((line) => JSON.parse(line) as JsonObject)
}
