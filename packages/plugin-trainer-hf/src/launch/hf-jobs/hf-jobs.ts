import { join } from 'node:path'
import { counted, parseOptions, sftError } from '@sftkit/core'
import { openJob, type SubmittedJob, writeJob } from '../job-file.ts'
import { fileSize } from '../tail-file.ts'
import type { Launch, Launcher } from '../types.ts'
import { type HfJobsOptions, type HfJobsSettings, hfJobsSchema, processesOf } from './options.ts'
import { EVENT_PREFIX, jobScript, MOUNT_PATH } from './script.ts'

const NAME = 'hf-jobs'

/**
 * The worker as a job on Hugging Face's machines: rows go to a private repository of the Hub, the model comes back from
 * there, or by way of a bucket. The job does not need this process: where that ends, the same command finds the job again.
 *
 * @throws SFT_PLUGIN_OPTIONS
 */
export function hfJobs(input: HfJobsOptions): Launcher {
  const settings = parseOptions('hf-jobs', hfJobsSchema, input)
  const processes = processesOf(settings)
  return {
    name: NAME,
    worldSize: processes,
    command: () => [
      ...['hf', 'jobs', 'run', '--flavor', settings.flavor, '--timeout', `${settings.timeout}s`],
      ...(settings.bucket === undefined ? [] : ['-v', `hf://buckets/${settings.bucket}:${MOUNT_PATH}`]),
      ...['--secrets', 'HF_TOKEN', settings.image, 'uv', 'run', '--script', 'sftkit_worker.py', 'run.json'],
    ],
    async left(folder) {
      const job = openJob(folder, NAME)
      if (job === undefined) return undefined
      const { openHub } = await import('./client.ts')
      const { hasEnded, lookAtJob } = await import('./job.ts')
      const state = await lookAtJob(openHub(), { namespace: job.facts.namespace ?? '', id: job.id })
      return { fingerprint: job.fingerprint, title: `HF job ${job.id}`, active: !hasEnded(state) }
    },
    async start(launch) {
      const { followJob } = await import('./follow.ts')
      const left = launch.follow ? openJob(launch.folder, NAME) : undefined
      return followJob(left ?? (await submit(settings, processes, launch)), launch)
    },
  }
}

/** Uploads what the job needs and starts it. @throws SFT_TRAIN_JOB, SFT_HUB_… */
async function submit(settings: HfJobsSettings, processes: number, launch: Launch): Promise<SubmittedJob> {
  const { openHub } = await import('./client.ts')
  const { dollars, priceOf } = await import('./cost.ts')
  const { createJob } = await import('./job.ts')
  const { openBucket } = await import('./bucket.ts')
  const { accountOf, openRepo, uploadInput } = await import('./upload.ts')
  const { bucket, flavor, timeout, image } = settings
  const { folder, run, log } = launch
  const hub = openHub(launch.signal)
  const secrets = { HF_TOKEN: hub.token, ...secretsOf(settings.secrets) }
  const price = await priceOf(flavor, hub)
  log.info(
    `trainer: ${flavor} costs ${dollars(price * 3600)} an hour, at most ${dollars(price * timeout)} within the limit of ${counted(Math.round(timeout / 60), 'minute')}`,
  )
  const namespace = settings.namespace ?? (await accountOf(hub))
  const repo = settings.repo ?? `${namespace}/sftkit-jobs`
  const path = `train-${new Date().toISOString().replace(/\D/g, '').slice(0, 17)}`
  await openRepo(repo, hub)
  if (bucket !== undefined) await openBucket(bucket, hub)
  log.info(`trainer: uploading to ${repo}/${path}`)
  const revision = await uploadInput(repo, path, launch, hub)
  const script = jobScript({
    processes,
    quantized: run.quantization !== undefined,
    bucket: bucket !== undefined,
  })
  const job = await createJob(hub, {
    namespace,
    flavor,
    image,
    command: ['bash', '-c', script],
    environment: {
      ...launch.env,
      SFT_EVENT_PREFIX: EVENT_PREFIX,
      JOB_REPO: repo,
      JOB_REVISION: revision,
      JOB_PATH: path,
      JOB_SECONDS: String(timeout),
      ...(bucket !== undefined && { JOB_MOUNT: MOUNT_PATH }),
    },
    secrets,
    timeoutSeconds: timeout,
    ...(bucket !== undefined && { mount: { bucket, path, at: MOUNT_PATH } }),
  })
  const submitted: SubmittedJob = {
    launcher: NAME,
    id: job.id,
    fingerprint: run.fingerprint,
    submitted: new Date().toISOString(),
    eventsFrom: fileSize(join(folder, 'events.jsonl')),
    facts: {
      namespace,
      repo,
      path,
      price: String(price),
      timeout: String(timeout),
      ...(bucket !== undefined && { bucket }),
    },
  }
  writeJob(folder, submitted)
  log.info(`trainer: HF job ${job.id} (${hub.url}/jobs/${namespace}/${job.id})`)
  return submitted
}

/** Values of the environment variables that the job gets. @throws SFT_TRAIN_JOB for one that is not set */
function secretsOf(names: readonly string[]): Record<string, string> {
  const missing = names.filter((name) => !process.env[name])
  if (missing.length > 0)
    throw sftError('SFT_TRAIN_JOB', `The job is to get ${missing.join(', ')}, and it is not set.`, {
      fix: 'Set the variables in the environment of the command.',
    })
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']))
}
