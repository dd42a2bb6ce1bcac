/**
 * Records an episode and prints what a step cost, as JSON: `node record.ts FOLDER STEPS [plain]`. `plain` writes the
 * same steps as lines without a recorder: the least that a write a step can cost.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as next } from 'node:timers/promises'
import { createRecorder } from 'sftkit'
import { stepAt } from './steps.ts'

const [, , folder = '', count = '', how] = process.argv
const steps = Number(count)
/** Every one is timed; an agent waits for its model or environment now and then. */
const YIELD = 200

const times = new Float64Array(steps)
const record = how === 'plain' ? plain() : recorder()
const cpu = process.cpuUsage()
const began = performance.now()
for (let number = 1; number <= steps; number++) {
  const step = stepAt(number)
  const before = performance.now()
  record.step(step)
  times[number - 1] = performance.now() - before
  if (number % YIELD === 0) await next()
}
const seconds = (performance.now() - began) / 1000
const { user, system } = process.cpuUsage(cpu)
await record.close()
times.sort()
const at = (share: number): number => times[Math.floor(share * (steps - 1))] ?? 0
const figures = {
  perSecond: steps / seconds,
  cpuSeconds: (user + system) / 1e6,
  median: at(0.5),
  p99: at(0.99),
  p999: at(0.999),
  most: at(1),
}
process.stdout.write(`${JSON.stringify(figures)}\n`)

function recorder(): { step(step: ReturnType<typeof stepAt>): void; close(): Promise<void> } {
  const made = createRecorder({ folder })
  made.startEpisode('a million steps', 'v1', { episodeId: 'long' })
  return {
    step: (step) => made.recordStep(step),
    async close() {
      made.endEpisode(0.5)
      await made.close()
    },
  }
}

function plain(): ReturnType<typeof recorder> {
  mkdirSync(folder, { recursive: true })
  const file = openSync(join(folder, 'plain.jsonl'), 'w')
  return {
    step: (step) => void writeSync(file, `${JSON.stringify(step)}\n`),
    close: async () => closeSync(file),
  }
}
