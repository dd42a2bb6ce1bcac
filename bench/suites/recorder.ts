import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Cost, measure } from '../harness/measure.ts'
import { median, table } from '../harness/table.ts'
import { withFolder } from '../harness/workspace.ts'
import type { Suite } from './suite.ts'

const STEPS = 1_000_000

/** What `record.ts` prints: milliseconds of a step, steps a second. */
interface Figures {
  readonly perSecond: number
  readonly cpuSeconds: number
  readonly median: number
  readonly p99: number
  readonly p999: number
  readonly most: number
}

/** What does recording add to a step, and how long does one wait for the picture of a long recording? */
export const recorder: Suite = async (bench) => {
  if (!bench.contenders.some((one) => one.name === 'sftkit')) return undefined
  const sft = join(bench.root, 'bin/sft')
  const recorded: Figures[] = []
  const plain: Figures[] = []
  const list: Cost[] = []
  const timeline: Cost[] = []
  let bytes = 0
  for (let round = 0; round < bench.rounds; round++) {
    await withFolder(bench.data, async (folder) => {
      const recordings = join(folder, 'recordings')
      recorded.push(await record(bench.root, recordings))
      plain.push(await record(bench.root, join(folder, 'plain'), 'plain'))
      const file = join(recordings, 'long.jsonl')
      bytes = statSync(file).size
      list.push(await measure(bench.python.path, { argv: [sft, 'replay', recordings], cwd: folder }))
      timeline.push(await measure(bench.python.path, { argv: [sft, 'replay', file], cwd: folder }))
    })
  }
  const of = (figures: readonly Figures[], name: keyof Figures): number =>
    median(figures.map((one) => one[name]))
  const milliseconds = (name: keyof Figures): string[] => [
    of(recorded, name).toFixed(4),
    of(plain, name).toFixed(4),
  ]
  const rows = [
    [
      'steps a second',
      Math.round(of(recorded, 'perSecond')).toLocaleString('en'),
      Math.round(of(plain, 'perSecond')).toLocaleString('en'),
      '50,000',
    ],
    ['ms of a step, median', ...milliseconds('median'), ''],
    ['ms of a step, 99 %', ...milliseconds('p99'), '1'],
    ['ms of a step, 99.9 %', ...milliseconds('p999'), ''],
    [
      'CPU seconds, all threads',
      of(recorded, 'cpuSeconds').toFixed(1),
      of(plain, 'cpuSeconds').toFixed(1),
      '',
    ],
    ...[['`sft replay FOLDER`', list] as const, ['`sft replay FILE`', timeline] as const].flatMap(
      ([name, costs]) => [
        [`${name}, seconds`, median(costs.map((cost) => cost.wall)).toFixed(2), '', '1'],
        [`${name}, peak MB`, String(Math.round(median(costs.map((cost) => cost.peak)) / 1e6)), '', '200'],
      ],
    ),
  ]
  return {
    title: `Recorder: an episode of ${STEPS.toLocaleString('en')} steps, ${Math.round(bytes / 1e6)} MB, ${bench.rounds} rounds`,
    report: table(['', 'recorder', 'a plain write of each step', 'goal'], rows),
    costs: { list, timeline },
  }
}

async function record(root: string, folder: string, ...how: readonly string[]): Promise<Figures> {
  const script = join(root, 'bench/recorder/record.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder, String(STEPS), ...how])
  return JSON.parse(stdout) as Figures
}
