import type { ColumnType } from '@sftkit/core'

/** The types of rows' columns, as wide as all of them need. A column that is null in all of them is left to the reader. */
export function columnCollector(): {
  add(row: Readonly<Record<string, unknown>>): void
  columns(): Record<string, ColumnType>
} {
  const types = new Map<string, ColumnType | undefined>()
  return {
    add(row) {
      for (const [name, value] of Object.entries(row)) types.set(name, wider(types.get(name), value))
    },
    columns: () => Object.fromEntries([...types].map(([name, type]) => [name, type ?? 'json'])),
  }
}

function wider(known: ColumnType | undefined, value: unknown): ColumnType | undefined {
  if (value === null || value === undefined) return known
  const type = typeOf(value)
  if (known === undefined || known === type) return type
  return isList(known) && isList(type) ? 'json-list' : 'json'
}

function typeOf(value: unknown): ColumnType {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'boolean'
  if (!Array.isArray(value)) return 'json'
  if (value.length > 0 && value.every((item) => typeof item === 'string')) return 'string-list'
  return 'json-list'
}

function isList(type: ColumnType): boolean {
  return type === 'string-list' || type === 'json-list'
}
