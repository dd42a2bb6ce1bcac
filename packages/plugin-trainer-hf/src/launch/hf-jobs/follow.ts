import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { counted, errorText, isSftError } from '@sftkit/core'
import { type SubmittedJob, writeJob } from '../job-file.ts'
import type { Launch, WorkerEnd } from '../types.ts'
import { bringBack, type OutputPlace } from './bring-back.ts'
import { type HubClient, openHub } from './client.ts'
import { dollars } from './cost.ts'
import { type LogReader, logReader } from './events.ts'
import { jobFailure, secondsOf } from './failure.ts'
import { endJob, hasEnded, type Job, type JobName, lookAtJob } from './job.ts'
import { logLines } from './logs.ts'
import { outputOf } from './script.ts'

const POLL_MS = 3000
/** After a job's end its log may still be sent for so long. */
const LAST_LINES_MS = 10_000

/** Watches a job to its end, passes its events on, and brings back what it left. */
export async function followJob(submitted: SubmittedJob, launch: Launch): Promise<WorkerEnd> {
  const { folder, signal, log } = launch
  const { namespace = '', repo = '', bucket, path = '', price = '0', timeout = '0' } = submitted.facts
  const name: JobName = { namespace, id: submitted.id }
  const hub = openHub()
  const reader = logReader(
    { events: join(folder, 'events.jsonl'), log: join(folder, 'logs/job.log'), from: submitted.eventsFrom },
    launch.onEvent,
  )
  const cancel = (): void => void endJob(hub, name).catch((error) => log.warn(`trainer: ${errorText(error)}`))
  if (signal.aborted) cancel()
  else signal.addEventListener('abort', cancel, { once: true })
  try {
    const job = await untilEnded(hub, name, reader, launch)
    const from: OutputPlace =
      bucket === undefined
        ? { repo: { type: 'model', name: repo }, path: outputOf(path) }
        : { repo: { type: 'bucket', name: bucket }, path }
    for (const line of await bringBack(from, folder, hub)) reader.takeEvent(line)
    writeJob(folder, { ...submitted, ended: job.status.stage })
    const seconds = secondsOf(job)
    log.info(
      `trainer: HF job ${job.id} ran ${counted(Math.ceil(seconds / 60), 'minute')}, about ${dollars(seconds * Number(price))}`,
    )
    const failure = jobFailure(job, Number(timeout), reader, folder)
    return {
      stderr: reader.last.join('\n'),
      detail: `HF job ${job.id}: ${job.status.stage}${job.status.message ? `, ${job.status.message}` : ''}`,
      ...(failure !== undefined && { failure }),
    }
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

/** The log while the job runs, connected again whenever it breaks; the job's own stage decides about its end. */
async function untilEnded(hub: HubClient, name: JobName, reader: LogReader, launch: Launch): Promise<Job> {
  const ended = new AbortController()
  let waits = true
  const streaming = (async () => {
    while (!ended.signal.aborted) {
      if (!waits) await readLog(hub, name, reader, ended.signal)
      await wait(POLL_MS / 3, undefined, { signal: ended.signal }).catch(() => {})
    }
  })()
  let silent = false
  try {
    for (;;) {
      const job = await lookAtJob(hub, name).catch((error) => {
        if (!isSftError(error) || error.code !== 'SFT_HUB_UNREACHABLE') throw error
        if (!silent) launch.log.warn(`trainer: ${error.message} The job goes on without it.`)
        silent = true
        return undefined
      })
      if (job !== undefined) silent = false
      if (job?.status.stage === 'RUNNING') waits = false
      else if (job !== undefined && !hasEnded(job)) launch.onWait?.(`HF job ${name.id}: ${job.status.stage}`)
      if (job !== undefined && hasEnded(job)) {
        ended.abort()
        await streaming
        if (reader.ended === undefined) await readLog(hub, name, reader, AbortSignal.timeout(LAST_LINES_MS))
        return job
      }
      await wait(POLL_MS)
    }
  } finally {
    ended.abort()
  }
}

/** One connection. What breaks it is no matter: the next one begins at the first line again. */
async function readLog(hub: HubClient, name: JobName, reader: LogReader, signal: AbortSignal): Promise<void> {
  reader.restart()
  try {
    for await (const line of logLines(hub, name, signal)) reader.take(line)
  } catch {}
}
