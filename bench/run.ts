/**
 * Times sftkit against its baselines and prints the medians.
 *
 *     node bench/run.ts [--bytes 800MB] [--rounds 3] [--only sftkit,floor] [--suite throughput,memory,...]
 *                       [--skip-10gb] [--record]
 *
 * --record also writes bench/RESULTS.md. Every run writes its figures to bench/results/<time>.json.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { contenderNames, contenders } from './harness/contenders.ts'
import { describeMachine } from './harness/machine.ts'
import { findPython } from './harness/python.ts'
import { parseBytes } from './harness/sizes.ts'
import { bigSession } from './suites/big-session.ts'
import { hints } from './suites/hints.ts'
import { llm } from './suites/llm.ts'
import { memory } from './suites/memory.ts'
import { nearDuplicates } from './suites/near-duplicates.ts'
import { proxy } from './suites/proxy.ts'
import { recorder } from './suites/recorder.ts'
import { serving } from './suites/serving.ts'
import { sessions } from './suites/sessions.ts'
import { startUp } from './suites/start-up.ts'
import type { Bench, SuiteResult } from './suites/suite.ts'
import { swePairs } from './suites/swe-pairs.ts'
import { throughput } from './suites/throughput.ts'

const suites = {
  throughput,
  'start-up': startUp,
  'near-duplicates': nearDuplicates,
  memory,
  'big-session': bigSession,
  hints,
  'swe-pairs': swePairs,
  sessions,
  llm,
  recorder,
  proxy,
  serving,
}

const { values } = parseArgs({
  options: {
    bytes: { type: 'string', default: '800MB' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: contenderNames.join(',') },
    suite: { type: 'string', default: Object.keys(suites).join(',') },
    'skip-10gb': { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
})

const root = fileURLToPath(new URL('..', import.meta.url))
const say = (line: string) => process.stderr.write(`${line}\n`)
const stop = (line: string): never => {
  say(line)
  process.exit(2)
}

const python =
  findPython(root) ?? stop('The benchmarks need Python 3.10 or newer. Install it, or name one in SFT_PYTHON.')
const bench: Bench = {
  root,
  data: join(root, 'bench/data'),
  python,
  contenders: chosen(values.only, contenderNames).flatMap((name) => {
    const contender = contenders(root, python).find((one) => one.name === name)!
    if (contender.missing !== undefined) say(`${name} skipped: ${contender.missing}`)
    return contender.missing === undefined ? [contender] : []
  }),
  rounds: Number(values.rounds),
  bytes: parseBytes(values.bytes),
  skip10gb: values['skip-10gb'],
  say,
}

const machine = describeMachine(python.path)
const results: Record<string, SuiteResult> = {}
for (const name of chosen(values.suite, Object.keys(suites) as (keyof typeof suites)[])) {
  const result = await suites[name](bench)
  if (result === undefined) say(`${name} skipped: it measures sftkit alone`)
  else results[name] = result
}

const report = Object.values(results).map(({ title, report }) => `## ${title}\n\n${report}\n`)
process.stdout.write(`${[machine, ...report].join('\n\n')}\n`)

const time = new Date().toISOString()
mkdirSync(join(root, 'bench/results'), { recursive: true })
const file = join(root, 'bench/results', `${time.replaceAll(/[:.]/g, '-')}.json`)
writeFileSync(file, `${JSON.stringify({ time, machine, results }, null, 2)}\n`)
if (values.record) {
  const page = [
    '# Results',
    `Measured by \`npm run bench -- --record\` on ${time.slice(0, 10)}.`,
    machine,
    ...report,
  ]
  writeFileSync(join(root, 'bench/RESULTS.md'), page.join('\n\n'))
}

function chosen<T extends string>(list: string, known: readonly T[]): T[] {
  return list
    .split(',')
    .map(
      (name) =>
        known.find((one) => one === name) ?? stop(`There is no ${name}. Known are ${known.join(', ')}.`),
    )
}
