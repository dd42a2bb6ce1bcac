import { copyFileSync, globSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Command, type Cost, measure } from '../harness/measure.ts'
import { median, table } from '../harness/table.ts'
import { withFolder } from '../harness/workspace.ts'
import type { Suite } from './suite.ts'

const repeats = 7

/** How long one waits for little work: the version, and a run over ten small sessions. */
export const startUp: Suite = async (bench) => {
  if (!bench.contenders.some((one) => one.name === 'sftkit')) return undefined
  const sft = join(bench.root, 'bin/sft')
  const repeat = async (command: (folder: string) => Command): Promise<Cost[]> => {
    const costs: Cost[] = []
    for (let count = 0; count < repeats; count += 1) {
      costs.push(await withFolder(bench.data, (folder) => measure(bench.python.path, command(folder))))
    }
    return costs
  }
  const version = await repeat((cwd) => ({ argv: [sft, '--version'], cwd }))
  const ten = await repeat((cwd) => {
    copyTenSessions(bench.root, join(cwd, 'traces'))
    return { argv: [sft, 'run', 'traces', '--out', 'run'], cwd }
  })
  const row = (name: string, costs: readonly Cost[], goal: string) => [
    name,
    `${Math.round(median(costs.map((cost) => cost.wall)) * 1000)}`,
    `${Math.round(Math.min(...costs.map((cost) => cost.wall)) * 1000)}`,
    goal,
  ]
  return {
    title: `Small work, ${repeats} times each`,
    report: table(
      ['', 'ms, median', 'least', 'goal'],
      [row('sft --version', version, '150'), row('sft run, ten small sessions', ten, '1000')],
    ),
    costs: { version, ten },
  }
}

function copyTenSessions(root: string, folder: string): void {
  mkdirSync(folder)
  const traces = join(root, 'examples/quickstart/traces/sessions')
  for (const file of globSync('*/*.jsonl', { cwd: traces }).sort().slice(0, 10)) {
    copyFileSync(join(traces, file), join(folder, basename(file)))
  }
}
