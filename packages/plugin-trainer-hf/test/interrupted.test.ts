import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expectSftError } from '@sftkit/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { local, type TrainSftOptions, trainSft } from '../src/index.ts'
import { eventOf, events, findTraining, openWorkplace, type Workplace } from './training.ts'

const found = await findTraining()
const title = 'reason' in found ? `interrupted training (skipped: ${found.reason})` : 'interrupted training'
const STEPS = 80

describe.skipIf('reason' in found)(title, () => {
  let place: Workplace

  beforeAll(async () => {
    place = await openWorkplace('python' in found ? found.python : '')
  })
  afterAll(() => place?.remove())

  const long = (name: string): TrainSftOptions => ({
    model: place.model,
    out: place.out(name),
    batchSize: 2,
    gradientAccumulation: 1,
    dtype: 'float32',
    device: 'cpu',
    saveStrategy: 'steps',
    args: { max_steps: STEPS, save_steps: 10, save_total_limit: 2, gradient_checkpointing: false },
  })

  /** Trains in a process of its own. @returns what it printed and its exit code */
  function start(options: TrainSftOptions): { child: ChildProcess; end: Promise<[string, number | null]> } {
    const script = fileURLToPath(new URL('train-process.ts', import.meta.url))
    const child = spawn(process.execPath, [script, place.rows, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let printed = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += String(chunk)
    })
    return {
      child,
      end: new Promise((resolve) => child.on('close', (code) => resolve([printed.trim(), code]))),
    }
  }

  const workerOf = (name: string): number =>
    Number(events(place.out(name)).findLast(({ type }) => type === 'start')?.pid)

  async function goneSoon(pid: number): Promise<boolean> {
    for (let waited = 0; waited < 300_000; waited += 100) {
      try {
        process.kill(pid, 0)
      } catch {
        return true
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return false
  }

  /** The steps of the last start's first and last event of training. */
  const lastBegin = (name: string): number =>
    Number(events(place.out(name)).findLast(({ type }) => type === 'train_begin')?.step)

  it('goes on after its worker, its parent, and both were killed; one is in a folder at a time', async () => {
    const training = trainSft({ train: place.rows }, long('parent'))
    const failed = expectSftError(training, 'SFT_TRAIN_KILLED')
    await eventOf(place.out('parent'), 'checkpoint')
    process.kill(workerOf('parent'), 'SIGKILL')
    await failed
    const half = '{"v":1,"seq":99,"t":1,"type":"lo'
    const begunAt = events(place.out('parent')).length + 1
    // What a worker leaves that was killed while it wrote.
    appendFileSync(join(place.out('parent'), 'model/events.jsonl'), half)
    const first = start(long('parent'))
    await eventOf(place.out('parent'), 'checkpoint', begunAt)
    expect(lastBegin('parent')).toBeGreaterThanOrEqual(10)
    await expectSftError(trainSft({ train: place.rows }, long('parent')), 'SFT_TRAIN_BUSY')
    first.child.kill('SIGKILL')
    await first.end
    expect(await goneSoon(workerOf('parent'))).toBe(true)
    const before = events(place.out('parent')).length
    const second = start(long('parent'))
    await eventOf(place.out('parent'), 'checkpoint', before)
    const worker = workerOf('parent')
    process.kill(-worker, 'SIGKILL')
    second.child.kill('SIGKILL')
    await second.end
    expect(await goneSoon(worker)).toBe(true)
    const [printed, code] = await start(long('parent')).end
    expect([printed, code]).toEqual([String(STEPS), 0])
    expect(lastBegin('parent')).toBeGreaterThanOrEqual(30)
  })

  it.skipIf(process.platform !== 'linux')('says that a process was killed, whichever it was', async () => {
    const training = trainSft(
      { train: place.rows },
      { ...long('rank'), saveStrategy: 'no', loggingSteps: 1, launcher: local({ processes: 2 }) },
    )
    const failed = expectSftError(training, 'SFT_TRAIN_KILLED')
    await eventOf(place.out('rank'), 'log')
    expect(events(place.out('rank')).find(({ type }) => type === 'env')?.worldSize).toBe(2)
    const rank0 = workerOf('rank')
    const other = childrenOf(parentOf(rank0)).find((pid) => pid !== rank0)
    process.kill(other ?? 0, 'SIGKILL')
    await failed
    expect(await goneSoon(rank0)).toBe(true)
  })

  it('writes a checkpoint when it is cancelled, goes on from there, and refuses to with other options', async () => {
    const options = { ...long('cancelled'), saveStrategy: 'no' as const, loggingSteps: 1 }
    const first = start(options)
    await eventOf(place.out('cancelled'), 'log')
    first.child.kill('SIGINT')
    expect(await first.end).toEqual(['SFT_INTERRUPTED', 130])
    const step = Number(events(place.out('cancelled')).findLast(({ type }) => type === 'cancelled')?.step)
    expect(step).toBeGreaterThan(0)
    expect(existsSync(join(place.out('cancelled'), `model/checkpoints/checkpoint-${step}`))).toBe(true)
    const other = trainSft({ train: place.rows }, { ...options, learningRate: 1e-3 })
    expect((await expectSftError(other, 'SFT_TRAIN_RESUME')).message).toContain('learningRate')
    const { steps } = await trainSft({ train: place.rows }, options)
    expect(steps).toBe(STEPS)
    expect(lastBegin('cancelled')).toBe(step)
  })
})

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) && parentOf(Number(name)) === pid ? [Number(name)] : []
    } catch {
      return []
    }
  })
}
