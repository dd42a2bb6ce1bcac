import { isJsonObject, type JsonObject } from '@sftkit/core'

/** Whether a record is a line of traces.jsonl, as sftkit writes it. */
export function isCanonicalLine(record: JsonObject): boolean {
  return (
    typeof record.id === 'string' &&
    typeof record.session_id === 'string' &&
    typeof record.source === 'string' &&
    isJsonObject(record.origin) &&
    isJsonObject(record.group)
  )
}
