import { closeSync, openSync, readSync } from 'node:fs'
import type { SplitWriter } from '../run-directory/split-writer.ts'

/** A row in a shard, on its way into the dataset. */
export interface ShardRow {
  readonly offset: number
  readonly bytes: number
  /** The id it was written with, and the one that it has now: a record that stands twice in the input. */
  readonly renamed?: readonly [from: string, to: string]
}

/** Copies rows of a shard in their order; rows that stand together go in one piece. */
export function copyShardRows(writer: SplitWriter, file: string, rows: readonly ShardRow[]): void {
  let start = 0
  const copyRun = (end: number): void => {
    const run = rows.slice(start, end)
    const first = run[0]
    if (first !== undefined)
      writer.copyRows(
        file,
        first.offset,
        run.map((row) => row.bytes),
      )
    start = end
  }
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1]
    if (row.renamed !== undefined) {
      copyRun(index)
      writer.appendRow(renameRow(readRow(file, row), row.renamed))
      start = index + 1
    } else if (index > start && before !== undefined && before.offset + before.bytes !== row.offset) {
      copyRun(index)
    }
  }
  copyRun(rows.length)
}

/** One row's text, without its newline. */
export function readRow(file: string, { offset, bytes }: Pick<ShardRow, 'offset' | 'bytes'>): string {
  const buffer = Buffer.allocUnsafe(bytes)
  const descriptor = openSync(file, 'r')
  try {
    for (let at = 0; at < bytes; ) {
      const read = readSync(descriptor, buffer, at, bytes - at, offset + at)
      if (read === 0) throw new Error('A shard is shorter than its sidecar says.')
      at += read
    }
  } finally {
    closeSync(descriptor)
  }
  return buffer.toString('utf8', 0, bytes - 1)
}

/** Every format ends its rows with `metadata`, which begins with the id. */
export function renameRow(text: string, [from, to]: readonly [string, string]): string {
  const before = `"metadata":{"id":${JSON.stringify(from)}`
  const at = text.lastIndexOf(before)
  if (at === -1) return text
  return `${text.slice(0, at)}"metadata":{"id":${JSON.stringify(to)}${text.slice(at + before.length)}`
}
