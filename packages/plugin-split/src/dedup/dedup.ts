import { counted, definePlugin, type Plugin, type SelectContext } from '@sftkit/core'
import { MEASURE, measureSignature } from '../near/measure.ts'
import { readSignatures } from '../near/read-signatures.ts'
import { version } from '../version.ts'
import { exactDuplicates } from './exact-duplicates.ts'
import { nearDuplicates } from './near-duplicates.ts'

/**
 * Drops duplicates as `dedup` of the config says; the first in the order of the input stays. Reasons: `duplicate`
 * (equal fingerprints) and `near-duplicate`, each with the id of the example that stays. Without `dedup.exact`, equal
 * rows are only counted, in the log.
 */
export function dedup(): Plugin {
  return definePlugin({
    name: 'dedup',
    version,
    setup(api) {
      api.measure(MEASURE, measureSignature)
      api.select(selectDistinct)
    },
  })
}

function selectDistinct(context: SelectContext): void {
  const { config, index, log } = context
  const equal = exactDuplicates(index)
  if (config.dedup.exact) for (const { id, of } of equal) context.drop(id, 'duplicate', of)
  else if (equal.length > 0) {
    log.info(
      `${counted(equal.length, 'row repeats', 'rows repeat')} an earlier one, and all are kept; dedup: { exact: true } drops them`,
    )
  }
  if (config.dedup.near === undefined) return
  const dropped = new Set(config.dedup.exact ? equal.map(({ id }) => id) : [])
  const signed = readSignatures(index, 'example_id').filter(({ id }) => !dropped.has(id))
  for (const items of Map.groupBy(signed, ({ kind }) => kind).values()) {
    for (const { id, of } of nearDuplicates(items, config.dedup.near)) context.drop(id, 'near-duplicate', of)
  }
}
