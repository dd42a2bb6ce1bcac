import { rmSync } from 'node:fs'
import type { DatasetReference, FileReference, Row } from '../plugin/types.ts'
import type { Columns } from './columns.ts'
import { readJsonLines } from './json-lines.ts'
import { fileReference } from './outputs.ts'

/**
 * The dataset's files in the wanted kind. They are put together as JSON lines; Parquet is made from those.
 *
 * @param folder the dataset's folder, whose name in the references is `dataset`
 * @param columnsOf the columns that a format declares
 */
export async function writeDatasetAs(
  as: 'jsonl' | 'parquet',
  folder: string,
  datasets: readonly DatasetReference[],
  columnsOf: (format: string) => Columns | undefined,
): Promise<DatasetReference[]> {
  if (as === 'jsonl') return [...datasets]
  const { writeParquet } = await import('./parquet.ts')
  const converted: DatasetReference[] = []
  for (const { format, splits } of datasets) {
    const files: Record<string, FileReference[]> = {}
    for (const [split, parts] of Object.entries(splits)) {
      files[split] = []
      for (const part of parts) {
        const lines = `${folder}/${part.path.replace(/^dataset\//, '')}`
        const target = lines.replace(/\.jsonl$/, '.parquet')
        const columns = columnsOf(format)
        await writeParquet(
          target,
          readJsonLines(lines) as Iterable<Row>,
          columns === undefined ? {} : { columns },
        )
        rmSync(lines)
        const path = target.slice(folder.length + 1)
        files[split].push({ ...fileReference(folder, path), path: `dataset/${path}`, rows: part.rows ?? 0 })
      }
    }
    converted.push({ format, splits: files })
  }
  return converted
}
