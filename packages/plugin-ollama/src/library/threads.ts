import { availableParallelism, loadavg } from 'node:os'

/**
 * With how many threads a model is computed: they wait for each other after every layer, and one that has to share its
 * core holds up all of them. On two busy cores two threads took ten times as long as one. So no more than half of the
 * cores, which are often two of one, and no more than nobody else uses.
 */
export function threadsToUse(): number {
  const cores = availableParallelism()
  const idle = Math.round(cores - (loadavg()[0] ?? 0))
  return Math.max(1, Math.min(8, idle, cores >> 1))
}
