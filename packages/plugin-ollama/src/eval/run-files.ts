import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { readManifest, sftError } from '@sftkit/core'
import { z } from 'zod'

/** What `sft eval` takes of a run directory. */
export interface RunFiles {
  /** The files of the split's rows. */
  readonly rows: readonly string[]
  readonly split: HeldOutSplit
  /** The model that training began with: a path, or a name on the Hub with its revision. */
  readonly base?: { readonly path: string; readonly revision?: string | undefined }
}

export type HeldOutSplit = (typeof SPLITS)[number]

/** Those of rows that nothing was trained on, the one that is taken first at the front. */
const SPLITS = ['validation', 'test'] as const

/** The formats that have answers, those with whole chats first. */
const FORMATS = ['messages', 'prompt-completion', 'preference', 'unpaired']

const trainedSchema = z.looseObject({
  model: z.looseObject({ path: z.string(), revision: z.string().optional() }),
  dataset: z.looseObject({ validation: z.array(z.looseObject({ path: z.string() })) }),
})

/**
 * @param split absent: validation where it has rows, else test
 * @throws SFT_EVAL_ROWS where the run has no row of it
 */
export function runFiles(run: string, split: HeldOutSplit | undefined): RunFiles {
  const told = readTold(join(run, 'model', 'run.json'))
  const base = told && { path: told.model.path, revision: told.model.revision }
  const filesOf = (one: HeldOutSplit): readonly string[] =>
    rowFiles(run, one) ?? (one === 'validation' ? (told?.validation ?? []) : [])
  const splits = split === undefined ? SPLITS : [split]
  for (const one of splits) {
    const rows = filesOf(one)
    if (rows.length > 0) return { rows, split: one, ...(base !== undefined && { base }) }
  }
  const other = SPLITS.find((one) => !splits.includes(one) && filesOf(one).length > 0)
  const where = splits.length === 1 ? `${split} split` : 'validation and test splits'
  throw sftError('SFT_EVAL_ROWS', `${run} has no rows in its ${where}.`, {
    source: run,
    ...(other !== undefined && { fix: `The ${other} split has rows: \`--split ${other}\`.` }),
  })
}

/** Of the run's dataset; undefined where there is none. @throws SFT_EVAL_ROWS where they are no JSON lines, or gone */
export function rowFiles(run: string, split: HeldOutSplit | 'train'): string[] | undefined {
  if (!existsSync(join(run, 'manifest.json'))) return undefined
  const { datasets } = readManifest(run)
  for (const format of FORMATS) {
    const files = datasets.find((dataset) => dataset.format === format)?.splits[split] ?? []
    const paths = files.filter(({ rows }) => rows !== 0).map(({ path }) => join(run, path))
    const other = paths.find((path) => !path.endsWith('.jsonl'))
    if (other !== undefined)
      throw sftError('SFT_EVAL_ROWS', `${other} is no JSON-lines file.`, {
        source: other,
        fix: "Run again with `output.as: 'jsonl'`.",
      })
    const gone = paths.find((path) => !existsSync(path))
    if (gone !== undefined)
      throw sftError('SFT_EVAL_ROWS', `${gone} is in the manifest, and not there.`, { source: gone })
    if (paths.length > 0) return paths
  }
  return undefined
}

/** What a training was told; a run that was made by code alone has no manifest. */
function readTold(file: string):
  | {
      readonly model: { readonly path: string; readonly revision?: string | undefined }
      readonly validation: readonly string[]
    }
  | undefined {
  if (!existsSync(file)) return undefined
  const told = trainedSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data
  if (told === undefined) return undefined
  const at = (path: string): string => (isAbsolute(path) ? path : resolve(file, '..', path))
  const validation = told.dataset.validation.map(({ path }) => at(path)).filter((path) => existsSync(path))
  return { model: told.model, validation }
}
