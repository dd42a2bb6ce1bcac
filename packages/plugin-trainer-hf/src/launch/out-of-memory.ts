/**
 * What torch, CUDA, the kernel, Slurm and containers write when memory has run out. Names are matched as whole words:
 * much else has "oom" in it.
 */
const WORDS: readonly RegExp[] = [
  // torch, on any device: `CUDA out of memory. Tried to allocate …`, `torch.OutOfMemoryError`
  /\bout of memory\b/i,
  /\bOutOfMemoryError\b/,
  /\bDefaultCPUAllocator: (?:can't allocate|not enough) memory\b/,
  /\bCUBLAS_STATUS_ALLOC_FAILED\b/,
  /^MemoryError\b/m,
  // The kernel, slurmstepd, and what runs containers
  /\boom[-_ ]?kill(?:er|ed)?\b/i,
  /\bOOM\b/,
  /\bmemory limit exceeded\b/i,
]

/** Whether what a program or a place wrote says that memory ran out. */
export function saysOutOfMemory(text: string): boolean {
  return WORDS.some((words) => words.test(text))
}
