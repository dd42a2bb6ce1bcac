import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { isJsonObject, type JsonObject, makeFolders, sftError } from '@sftkit/core'
import type { TrainDataset, TrainFile } from '../run/dataset.ts'
import { fileLines } from '../run/file-lines.ts'
import { columnCollector } from './columns.ts'

/** A training row: `{messages, tools?}`, or what the method takes. Anything that JSON can say. */
export type TrainRow = object

/** Rows in memory, the path of a JSON-lines file, or several. */
export type RowSource = readonly TrainRow[] | string | readonly string[]

/** What is trained, and where it is wanted, what is evaluated on. */
export type TrainRows = RowSource | { readonly train: RowSource; readonly validation?: RowSource }

/**
 * The rows as files with their hashes and columns; those in memory are written below `folder` first.
 *
 * @throws SFT_TRAIN_DATA where there is no row, or a line is none
 */
export async function rowDataset(rows: TrainRows, format: string, folder: string): Promise<TrainDataset> {
  const { train, validation = [] } =
    typeof rows === 'object' && 'train' in rows ? rows : { train: rows as RowSource }
  const columns = columnCollector()
  const read = async (source: RowSource, split: string): Promise<TrainFile[]> => {
    const files: TrainFile[] = []
    for (const path of pathsOf(source, split, folder)) files.push(await readFile(path, columns.add))
    return files.filter((file) => file.rows !== 0)
  }
  const dataset = { train: await read(train, 'train'), validation: await read(validation, 'validation') }
  if (dataset.train.length === 0) throw sftError('SFT_TRAIN_DATA', 'There is no row to train on.')
  return { format, ...dataset, columns: columns.columns() }
}

function pathsOf(source: RowSource, split: string, folder: string): string[] {
  if (typeof source === 'string') return [resolve(source)]
  if (source.length === 0) return []
  if (source.every((one) => typeof one === 'string')) return source.map((path) => resolve(path))
  const path = join(folder, 'rows', `${split}.jsonl`)
  makeFolders(dirname(path))
  writeFileSync(path, source.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return [path]
}

async function readFile(path: string, add: (row: JsonObject) => void): Promise<TrainFile> {
  if (!existsSync(path))
    throw sftError('SFT_TRAIN_DATA', `There is no file ${path} with rows to train on.`, { source: path })
  const digest = createHash('sha256')
  let rows = 0
  let line = 0
  for await (const text of fileLines(path, (bytes) => digest.update(bytes))) {
    line++
    if (text.trim() === '') continue
    add(parsed(text, path, line))
    rows++
  }
  return { path, sha256: digest.digest('hex'), rows }
}

function parsed(text: string, path: string, line: number): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    if (isJsonObject(value)) return value
  } catch {}
  throw sftError('SFT_TRAIN_DATA', `Line ${line} of ${path} is no row: a JSON object is.`, {
    source: path,
    line,
  })
}
