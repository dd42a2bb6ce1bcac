import { bandsFor } from '../near/bands.ts'
import { estimatedJaccard } from '../near/signature.ts'
import { signatureIndex } from '../near/signature-index.ts'
import type { SignedItem } from '../near/signed-item.ts'

/** An item that is too much like one that is kept. */
export interface NearDuplicate {
  readonly id: string
  /** The kept item. */
  readonly of: string
  /** Their estimated Jaccard similarity. */
  readonly similarity: number
}

/**
 * Goes through the items in order and keeps each that is not at least `threshold` alike to one already kept; unlike
 * clusters, it never drops an item for its likeness to one that was dropped itself.
 *
 * @param threshold Jaccard similarity, 0 to 1
 */
export function nearDuplicates(items: Iterable<SignedItem>, threshold: number): NearDuplicate[] {
  const all = [...items]
  const index = signatureIndex(bandsFor(threshold), all.length)
  const found: NearDuplicate[] = []
  for (const [place, { id, signature }] of all.entries()) {
    const kept = bestMatch(signature, index.candidates(signature), all, threshold)
    if (kept === undefined) index.add(place, signature)
    else found.push({ id, ...kept })
  }
  return found
}

/** The most similar candidate; of equal ones the first. */
function bestMatch(
  signature: Uint16Array,
  candidates: Iterable<number>,
  all: readonly SignedItem[],
  threshold: number,
): { of: string; similarity: number } | undefined {
  let best = { place: -1, similarity: 0 }
  for (const place of new Set(candidates)) {
    const similarity = estimatedJaccard(signature, all[place]!.signature)
    if (similarity < threshold || similarity < best.similarity) continue
    if (similarity > best.similarity || place < best.place) best = { place, similarity }
  }
  return best.place === -1 ? undefined : { of: all[best.place]!.id, similarity: best.similarity }
}
