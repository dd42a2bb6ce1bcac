import { bandsFor } from './bands.ts'
import { disjointSets } from './disjoint-sets.ts'
import { estimatedJaccard } from './signature.ts'
import { signatureIndex } from './signature-index.ts'
import type { SignedItem } from './signed-item.ts'

/**
 * Groups ids by similarity: two are together where a chain of pairs leads from one to the other, each pair at least
 * `threshold` alike by estimate. An id may come several times, with a signature for each of its texts.
 *
 * @param threshold Jaccard similarity, 0 to 1
 * @returns the clusters of two ids or more, each sorted, in the order of their first ids
 */
export function nearDuplicateClusters(items: Iterable<SignedItem>, threshold: number): string[][] {
  const all = [...items]
  const sets = disjointSets(all.length)
  joinEqual(all, sets, ({ id }) => id)
  const distinct = joinEqual(all, sets, ({ signature }) => String.fromCharCode(...signature))
  const index = signatureIndex(bandsFor(threshold), all.length)
  for (const item of distinct) {
    const { signature } = all[item]!
    for (const other of index.candidates(signature)) {
      // Asking whether they are together already costs less than comparing signatures.
      if (sets.find(item) === sets.find(other)) continue
      if (estimatedJaccard(signature, all[other]!.signature) >= threshold) sets.join(item, other)
    }
    index.add(item, signature)
  }
  return idsBySet(all, sets)
}

type Sets = ReturnType<typeof disjointSets>

/** Joins items of one key, and returns the first item of each key. */
function joinEqual(all: readonly SignedItem[], sets: Sets, keyOf: (item: SignedItem) => string): number[] {
  const firsts = new Map<string, number>()
  for (const [place, item] of all.entries()) {
    const key = keyOf(item)
    const first = firsts.get(key)
    if (first === undefined) firsts.set(key, place)
    else sets.join(first, place)
  }
  return [...firsts.values()]
}

function idsBySet(all: readonly SignedItem[], sets: Sets): string[][] {
  const bySet = new Map<number, Set<string>>()
  for (const [place, { id }] of all.entries()) {
    const root = sets.find(place)
    const ids = bySet.get(root)
    if (ids === undefined) bySet.set(root, new Set([id]))
    else ids.add(id)
  }
  return [...bySet.values()]
    .filter((ids) => ids.size > 1)
    .map((ids) => [...ids].sort())
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
}
