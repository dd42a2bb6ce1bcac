import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type ColumnType, type DatasetReference, type FileReference, sftError } from '@sftkit/core'

/** The rows that are trained and evaluated on. */
export interface TrainDataset {
  readonly format: string
  /** Absolute paths. */
  readonly train: readonly TrainFile[]
  readonly validation: readonly TrainFile[]
  /** The columns' types, where they are known. */
  readonly columns?: Readonly<Record<string, ColumnType>>
}

export interface TrainFile {
  readonly path: string
  readonly sha256: string
  readonly rows?: number
}

/** The files of a run's dataset that a method trains on. @throws SFT_TRAIN_DATA where the run made none */
export function datasetOf(
  format: string,
  { out, datasets }: { readonly out: string; readonly datasets: readonly DatasetReference[] },
): TrainDataset {
  const dataset = datasets.find((one) => one.format === format)
  const files = (split: string): TrainFile[] =>
    (dataset?.splits[split] ?? []).filter(hasRows).map(({ path, sha256, rows }) => ({
      path: resolve(out, path),
      sha256,
      ...(rows !== undefined && { rows }),
    }))
  const train = files('train')
  if (train.length === 0)
    throw sftError('SFT_TRAIN_DATA', `The dataset has no row of format ${format} in its training split.`, {
      fix: `The trainer takes rows of ${format}; \`sft run --until split\` shows what was made and what was dropped.${ROWS_FROM[format] ?? ''}`,
    })
  const columns = cardColumns(join(out, 'dataset/README.md'), format)
  return { format, train, validation: files('validation'), ...(columns !== undefined && { columns }) }
}

const ATTEMPTS =
  ' runPairs() makes them of attempts at one task of which some succeeded and others failed, swePairs() of patches with their test logs'

/** Where rows come from that no trace is by itself. */
const ROWS_FROM: Readonly<Record<string, string>> = {
  preference: `${ATTEMPTS}; files of \`chosen\` and \`rejected\` are read as such attempts.`,
  unpaired: `${ATTEMPTS}; files of answers with a \`label\` are read as such attempts.`,
}

function hasRows({ rows }: FileReference): boolean {
  return rows === undefined || rows > 0
}

const TYPES: Readonly<Record<string, ColumnType>> = {
  'dtype: string': 'string',
  'dtype: bool': 'boolean',
  'dtype: json': 'json',
  'list: json': 'json-list',
  'list: string': 'string-list',
}

/** The columns that the dataset's card declares for a format. */
function cardColumns(card: string, format: string): Record<string, ColumnType> | undefined {
  if (!existsSync(card)) return undefined
  const [, header = ''] = readFileSync(card, 'utf8').split(/^---$/m)
  const info = header.slice(header.indexOf('\ndataset_info:'))
  const own = info.split('\n  - config_name: ').find((part) => part.startsWith(`${format}\n`))
  if (own === undefined || !own.includes('features:')) return undefined
  const columns = [...own.matchAll(/\{name: ([^,}]+), ([^}]+)\}/g)].flatMap(([, name = '', type = '']) => {
    const known = TYPES[type.trim()]
    return known === undefined ? [] : [[name.trim(), known] as const]
  })
  return columns.length === 0 ? undefined : Object.fromEntries(columns)
}
