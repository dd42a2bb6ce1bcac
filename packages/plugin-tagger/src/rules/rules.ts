import type { Tag } from '@sftkit/core'
import type { Facts, Reading } from '../facts/facts.ts'

/** The tags of one namespace. */
export type NamespaceRule = (facts: Facts) => readonly Tag[]

/** A way to tag: what is read, and one function for each namespace. */
export interface Rules {
  readonly reading: Reading
  readonly namespaces: readonly NamespaceRule[]
}
