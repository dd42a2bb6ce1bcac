import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '@sftkit/core'
import { itemColumns } from './mapping.ts'

type Columns = Readonly<Record<string, unknown>>

/**
 * The items of a row: the JSON in its column `item` (one, or a list of them), else an item made of its columns.
 *
 * @returns undefined where the JSON cannot be read
 */
export function itemsOfRow(columns: Columns): readonly JsonValue[] | undefined {
  const { item } = columns
  if (typeof item !== 'string') return [itemOfColumns(columns)]
  const value = tryParse(item)
  if (Array.isArray(value)) return value as readonly JsonValue[]
  return isJsonObject(value) ? [value] : undefined
}

/** A column `history`: a JSON list of items. */
export function itemsOfHistory(text: string): readonly JsonValue[] | undefined {
  const value = tryParse(text)
  return Array.isArray(value) ? (value as readonly JsonValue[]) : undefined
}

function itemOfColumns(columns: Columns): JsonObject {
  const item: Record<string, JsonValue> = {}
  for (const name of Object.values(itemColumns)) {
    const value = columns[name]
    if (typeof value === 'string') item[name] = name === 'tool_calls' ? (tryParse(value) ?? value) : value
  }
  return item
}

function tryParse(text: string): JsonValue | undefined {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}
