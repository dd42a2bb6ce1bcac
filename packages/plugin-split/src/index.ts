/** Splits that leak nothing, and the removal of duplicates; both work on the run's index, not on rows. */
export { dedup } from './dedup/dedup.ts'
export { type NearDuplicate, nearDuplicates } from './dedup/near-duplicates.ts'
export { nearDuplicateClusters } from './near/clusters.ts'
export { estimatedJaccard, SIGNATURE_LENGTH, textSignature } from './near/signature.ts'
export type { SignedItem } from './near/signed-item.ts'
export { splitOfGroup } from './split/of-group.ts'
export { split } from './split/split.ts'
