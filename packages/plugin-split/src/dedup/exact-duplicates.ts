import type { RunIndex } from '@sftkit/core'

/** Kept examples whose fingerprint an earlier one has, in the order of the input, each with that earlier one. */
export function exactDuplicates(index: RunIndex): { readonly id: string; readonly of: string }[] {
  const rows = index.query(
    `SELECT example_id, kept FROM (
       SELECT example_id, ordinal,
         first_value(example_id) OVER (PARTITION BY fingerprint ORDER BY ordinal, example_id) AS kept
       FROM examples WHERE dropped IS NULL AND fingerprint IS NOT NULL
     ) WHERE example_id <> kept ORDER BY ordinal, example_id`,
  )
  // Read to the end before anything is dropped: a drop writes to the table that the query reads.
  return Array.from(rows, (row) => ({ id: String(row.example_id), of: String(row.kept) }))
}
