import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { lossChart } from '../src/progress/loss-chart.ts'
import { trainProgress } from '../src/progress/progress.ts'
import { terminalChart } from '../src/progress/terminal-chart.ts'
import { followEvents } from '../src/worker/follow-events.ts'
import { PROTOCOL, type WorkerEvent } from '../src/worker/protocol.ts'

const folder = mkdtempSync(join(tmpdir(), 'sftkit-progress-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const log = (step: number, t: number, values: object): WorkerEvent => ({
  v: PROTOCOL,
  seq: step,
  t,
  type: 'log',
  step,
  log: { ...values },
})

describe('events', () => {
  it('are read whole, whatever the file begins and ends with', async () => {
    const file = join(folder, 'events.jsonl')
    writeFileSync(file, `${JSON.stringify(log(1, 0, {}))}\n`)
    const seen: WorkerEvent[] = []
    const follow = followEvents(file, (event) => seen.push(event))
    const line = JSON.stringify(log(2, 1, { loss: 'ü' }))
    const bytes = Buffer.from(line)
    appendFileSync(file, bytes.subarray(0, bytes.length - 4))
    await new Promise((resolve) => setTimeout(resolve, 300))
    appendFileSync(file, bytes.subarray(bytes.length - 4))
    appendFileSync(file, '\nno JSON\n{"v":1,"type":"of a newer worker"}\n{"v":1,"seq":3,')
    await follow.end()
    expect(seen).toEqual([log(2, 1, { loss: 'ü' })])
  })
})

describe('progress', () => {
  it('counts steps, tokens a second and the time left', () => {
    const progress = trainProgress()
    progress.take({
      v: PROTOCOL,
      seq: 0,
      t: 100,
      type: 'train_begin',
      steps: 40,
      parameters: 1,
      trainableParameters: 1,
    })
    progress.take(log(10, 110, { loss: 2, num_tokens: 1000 }))
    const shown = progress.take(log(20, 120, { loss: 1, num_tokens: 3000 }))
    expect(shown).toEqual({
      unit: 'steps',
      done: 20,
      total: 40,
      secondsLeft: 20,
      figures: { loss: 1, 'tokens/s': 200 },
      curve: [2, 1],
    })
  })
})

describe('the curve', () => {
  const points = Array.from({ length: 40 }, (_, at) => ({ step: at * 10, loss: 4 / (at + 1) }))

  it('is an SVG with both losses, axes and a name that cannot break out of it', () => {
    const svg = lossChart({ train: points, validation: points.slice(0, 2) }, 'a <b> & "c"')
    expect(svg.match(/<polyline/g)).toHaveLength(2)
    expect(svg).not.toContain('<b>')
    expect(svg).not.toMatch(/NaN|Infinity/)
    expect(lossChart({ train: [], validation: [] }, 'nothing')).not.toMatch(/NaN|Infinity/)
  })

  it('falls in the terminal as the losses do', () => {
    const lines = terminalChart(points)
    expect(lines).toHaveLength(7)
    expect(lines[0]).toMatch(/^4 ┤█/)
    expect(terminalChart(points.slice(0, 1))).toEqual([])
  })
})
