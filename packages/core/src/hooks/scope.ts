import type { Example } from '../data/example.ts'
import type { Trace } from '../data/trace.ts'
import type { AugmentContext, Context, TagContext } from '../plugin/types.ts'

/** What core hands to the wrapped handlers of a batch: each makes its plugin's own context from it. */
export interface Scope {
  context(plugin: string): Context
  tagContext(plugin: string): TagContext
  augmentContext(plugin: string): AugmentContext
  /** Records as dropped what a handler got and neither returned, derived from, nor dropped. */
  settle(plugin: string, before: readonly (Trace | Example)[], after: readonly (Trace | Example)[]): void
}
