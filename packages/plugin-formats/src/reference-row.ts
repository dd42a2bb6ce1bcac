import { type Example, isJsonObject } from '@sftkit/core'

/** Whether the loader `histories` made it by the reference's rules, which write rows without an assistant turn too. */
export function isReferenceRow(example: Example): boolean {
  const { histories } = example.metadata
  return isJsonObject(histories) && histories.compat === 'reference'
}
