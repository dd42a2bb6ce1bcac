import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ErrorCode } from '@sftkit/core'
import { expectSftError, type ScriptedHub, scriptedHub } from '@sftkit/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HfJobsOptions, hfJobs, type TrainSftOptions, trainSft } from '../../src/index.ts'
import { eventOf, events, findTraining, openWorkplace, type Workplace } from '../training.ts'
import { type JobsServer, jobsServer } from './jobs-server.ts'

const TOKEN = 'hf_abcdefghijklmnopqrstuvwxyz012345'
const found = await findTraining()
const title = 'reason' in found ? `training by HF Jobs (skipped: ${found.reason})` : 'training by HF Jobs'

describe.skipIf('reason' in found)(title, () => {
  let place: Workplace
  let hub: ScriptedHub
  let server: JobsServer

  beforeAll(async () => {
    const python = 'python' in found ? found.python : ''
    place = await openWorkplace(python)
    hub = await scriptedHub({
      accounts: { [TOKEN]: { name: 'alice', orgs: ['team'] } },
      repos: { 'alice/open': { type: 'model', files: {} } },
    })
    server = await jobsServer({ hub: hub.url, token: TOKEN, python, folder: join(place.folder, 'container') })
    process.env.HF_ENDPOINT = server.url
    process.env.HF_TOKEN = TOKEN
    process.env.HF_HUB_OFFLINE = '0'
  })
  afterAll(async () => {
    await server?.close()
    await hub?.close()
    place?.remove()
  })

  const basic: HfJobsOptions = { flavor: 'cpu-basic', timeout: '10m' }
  const few = (name: string, more: Partial<TrainSftOptions> = {}): TrainSftOptions => ({
    model: place.model,
    out: place.out(name),
    batchSize: 2,
    gradientAccumulation: 1,
    dtype: 'float32',
    device: 'cpu',
    loggingSteps: 1,
    launcher: hfJobs(basic),
    ...more,
    args: { max_steps: 4, gradient_checkpointing: false, ...more.args },
  })
  const wholeCheckpoints = (folder: string): string[] => {
    const checkpoints = join(folder, 'checkpoints')
    return existsSync(checkpoints)
      ? readdirSync(checkpoints).filter((name) => existsSync(join(checkpoints, name, 'sftkit.json')))
      : []
  }
  const eventKeys = (name: string): string[] =>
    events(place.out(name)).map(({ seq, type }) => `${seq} ${type}`)

  it('uploads, trains there, and brings the model back, also where the log breaks', async () => {
    server.breakLogs(3, 4)
    const trained = await trainSft({ train: place.rows }, few('first'))
    expect(trained.steps).toBe(4)
    expect(readdirSync(trained.modelPath)).toContain('model.safetensors')
    const keys = eventKeys('first')
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.at(-1)).toMatch(/done$/)
    expect(keys.filter((key) => key.endsWith('log')).length).toBeGreaterThan(3)
    expect(hub.isPrivate('alice/sftkit-jobs')).toBe(true)
    const [job] = server.jobs
    expect(job?.request.timeoutSeconds).toBe(600)
    expect(job?.request.secrets?.HF_TOKEN).toBe(TOKEN)
    const { secrets: _secrets, ...open } = job?.request ?? {}
    expect(JSON.stringify(open)).not.toContain(TOKEN)
    expect(Object.values(hub.files('alice/sftkit-jobs')).join('\n')).not.toContain(TOKEN)
    expect(readFileSync(join(place.out('first'), 'model/logs/job.log'), 'utf8')).not.toContain('sftkit-event')
  })

  it('brings back what a job made whose end nobody saw', async () => {
    const folder = join(place.out('first'), 'model')
    // As a killed process leaves it.
    const { ended, ...job } = JSON.parse(readFileSync(join(folder, 'job.json'), 'utf8'))
    expect(ended).toBe('COMPLETED')
    writeFileSync(join(folder, 'job.json'), JSON.stringify(job))
    for (const name of ['final', 'metrics.json']) rmSync(join(folder, name), { recursive: true })
    const { steps, modelPath } = await trainSft({ train: place.rows }, few('first'))
    expect([steps, readdirSync(modelPath).includes('model.safetensors')]).toEqual([4, true])
    expect(server.jobs).toHaveLength(1)
    expect(new Set(eventKeys('first')).size).toBe(eventKeys('first').length)
  })

  it('refuses weights that are not those that the worker wrote', async () => {
    const folder = join(place.out('first'), 'model')
    const { ended: _ended, ...job } = JSON.parse(readFileSync(join(folder, 'job.json'), 'utf8'))
    writeFileSync(join(folder, 'job.json'), JSON.stringify(job))
    const weights = Object.keys(hub.files('alice/sftkit-jobs')).find(
      (path) => path.endsWith('.safetensors') && path.includes('/out/'),
    )
    hub.commit('alice/sftkit-jobs', { [weights ?? '']: 'something else' })
    await expectSftError(trainSft({ train: place.rows }, few('first')), 'SFT_TRAIN_OUTPUT')
  })

  it('writes a checkpoint before the time is over, goes on from it in another job, and cancels that', async () => {
    const long = (more: Partial<TrainSftOptions> = {}): TrainSftOptions =>
      few('late', { args: { max_steps: 5000 }, ...more })
    const late = expectSftError(trainSft({ train: place.rows }, long()), 'SFT_TRAIN_TIMEOUT')
    await eventOf(place.out('late'), 'log')
    server.timeIsOver(server.jobs.at(-1)?.id ?? '')
    await late
    const checkpoints = readdirSync(join(place.out('late'), 'model/checkpoints')).filter((name) =>
      name.startsWith('checkpoint-'),
    )
    expect(checkpoints).toHaveLength(1)
    const before = events(place.out('late')).length
    const abort = new AbortController()
    const training = trainSft({ train: place.rows }, long({ signal: abort.signal }))
    const failed = expectSftError(training, 'SFT_INTERRUPTED')
    const begun = await eventOf(place.out('late'), 'train_begin', before)
    expect(begun?.step).toBe(Number(checkpoints[0]?.slice('checkpoint-'.length)))
    abort.abort()
    await failed
    expect(server.jobs.at(-1)?.stage).toBe('CANCELED')
  })

  it('takes the model from a bucket, and the checkpoints of a job that was cancelled', async () => {
    const launcher = hfJobs({ ...basic, bucket: 'alice/store' })
    const trained = await trainSft({ train: place.rows }, few('bucket', { launcher }))
    expect(readdirSync(trained.modelPath)).toContain('model.safetensors')
    expect(server.buckets.visibility.get('alice/store')).toBe('private')
    const { request } = server.jobs.at(-1) ?? {}
    expect(request?.volumes).toEqual([
      {
        type: 'bucket',
        source: 'alice/store',
        mountPath: request?.environment.JOB_MOUNT,
        path: request?.environment.JOB_PATH,
        readOnly: false,
      },
    ])
    expect(Object.keys(hub.files('alice/sftkit-jobs')).join()).not.toContain(
      `${request?.environment.JOB_PATH}/out`,
    )

    const abort = new AbortController()
    const long: Partial<TrainSftOptions> = {
      launcher,
      signal: abort.signal,
      saveStrategy: 'steps',
      args: { max_steps: 5000, save_steps: 5, save_total_limit: 2 },
    }
    const failed = expectSftError(trainSft({ train: place.rows }, few('kept', long)), 'SFT_INTERRUPTED')
    await eventOf(place.out('kept'), 'checkpoint')
    const store = join(
      server.buckets.folderOf('alice/store'),
      server.jobs.at(-1)?.request.environment.JOB_PATH ?? '',
    )
    while (!wholeCheckpoints(store).length) await new Promise((resolve) => setTimeout(resolve, 50))
    abort.abort()
    await failed
    const kept = wholeCheckpoints(join(place.out('kept'), 'model'))
    expect(kept.length).toBeGreaterThan(0)
    expect(readdirSync(join(place.out('kept'), 'model/checkpoints', kept[0] ?? ''))).toContain(
      'model.safetensors',
    )
  })

  it('says why a job failed', async () => {
    const wrong = few('wrong', { learningRate: 1e6, maxGradNorm: 0, args: { max_steps: 60 } })
    await expectSftError(trainSft({ train: place.rows }, wrong), 'SFT_TRAIN_DIVERGED')
    expect(existsSync(join(place.out('wrong'), 'model/final'))).toBe(false)
    for (const [stage, code, message] of [
      ['CANCELED', 'SFT_TRAIN_CANCELLED', undefined],
      ['DELETED', 'SFT_TRAIN_LOST', undefined],
      ['ERROR', 'SFT_TRAIN_LOST', 'Node failure: no room in the zone'],
      ['ERROR', 'SFT_TRAIN_MEMORY', 'OOMKilled'],
    ] as const) {
      const count = server.jobs.length
      const failed = expectSftError(trainSft({ train: place.rows }, few(`${stage}-${code}`)), code)
      while (server.jobs.length === count) await new Promise((resolve) => setTimeout(resolve, 50))
      server.end(server.jobs.at(-1)?.id ?? '', stage, message)
      await failed
    }
  })

  it('refuses before anything is uploaded', async () => {
    const commits = hub.requests.length
    server.buckets.visibility.set('alice/open', 'public')
    const refused: [Partial<HfJobsOptions>, ErrorCode][] = [
      [{ flavor: 'cpu-basik' }, 'SFT_TRAIN_JOB'],
      [{ secrets: ['NOT_SET_ANYWHERE'] }, 'SFT_TRAIN_JOB'],
      [{ repo: 'alice/open' }, 'SFT_HUB_PUBLIC'],
      [{ bucket: 'alice/open' }, 'SFT_HUB_PUBLIC'],
    ]
    for (const [change, code] of refused) {
      const launcher = hfJobs({ ...basic, ...change })
      await expectSftError(trainSft({ train: place.rows }, few('refused', { launcher })), code)
    }
    delete process.env.HF_TOKEN
    await expectSftError(trainSft({ train: place.rows }, few('refused')), 'SFT_HUB_AUTH')
    process.env.HF_TOKEN = TOKEN
    expect(
      hub.requests
        .slice(commits)
        .filter(({ method, path }) => method === 'POST' && path.includes('/commit/')),
    ).toEqual([])
    await expectSftError(() => hfJobs({ flavor: 'cpu-basic', timeout: 'soon' }), 'SFT_PLUGIN_OPTIONS')
  })
})
