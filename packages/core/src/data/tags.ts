/**
 * The known tag namespaces and their values. Plugins add theirs by declaration merging:
 *
 * ```ts
 * declare module '@sftkit/core' {
 *   interface TagNamespaces {
 *     review: 'accepted' | 'rejected'
 *   }
 * }
 * ```
 *
 * so that `tag('review:acepted')` in a config does not compile.
 */
// biome-ignore lint/suspicious/noEmptyInterface: plugins fill it by declaration merging
export interface TagNamespaces {}

type KnownTag = {
  [N in keyof TagNamespaces & string]: `${N}:${TagNamespaces[N] & string}`
}[keyof TagNamespaces & string]

/** A tag `namespace:value`; any such text while no plugin has declared a namespace. */
export type Tag = [KnownTag] extends [never] ? `${string}:${string}` : KnownTag
