import { readdirSync, readFileSync } from 'node:fs'

export interface TreeCost {
  /** CPU seconds of the processes that run, and of all that they waited for. */
  readonly cpu: number
  /** Bytes of their own, and their shares of what they share. */
  readonly memory: number
  /** Those of them that are pages of files, which the system takes back where it needs them. */
  readonly ofFiles: number
}

const TICKS = 100

/** What a process and all that it started cost at this moment. Linux only. */
export function treeCost(root: number): TreeCost {
  const cost = { cpu: 0, memory: 0, ofFiles: 0 }
  const waiting = [root]
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    const stat = read(`/proc/${pid}/stat`)
    if (stat === undefined) continue
    // A command's name may hold spaces and brackets; what follows the last one has none.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const sizes = read(`/proc/${pid}/smaps_rollup`) ?? ''
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}: *(\\d+) kB`, 'm').exec(sizes)?.[1] ?? 0) * 1024
    cost.cpu += fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / TICKS
    cost.memory += bytes('Pss')
    cost.ofFiles += bytes('Pss_File')
    waiting.push(...childrenOf(pid))
  }
  return cost
}

/** Each thread has those that it started. */
function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      (read(`/proc/${pid}/task/${thread}/children`) ?? '').split(' ').filter(Boolean).map(Number),
    )
  } catch {
    return []
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It ended meanwhile.
    return undefined
  }
}
