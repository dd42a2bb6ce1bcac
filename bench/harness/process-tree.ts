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
  const parents = new Map<number, { parent: number; cpu: number }>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const stat = Number.isInteger(pid) ? read(`/proc/${name}/stat`) : undefined
    if (stat === undefined) continue
    // A command's name may hold spaces and brackets; what follows the last one has none.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    parents.set(pid, { parent: Number(fields[1]), cpu: ticks / TICKS })
  }
  const isBelow = (pid: number): boolean =>
    pid === root || (parents.has(pid) && isBelow(parents.get(pid)?.parent as number))
  let [cpu, memory, ofFiles] = [0, 0, 0]
  for (const [pid, process] of parents) {
    if (!isBelow(pid)) continue
    const sizes = read(`/proc/${pid}/smaps_rollup`) ?? ''
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}: *(\\d+) kB`, 'm').exec(sizes)?.[1] ?? 0) * 1024
    cpu += process.cpu
    memory += bytes('Pss')
    ofFiles += bytes('Pss_File')
  }
  return { cpu, memory, ofFiles }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It ended meanwhile.
    return undefined
  }
}
