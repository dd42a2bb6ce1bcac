import { isJsonObject } from '../data/json.ts'
import type { ColumnType, Row } from '../plugin/types.ts'

/** The columns of a dataset, in order. */
export type Columns = Readonly<Record<string, ColumnType>>

/** The columns that rows have, by what stands in them. A column that is null in all of them is `string`. */
export function columnsOf(rows: readonly Row[]): Columns {
  const types = new Map<string, ColumnType | undefined>()
  for (const row of rows) {
    for (const key of Object.keys(row)) types.set(key, widened(types.get(key), row[key]))
  }
  return Object.fromEntries([...types].map(([key, type]) => [key, type ?? 'string']))
}

function widened(known: ColumnType | undefined, value: unknown): ColumnType | undefined {
  if (
    value === null ||
    value === undefined ||
    (Array.isArray(value) && value.length === 0 && isList(known))
  ) {
    return known
  }
  const type = typeOf(value)
  if (known === undefined || known === type) return type
  // A list that was empty so far was taken for texts.
  return isList(known) && isList(type) ? 'json-list' : 'json'
}

function isList(type: ColumnType | undefined): boolean {
  return type === 'string-list' || type === 'json-list'
}

function typeOf(value: unknown): ColumnType {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'boolean'
  if (!Array.isArray(value)) return 'json'
  if (value.every((item) => typeof item === 'string')) return 'string-list'
  return value.every(isJsonObject) ? 'json-list' : 'json'
}

const FEATURE = {
  string: { dtype: 'string', _type: 'Value' },
  boolean: { dtype: 'bool', _type: 'Value' },
  'string-list': { feature: { dtype: 'string', _type: 'Value' }, _type: 'List' },
  json: { _type: 'Json' },
  'json-list': { feature: { _type: 'Json' }, _type: 'List' },
} as const satisfies Record<ColumnType, unknown>

/** The `features` of Python's `datasets` (4.7 or newer, for its `Json` type), as its parquet files declare them. */
export function datasetFeatures(columns: Columns): Record<string, unknown> {
  return Object.fromEntries(Object.entries(columns).map(([name, type]) => [name, FEATURE[type]]))
}
