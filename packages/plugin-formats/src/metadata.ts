import { type Example, type JsonObject, rowMetadata } from '@sftkit/core'
import type { LossTally } from './losses.ts'
import { writableJson } from './writable.ts'

/** The `metadata` that every row ends with. */
export function writableMetadata(example: Example, losses: LossTally): JsonObject {
  return writableJson(rowMetadata(example), 'metadata', losses)
}
