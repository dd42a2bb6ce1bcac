import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { median, table } from '../harness/table.ts'
import { withFolder } from '../harness/workspace.ts'
import type { Bench, Suite } from './suite.ts'

const QUESTIONS = 1000

interface Times {
  readonly first: number
  readonly whole: number
}

interface Measured {
  readonly report: Readonly<
    Record<string, { readonly direct: readonly Times[]; readonly through: readonly Times[] }>
  >
  readonly rates: { readonly direct: number; readonly through: number }
}

/** What does recording add to a question? Server, proxy and client are processes of their own. */
export const proxy: Suite = async (bench) => {
  if (!bench.contenders.some((one) => one.name === 'sftkit')) return undefined
  const rows: string[][] = []
  await withFolder(bench.data, async (folder) => {
    await beside(bench, ['llm/server.ts', '{}'], async (server) => {
      await beside(bench, ['proxy/proxy.ts', server, join(folder, 'recordings')], async (through) => {
        const { stdout } = await promisify(execFile)(
          process.execPath,
          [join(bench.root, 'bench/proxy/client.ts'), server, through, String(QUESTIONS)],
          { maxBuffer: 1 << 28 },
        )
        const { report, rates } = JSON.parse(stdout) as Measured
        for (const [name, { direct, through: proxied }] of Object.entries(report)) {
          for (const [which, what] of [
            ['first', 'until it begins'],
            ['whole', 'until it ends'],
          ] as const) {
            const of = (times: readonly Times[]): number[] => times.map((time) => time[which])
            const added = median(of(proxied)) - median(of(direct))
            rows.push([
              `${name}, ${what}`,
              ms(median(of(direct))),
              ms(median(of(proxied))),
              ms(added),
              ms(percentile(of(proxied), 0.99) - percentile(of(direct), 0.99)),
              '2.00',
            ])
          }
        }
        const share = (rates.through / rates.direct).toFixed(2)
        rows.push([
          '32 at once, questions a second',
          rates.direct.toFixed(0),
          rates.through.toFixed(0),
          `× ${share}`,
          '',
          '',
        ])
      })
    })
  })
  return {
    title: `Recording through the proxy: ${QUESTIONS} questions each, in ms`,
    report: table(['', 'direct', 'through the proxy', 'added', 'added at the 99th', 'goal'], rows),
    costs: {},
  }
}

const ms = (value: number): string => value.toFixed(2)

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0
}

/** Runs a server in a process of its own, which prints its address. */
async function beside(
  bench: Bench,
  [script = '', ...args]: readonly string[],
  work: (url: string) => Promise<void>,
): Promise<void> {
  const child: ChildProcess = spawn(process.execPath, [join(bench.root, 'bench', script), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    for await (const line of createInterface({ input: child.stdout! })) {
      await work(line)
      break
    }
  } finally {
    child.kill()
  }
}
