/** Rows that TRL packs together: it takes them in batches of so many (`Dataset.map`). */
const BATCH = 1000

/**
 * How many sequences rows are packed into: best fit, longest first, whole rows only, as TRL's strategy `bfd` does it.
 * TRL shuffles before where it is told to; the number then differs by a few.
 */
export function packedSequences(lengths: readonly number[], maxLength: number): number {
  let sequences = 0
  for (let from = 0; from < lengths.length; from += BATCH)
    sequences += packBatch(lengths.slice(from, from + BATCH), maxLength)
  return sequences
}

function packBatch(lengths: readonly number[], maxLength: number): number {
  // Rooms that are left, smallest first.
  const rooms: number[] = []
  let sequences = 0
  const cut = lengths.map((length) => Math.min(length, maxLength)).filter((length) => length > 0)
  for (const length of cut.sort((a, b) => b - a)) {
    const at = firstAtLeast(rooms, length)
    const room = at < rooms.length ? (rooms.splice(at, 1)[0] as number) : maxLength
    if (room === maxLength) sequences++
    const left = room - length
    if (left > 0) rooms.splice(firstAtLeast(rooms, left), 0, left)
  }
  return sequences
}

function firstAtLeast(rooms: readonly number[], size: number): number {
  let low = 0
  let high = rooms.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rooms[middle] as number) >= size) high = middle
    else low = middle + 1
  }
  return low
}
