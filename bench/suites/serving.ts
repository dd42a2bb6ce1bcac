import { execFileSync } from 'node:child_process'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { findModelServers, startOllama } from '../../e2e/support/model-servers.ts'
import { median, table } from '../harness/table.ts'
import { freeBytes, withFolder } from '../harness/workspace.ts'
import { type Watched, watch } from '../serving/watch.ts'
import type { Suite } from './suite.ts'

const OLLAMA = '0.34.0'
const BYTES = 4e9

/** How long does a model of 0.5 B parameters take to Ollama, verified, and what does sftkit add to llama.cpp's own way? */
export const serving: Suite = async (bench) => {
  const { servers, reason } = findModelServers('serve', 'ollama')
  if (servers === undefined || process.platform !== 'linux' || freeBytes(bench.data) < BYTES) {
    bench.say(`serving skipped: ${reason ?? 'it needs Linux and 4 GB of disk'}`)
    return undefined
  }
  const environment = join(bench.root, 'scripts/python-env.mjs')
  const python = execFileSync(process.execPath, [environment, 'train'], { encoding: 'utf8' }).trim()
  const script = (name: string): string => join(bench.root, 'bench/serving', name)
  process.env.SFT_PYTHON = python
  process.env.SFT_SERVE_DIR = join(servers.embedded, '..')
  const runs: Record<'whole' | 'unverified' | 'baseline', Watched[]> = {
    whole: [],
    unverified: [],
    baseline: [],
  }
  const load = loadavg()[0] ?? 0
  let bytes = 0
  await withFolder(bench.data, async (folder) => {
    const model = join(folder, 'half')
    execFileSync(python, [script('half_billion.py'), model], { stdio: ['ignore', 'ignore', 'pipe'] })
    bytes = statSync(join(model, 'model.safetensors')).size
    await using server = await startOllama(OLLAMA)
    const ours = (how: string, out: string) =>
      [process.execPath, script('make.ts'), how, model, out, server.url, servers.llamaCpp] as const
    const baseline = (out: string) =>
      ['sh', script('baseline.sh'), python, servers.llamaCpp, model, out, servers.ollama[OLLAMA]] as const
    for (let round = 0; round < bench.rounds; round++) {
      for (const name of ['baseline', 'unverified', 'whole'] as const) {
        const out = join(folder, `${name}-${round}`)
        mkdirSync(out)
        writeFileSync(join(out, 'Modelfile'), 'FROM ./half.gguf\n')
        process.env.OLLAMA_HOST = server.url
        const run = await watch(name === 'baseline' ? baseline(out) : ours(name, out), out, server.pid)
        runs[name].push(run)
        // Else the next one finds the file in Ollama.
        await fetch(`${server.url}/api/delete`, { method: 'DELETE', body: '{"model": "half"}' })
        bench.say(`serving, ${name}: ${run.wall.toFixed(0)} s, ${run.cpu.toFixed(1)} CPU s`)
      }
    }
  })
  return { title: titleOf(bytes, bench.rounds, load), report: report(runs), costs: {} }
}

function titleOf(bytes: number, rounds: number, load: number): string {
  return `A model of 0.5 B parameters (${(bytes / 1e9).toFixed(1)} GB) to Ollama ${OLLAMA} as q8_0, ${rounds} rounds, load ${load.toFixed(0)}`
}

function report(runs: Record<'whole' | 'unverified' | 'baseline', readonly Watched[]>): string {
  const of = (list: readonly Watched[], value: (run: Watched) => number): number => median(list.map(value))
  const all = ({ cpu, server }: Watched): number => cpu + server.cpu
  const base = of(runs.baseline, all)
  const row = (name: string, list: readonly Watched[], goal: string) => [
    name,
    of(list, (run) => run.wall).toFixed(0),
    of(list, (run) => run.cpu).toFixed(1),
    of(list, (run) => run.server.cpu).toFixed(1),
    (of(list, all) / base).toFixed(2),
    `${Math.round(of(list, (run) => run.peak) / 1e6)}`,
    `${Math.round(of(list, (run) => run.peakOwn) / 1e6)}`,
    goal,
  ]
  const head = ['', 'seconds', 'CPU s', 'CPU s of Ollama', 'to the baseline', 'peak MB', 'without files']
  const summary = table(
    [...head, 'goal'],
    [
      row("llama.cpp's script, ollama create", runs.baseline, ''),
      row('sftkit, converted and registered', runs.unverified, '1.10'),
      row('sftkit, verified', runs.whole, '180 s, 3000 MB'),
    ],
  )
  const parts = runs.whole[0]?.marks.map(({ part, wall, cpu }, at, marks) => [
    part,
    (wall - (marks[at - 1]?.wall ?? 0)).toFixed(1),
    (cpu - (marks[at - 1]?.cpu ?? 0)).toFixed(1),
  ])
  return `${summary}\n\nThe parts of the last row, in its first round:\n\n${table(['until', 'seconds', 'CPU s'], parts ?? [])}`
}
