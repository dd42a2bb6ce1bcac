import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeSessionDatabases } from '../generator/session-database.ts'
import { type Command, type Cost, measure } from '../harness/measure.ts'
import { median, table } from '../harness/table.ts'
import { freeBytes, withFolder } from '../harness/workspace.ts'
import type { Suite } from './suite.ts'

const SESSIONS = 100_000
/** The databases, and the rows of two runs, each written twice by sftkit. */
const NEEDED_BYTES = 25e9

const config = (file: string, judgments: string, more: string): string => `import { ${IMPORTS} } from 'sftkit'

export default defineConfig({
  ${more}
  format: ['openai'],
  input: [],
  plugins: [
    sessions({
      database: ${JSON.stringify(file)},
      judgments: ${JSON.stringify(judgments)},
      judgment: 'acceptable',
      compat: 'reference',
    }),
    split(),
    formatOpenAi(),
  ],
})
`
const IMPORTS = 'defineConfig, formatOpenAi, sessions, split'

/** A database of sessions: as fast as the reference's logic in a plain Python loop, and in bounded memory? */
export const sessions: Suite = async (bench) => {
  if (!bench.contenders.some((one) => one.name === 'sftkit')) return undefined
  const database = join(bench.data, 'sessions.db')
  if (!existsSync(database) && freeBytes(bench.data) < NEEDED_BYTES) {
    bench.say(`sessions: skipped, it takes ${NEEDED_BYTES / 1e9} GB of disk`)
    return undefined
  }
  const judgments = join(bench.data, 'judgments.db')
  makeDatabases(database, judgments, bench.data)
  const sft =
    (more: string) =>
    (folder: string): Command => {
      const file = join(folder, 'sft.config.ts')
      writeFileSync(file, config(database, judgments, more))
      const argv = [join(bench.root, 'bin/sft'), 'run', '--config', file, '--out', join(folder, 'run')]
      return { argv: [...argv, '--until', 'split', '--workers', '2'], cwd: folder }
    }
  const contenders: Readonly<Record<string, (folder: string) => Command>> = {
    sftkit: sft('preset: false,'),
    'sftkit, tagged': sft(''),
    'python-loop': (folder) => ({
      argv: [
        bench.python.path,
        join(bench.root, 'bench/baselines/sessions.py'),
        database,
        judgments,
        join(folder, 'rows.jsonl'),
      ],
      cwd: folder,
    }),
    floor: (folder) => ({
      argv: [
        process.execPath,
        join(bench.root, 'bench/baselines/sessions-floor.mjs'),
        database,
        judgments,
        join(folder, 'rows'),
      ],
      cwd: folder,
    }),
  }
  const costs: Record<string, Cost[]> = {}
  for (let round = 1; round <= bench.rounds; round++) {
    for (const [name, command] of Object.entries(contenders)) {
      const cost = await withFolder(bench.data, (folder) => measure(bench.python.path, command(folder)))
      costs[name] = [...(costs[name] ?? []), cost]
      bench.say(
        `round ${round} of ${bench.rounds}: ${name} ${cost.wall.toFixed(1)} s, ${Math.round(cost.peak / 1e6)} MB`,
      )
    }
  }
  const loop = median((costs['python-loop'] ?? []).map(({ wall }) => wall))
  const rows = Object.entries(costs).map(([name, list]) => {
    const wall = median(list.map((cost) => cost.wall))
    return [
      name,
      wall.toFixed(1),
      Math.min(...list.map((cost) => cost.wall)).toFixed(1),
      median(list.map((cost) => cost.cpu)).toFixed(1),
      `${Math.round(Math.max(...list.map((cost) => cost.peak)) / 1e6)}`,
      name.startsWith('sftkit') ? `${(loop / wall).toFixed(2)} (goal 2)` : '',
    ]
  })
  const size = (statSync(database).size / 1e9).toFixed(1)
  for (const file of [database, judgments]) rmSync(file)
  return {
    title: `A database of ${SESSIONS} sessions, ${size} GB, three of four wanted, ${bench.rounds} rounds`,
    report: table(['', 'seconds, median', 'least', 'CPU s', 'peak MB (goal 500)', 'speed to the loop'], rows),
    costs,
  }
}

function makeDatabases(database: string, judgments: string, data: string): void {
  if (existsSync(database) && existsSync(judgments)) return
  mkdirSync(data, { recursive: true })
  for (const file of [database, judgments]) rmSync(`${file}.part`, { force: true })
  writeSessionDatabases(`${database}.part`, `${judgments}.part`, SESSIONS)
  for (const file of [database, judgments]) renameSync(`${file}.part`, file)
}
