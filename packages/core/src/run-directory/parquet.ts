import { fileWriter, ParquetWriter } from 'hyparquet-writer'
import { sftError } from '../errors/error.ts'
import type { Row } from '../plugin/types.ts'
import { type Columns, columnsOf, datasetFeatures } from './columns.ts'
import { parquetCell, parquetSchema } from './parquet-schema.ts'

export interface ParquetOptions {
  /** The columns, in order; absent: guessed from the first row group, which may differ from shard to shard. */
  readonly columns?: Columns
  /** Text of a row group before compression, in characters: about the most that is held in memory. */
  readonly rowGroupChars?: number
}

const ROW_GROUP_CHARS = 32 << 20

/**
 * Writes rows as a parquet file, one row group after the other; the same rows give the same bytes.
 *
 * Nested values are JSON texts, declared as the `Json` type of Python's `datasets`: real parquet structs would
 * give every object the keys of all the others, as nulls. The file is written in place: give a temporary path
 * and rename it.
 *
 * @returns the number of rows
 * @throws SFT_PLUGIN_RESULT where a row has a column, or a type in a column, that is not declared
 */
export async function writeParquet(
  path: string,
  rows: Iterable<Row> | AsyncIterable<Row>,
  { columns, rowGroupChars = ROW_GROUP_CHARS }: ParquetOptions = {},
): Promise<number> {
  let file = columns && openParquet(path, columns, rowGroupChars)
  let early: Row[] = []
  let earlyChars = 0
  const openByGuess = (): ParquetFile => {
    const opened = openParquet(path, columnsOf(early), rowGroupChars)
    for (const row of early) opened.add(row)
    early = []
    return opened
  }
  let count = 0
  for await (const row of rows) {
    count++
    if (file !== undefined) {
      file.add(row)
      continue
    }
    early.push(row)
    earlyChars += JSON.stringify(row).length
    if (earlyChars >= rowGroupChars) file = openByGuess()
  }
  file ??= openByGuess()
  file.finish()
  return count
}

interface ParquetFile {
  add(row: Row): void
  finish(): void
}

function openParquet(path: string, columns: Columns, rowGroupChars: number): ParquetFile {
  const names = Object.keys(columns)
  const info = JSON.stringify({ info: { features: datasetFeatures(columns) } })
  const parquet = new ParquetWriter({
    writer: fileWriter(path),
    schema: parquetSchema(columns),
    kvMetadata: [{ key: 'huggingface', value: info }],
    createdBy: 'sftkit',
  })
  let data = names.map((name) => ({ name, data: [] as unknown[], statistics: columns[name] === 'string' }))
  let chars = 0
  const flush = (): void => {
    const size = data[0]?.data.length ?? 0
    if (size > 0) parquet.write({ columnData: data, rowGroupSize: size })
    data = data.map((column) => ({ ...column, data: [] }))
    chars = 0
  }
  return {
    add(row) {
      requireKnownKeys(row, columns)
      for (const column of data) {
        const cell = parquetCell(row[column.name], columns[column.name] ?? 'json', column.name)
        column.data.push(cell.value)
        chars += cell.chars
      }
      if (chars >= rowGroupChars) flush()
    },
    finish() {
      flush()
      parquet.finish()
    },
  }
}

function requireKnownKeys(row: Row, columns: Columns): void {
  for (const key in row) {
    if (Object.hasOwn(columns, key)) continue
    throw sftError(
      'SFT_PLUGIN_RESULT',
      `A row has the key ${key}, which is no column of its parquet file (${Object.keys(columns).join(', ')}).`,
      { fix: 'List every key in the `columns` of the format.' },
    )
  }
}
