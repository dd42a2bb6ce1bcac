import { statSync } from 'node:fs'
import type { ContenderName } from '../harness/contenders.ts'
import { sessionsFile } from '../harness/data.ts'
import { type Cost, measure } from '../harness/measure.ts'
import { formatBytes } from '../harness/sizes.ts'
import { median, table } from '../harness/table.ts'
import { warm, withFolder } from '../harness/workspace.ts'
import type { Suite } from './suite.ts'

/** What sftkit has to reach against each baseline: times as fast. */
const goals: Partial<Record<ContenderName, number>> = { 'python-loop': 2, 'hf-datasets': 10, floor: 0.85 }

/** Every contender does the same work on the same file, in turns, so that a busy minute meets all of them. */
export const throughput: Suite = async (bench) => {
  const file = sessionsFile(bench.root, bench.bytes)
  const size = statSync(file).size
  const costs = new Map<ContenderName, Cost[]>()
  for (let round = 1; round <= bench.rounds; round += 1) {
    for (const contender of bench.contenders) {
      await warm(file)
      const cost = await withFolder(bench.data, (folder) =>
        measure(bench.python.path, contender.command(file, folder)),
      )
      costs.set(contender.name, [...(costs.get(contender.name) ?? []), cost])
      bench.say(`round ${round} of ${bench.rounds}: ${contender.name} ${cost.wall.toFixed(2)} s`)
    }
  }
  const walls = new Map([...costs].map(([name, list]) => [name, median(list.map((cost) => cost.wall))]))
  const own = walls.get('sftkit')
  const rows = [...costs].map(([name, list]) => {
    const wall = walls.get(name)!
    const goal = goals[name]
    return [
      name,
      wall.toFixed(2),
      Math.min(...list.map((cost) => cost.wall)).toFixed(2),
      median(list.map((cost) => cost.cpu)).toFixed(2),
      `${Math.round(Math.max(...list.map((cost) => cost.peak)) / 1e6)}`,
      `${Math.round(size / 1e6 / wall)}`,
      own === undefined || name === 'sftkit'
        ? ''
        : `${(wall / own).toFixed(2)}${goal === undefined ? '' : ` (goal ${goal})`}`,
    ]
  })
  return {
    title: `${formatBytes(size)} of session rows, ${bench.rounds} rounds`,
    report: table(['', 'seconds, median', 'least', 'CPU s', 'peak MB', 'MB/s', "sftkit's speed to it"], rows),
    costs: Object.fromEntries(costs),
  }
}
