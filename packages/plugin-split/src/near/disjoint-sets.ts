/** Sets of the numbers below `size`, each number in one set (union by size, path halving). */
export function disjointSets(size: number): { find(item: number): number; join(a: number, b: number): void } {
  const parents = Int32Array.from({ length: size }, (_, item) => item)
  const sizes = new Int32Array(size).fill(1)
  const find = (item: number): number => {
    let current = item
    while (parents[current]! !== current) {
      parents[current] = parents[parents[current]!]!
      current = parents[current]!
    }
    return current
  }
  return {
    find,
    join(a, b) {
      const [one, other] = [find(a), find(b)]
      if (one === other) return
      const [small, large] = sizes[one]! < sizes[other]! ? [one, other] : [other, one]
      parents[small] = large
      sizes[large] = sizes[large]! + sizes[small]!
    },
  }
}
