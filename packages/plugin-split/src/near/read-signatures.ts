import type { RunIndex } from '@sftkit/core'
import { MEASURE, parseMeasured } from './measure.ts'
import type { SignedItem } from './signed-item.ts'

/** An example's signature, with the kind within which it is compared. */
export interface SignedExample extends SignedItem {
  readonly kind: string
}

/** The signatures of all kept examples, in the order of the input. */
export function* readSignatures(index: RunIndex, id: 'example_id' | 'group_key'): Generator<SignedExample> {
  const rows = index.query(
    `SELECT examples.${id} AS id, measures.value AS value FROM examples
     JOIN measures ON measures.example_id = examples.example_id AND measures.name = ?
     WHERE examples.dropped IS NULL ORDER BY examples.ordinal, examples.example_id`,
    MEASURE,
  )
  for (const row of rows) yield { id: String(row.id), ...parseMeasured(String(row.value)) }
}
