import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expectSftError } from '@sftkit/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SlurmOptions, slurm, type TrainSftOptions, trainSft } from '../../src/index.ts'
import { eventOf, events, findTraining, openWorkplace, type Workplace } from '../training.ts'
import { startCluster } from './slurm-cluster.ts'

const found = await findTraining()
const cluster = 'reason' in found ? found : await startCluster()
const title = 'reason' in cluster ? `training by Slurm (skipped: ${cluster.reason})` : 'training by Slurm'
// Enough that a fast machine is still training when the second parent has found the job.
const STEPS = 1000

describe.skipIf('reason' in cluster)(title, () => {
  let place: Workplace

  beforeAll(async () => {
    place = await openWorkplace('python' in found ? found.python : '')
    if ('conf' in cluster) process.env.SLURM_CONF = cluster.conf
  })
  afterAll(async () => {
    place?.remove()
    if ('conf' in cluster) await cluster.stop()
  })

  const cpu: SlurmOptions = { time: '10', gpusPerNode: 0 }
  const long = (name: string, args: Record<string, unknown> = {}): TrainSftOptions => ({
    model: place.model,
    out: place.out(name),
    batchSize: 2,
    gradientAccumulation: 1,
    dtype: 'float32',
    device: 'cpu',
    saveStrategy: 'steps',
    args: { max_steps: STEPS, save_steps: 50, save_total_limit: 2, gradient_checkpointing: false, ...args },
  })
  const jobIn = (name: string): { id: string; ended?: string } =>
    JSON.parse(readFileSync(join(place.out(name), 'model/job.json'), 'utf8'))
  const stateOf = (id: string): string =>
    execFileSync('squeue', ['--noheader', '--states=all', `--jobs=${id}`, '--format=%T'], {
      encoding: 'utf8',
    }).trim()

  /**
   * Lets a job that was put back start at once. Slurm has it wait for two minutes; a machine refuses it in the second in
   * which it ended the start before.
   */
  async function startedAgain(id: string): Promise<void> {
    while (stateOf(id) !== 'PENDING') await new Promise((resolve) => setTimeout(resolve, 200))
    await new Promise((resolve) => setTimeout(resolve, 2000))
    execFileSync('scontrol', ['update', `JobId=${id}`, 'StartTime=now'])
  }

  /** Waits until a process has taken the folder for itself. */
  async function ownedBy(name: string, pid: number | undefined): Promise<void> {
    const lock = join(place.out(name), 'model/.lock')
    for (;;) {
      if (existsSync(lock) && JSON.parse(readFileSync(lock, 'utf8')).pid === pid) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  function start(name: string): { child: ChildProcess; end: Promise<[string, number | null]> } {
    const script = fileURLToPath(new URL('../train-process.ts', import.meta.url))
    const child = spawn(
      process.execPath,
      [script, place.rows, JSON.stringify(long(name)), JSON.stringify(cpu)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let printed = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += String(chunk)
    })
    return {
      child,
      end: new Promise((resolve) => child.on('close', (code) => resolve([printed.trim(), code]))),
    }
  }

  it('trains in a job of two machines, and takes a finished training up', async () => {
    const options = {
      ...long('two', { max_steps: 3 }),
      launcher: slurm({
        ...cpu,
        nodes: 2,
        setup: ['export FROM_SETUP=1'],
        args: ['--comment=test', '--array=7'],
      }),
    }
    const { steps, finalLoss } = await trainSft({ train: place.rows }, options)
    expect(steps).toBe(3)
    expect(finalLoss).toBeGreaterThan(0)
    expect(events(place.out('two')).find(({ type }) => type === 'env')?.worldSize).toBe(2)
    const { id, ended } = jobIn('two')
    expect([ended, stateOf(id)]).toEqual(['COMPLETED', 'COMPLETED'])
    await trainSft({ train: place.rows }, options)
    expect(jobIn('two').id).toBe(id)
  })

  it('goes on without its parent, is followed, interrupted, gone on with, and put back into the queue', async () => {
    const out = place.out('followed')
    const first = start('followed')
    await eventOf(out, 'checkpoint')
    first.child.kill('SIGKILL')
    await first.end
    const { id } = jobIn('followed')
    expect(stateOf(id)).toBe('RUNNING')
    const other = { ...long('followed'), learningRate: 1e-3, launcher: slurm(cpu) }
    await expectSftError(trainSft({ train: place.rows }, other), 'SFT_TRAIN_BUSY')
    const second = start('followed')
    await ownedBy('followed', second.child.pid)
    second.child.kill('SIGINT')
    expect(await second.end).toEqual(['SFT_INTERRUPTED', 130])
    expect(jobIn('followed').id).toBe(id)
    expect(events(out).filter(({ type }) => type === 'start')).toHaveLength(1)
    const step = Number(events(out).findLast(({ type }) => type === 'cancelled')?.step)
    expect(existsSync(join(out, `model/checkpoints/checkpoint-${step}`))).toBe(true)

    const third = start('followed')
    await eventOf(out, 'checkpoint', events(out).length)
    const next = jobIn('followed').id
    expect(next).not.toBe(id)
    execFileSync('scontrol', ['requeue', next])
    await startedAgain(next)
    expect(await third.end).toEqual([String(STEPS), 0])
    expect(jobIn('followed')).toMatchObject({ id: next, ended: 'COMPLETED' })
    const begun = events(out).flatMap((event) => (event.type === 'train_begin' ? [Number(event.step)] : []))
    expect(begun).toEqual([0, step, expect.any(Number)])
    expect(begun[2]).toBeGreaterThan(step)
  })

  it('says that somebody else cancelled the job, and why one was not taken', async () => {
    const training = trainSft(
      { train: place.rows },
      { ...long('ended', { max_steps: 2000, save_steps: 5 }), launcher: slurm(cpu) },
    )
    const failed = expectSftError(training, 'SFT_TRAIN_CANCELLED')
    await eventOf(place.out('ended'), 'checkpoint')
    execFileSync('scancel', [jobIn('ended').id])
    await failed
    const refused = { ...long('refused'), launcher: slurm({ ...cpu, partition: 'nowhere' }) }
    await expectSftError(trainSft({ train: place.rows }, refused), 'SFT_TRAIN_JOB')
  })

  it('passes on what the worker says', async () => {
    const wrong = { ...long('wrong'), learningRate: 1e6, maxGradNorm: 0, launcher: slurm(cpu) }
    await expectSftError(trainSft({ train: place.rows }, wrong), 'SFT_TRAIN_DIVERGED')
  })
})
