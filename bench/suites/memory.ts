import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sessionsFile } from '../harness/data.ts'
import { type Cost, measure } from '../harness/measure.ts'
import { formatBytes } from '../harness/sizes.ts'
import { table } from '../harness/table.ts'
import { freeBytes, withFolder } from '../harness/workspace.ts'
import type { Suite } from './suite.ts'

/** The peak must not grow with the input, and time must grow with it and no faster. */
export const memory: Suite = async (bench) => {
  const sftkit = bench.contenders.find((one) => one.name === 'sftkit')
  if (sftkit === undefined) return undefined
  const costs: Record<string, Cost[]> = {}
  const rows: string[][] = []
  for (const bytes of bench.skip10gb ? [1e9] : [1e9, 10e9]) {
    const name = formatBytes(bytes)
    const known = join(bench.data, `sessions-${name.toLowerCase()}.jsonl`)
    const made = !existsSync(known)
    if (freeBytes(bench.data) < bytes * (made ? 2.2 : 1.2)) {
      bench.say(`${name} skipped: not enough disk space for the input and the output`)
      continue
    }
    const file = sessionsFile(bench.root, bytes)
    const size = statSync(file).size
    const cost = await withFolder(bench.data, (folder) =>
      measure(bench.python.path, sftkit.command(file, folder)),
    )
    if (made) rmSync(file)
    costs[name] = [cost]
    rows.push([
      name,
      cost.wall.toFixed(1),
      (cost.wall / (size / 1e9)).toFixed(2),
      `${Math.round(cost.peak / 1e6)}`,
      '500',
    ])
    bench.say(`memory at ${name}: ${Math.round(cost.peak / 1e6)} MB, ${cost.wall.toFixed(1)} s`)
  }
  return {
    title: 'Memory with two workers',
    report: table(['input', 'seconds', 'seconds per GB', 'peak MB', 'goal'], rows),
    costs,
  }
}
