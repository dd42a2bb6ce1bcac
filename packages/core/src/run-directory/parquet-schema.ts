import type { SchemaElement } from 'hyparquet-writer'
import { sftError } from '../errors/error.ts'
import type { ColumnType } from '../plugin/types.ts'
import type { Columns } from './columns.ts'

/** The parquet schema of columns; every one may be null. */
export function parquetSchema(columns: Columns): SchemaElement[] {
  const fields = Object.entries(columns).flatMap(([name, type]) => field(name, type))
  return [{ name: 'root', num_children: Object.keys(columns).length }, ...fields]
}

const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const
/** Without a converted type: the writer would encode the text, which is JSON already, once more. */
const JSON_TEXT = { type: 'BYTE_ARRAY', logical_type: { type: 'JSON' } } as const

function field(name: string, type: ColumnType): SchemaElement[] {
  const repetition_type = 'OPTIONAL'
  if (type === 'boolean') return [{ name, type: 'BOOLEAN', repetition_type }]
  if (type === 'string') return [{ name, repetition_type, ...TEXT }]
  if (type === 'json') return [{ name, repetition_type, ...JSON_TEXT }]
  const list = { converted_type: 'LIST', logical_type: { type: 'LIST' } } as const
  return [
    { name, repetition_type, num_children: 1, ...list },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type, ...(type === 'json-list' ? JSON_TEXT : TEXT) },
  ]
}

export interface ParquetCell {
  readonly value: string | boolean | readonly string[] | null
  /** Characters of text. */
  readonly chars: number
}

const ABSENT: ParquetCell = { value: null, chars: 0 }

/**
 * A row's value as it stands in the file: nested values as JSON text.
 *
 * @throws SFT_PLUGIN_RESULT where the value is not of the column's type
 */
export function parquetCell(value: unknown, type: ColumnType, column: string): ParquetCell {
  if (value === null || value === undefined) return ABSENT
  if (type === 'json') return textCell(JSON.stringify(value))
  if (type === 'string' && typeof value === 'string') return textCell(value)
  if (type === 'boolean' && typeof value === 'boolean') return { value, chars: 1 }
  if (type === 'json-list' && Array.isArray(value)) return listCell(value.map((item) => JSON.stringify(item)))
  if (type === 'string-list' && Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return listCell(value)
  }
  throw sftError(
    'SFT_PLUGIN_RESULT',
    `Column ${column} is declared ${type}, and a row has ${Array.isArray(value) ? 'another list' : `a ${typeof value}`} there.`,
    { fix: 'Correct the `columns` of the format, or its rows.' },
  )
}

function textCell(text: string): ParquetCell {
  return { value: text, chars: text.length }
}

function listCell(texts: readonly string[]): ParquetCell {
  let chars = 0
  for (const text of texts) chars += text.length
  return { value: texts, chars }
}
