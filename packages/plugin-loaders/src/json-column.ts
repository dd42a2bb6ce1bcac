import { type JsonObject, type JsonValue, type LoadContext, type LossRecorder, parseJson } from '@sftkit/core'
import { describeType } from './values.ts'

/**
 * The column that makes a record a trace: a list, or a list written as JSON text; empty where it is null. A record
 * whose column is anything else goes to unreadable.jsonl.
 *
 * @param parse how text is read; default without changing any number
 */
export function readListColumn(
  row: JsonObject,
  key: string,
  context: LoadContext,
  losses: LossRecorder,
  parse: (text: string) => unknown = parseJson,
): readonly JsonValue[] {
  const value = row[key]
  if (value == null || value === '') return []
  if (Array.isArray(value)) return value as readonly JsonValue[]
  if (typeof value !== 'string')
    return context.unreadable(`The column ${key} is ${describeType(value)}, not a list.`)
  const parsed = parseText(value, key, context, parse)
  if (parsed === null) return []
  if (!Array.isArray(parsed))
    return context.unreadable(`The column ${key} is the text of ${describeType(parsed)}, not of a list.`)
  losses.loss(key, 'changed', 'JSON text read as a list')
  return parsed as readonly JsonValue[]
}

function parseText(
  text: string,
  key: string,
  context: LoadContext,
  parse: (text: string) => unknown,
): unknown {
  try {
    return parse(text)
  } catch {
    return context.unreadable(`The column ${key} is text, but no JSON.`)
  }
}
