import { type SftError, sftError } from '@sftkit/core'
import { saysOutOfMemory } from '../out-of-memory.ts'
import type { LogReader } from './events.ts'
import type { Job } from './job.ts'

/** What the place ended; undefined where the worker says it itself, or all went well. */
export function jobFailure(
  job: Job,
  timeoutSeconds: number,
  { ended, last }: Pick<LogReader, 'ended' | 'last'>,
  source: string,
): SftError | undefined {
  const { stage, message } = job.status
  const said = message ? `: ${message}` : ''
  const name = `HF job ${job.id}`
  if (ended === 'done') return undefined
  if (stage === 'CANCELED')
    return sftError('SFT_TRAIN_CANCELLED', `${name} was cancelled by somebody else${said}.`, { source })
  if (stage === 'DELETED')
    return sftError('SFT_TRAIN_LOST', `${name} was deleted${said}.`, {
      source,
      fix: 'What it had made is lost. The same command starts another one.',
    })
  // Nobody but the clock asks a worker in a container to end.
  const overTime = /time(d )?[- ]?out|timeout/i.test(message ?? '') || secondsOf(job) >= timeoutSeconds
  if (ended === 'cancelled' || overTime)
    return sftError('SFT_TRAIN_TIMEOUT', `${name} came to its time limit${said}.`, {
      source,
      fix: 'The same command goes on from the last checkpoint that was brought back. Give `timeout` more, or train less at once.',
    })
  if (stage === 'ERROR' && ended === undefined && saysOutOfMemory([message, ...last].join('\n')))
    return sftError('SFT_TRAIN_MEMORY', `${name} had not enough memory${said}.`, {
      source,
      fix: 'Take a larger flavor, or lower batchSize. Its log is in logs/job.log.',
    })
  if (stage === 'ERROR' && ended === undefined && message)
    return sftError('SFT_TRAIN_LOST', `${name} failed${said}.`, {
      source,
      fix: 'Its log is in logs/job.log.',
    })
  return undefined
}

/** How long a job has run. */
export function secondsOf({ startedAt, finishedAt }: Job): number {
  if (!startedAt) return 0
  return ((finishedAt ? Date.parse(finishedAt) : Date.now()) - Date.parse(startedAt)) / 1000
}
