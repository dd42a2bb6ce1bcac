import { type SftError, sftError } from '@sftkit/core'
import type { JobEnd } from './state.ts'

/** What Slurm ended for a reason of its own; undefined where the worker ended by itself. */
export function slurmFailure(
  id: string,
  { state, asked, reason, restarts = 0, exitCode, written }: JobEnd,
  source: string,
): SftError | undefined {
  const job = `Slurm job ${id}`
  if (state === 'TIMEOUT' || state === 'DEADLINE' || asked === 'limit')
    return sftError('SFT_TRAIN_TIMEOUT', `${job} came to its time limit.`, {
      source,
      fix: 'The same command goes on from the last checkpoint. Give `time` more, or train less at once.',
    })
  if (state === 'OUT_OF_MEMORY')
    return sftError('SFT_TRAIN_MEMORY', `${job} used more memory than it was given.`, {
      source,
      fix: "Ask for more with args: ['--mem=…'], or lower batchSize.",
    })
  if (state === 'NODE_FAIL' || state === 'BOOT_FAIL')
    return sftError('SFT_TRAIN_LOST', `A machine of ${job} failed (${reason ?? state}).`, { source })
  if (state === 'PREEMPTED')
    return sftError('SFT_TRAIN_LOST', `${job} was ended for one that goes before it, and not put back.`, {
      source,
    })
  if (state === 'CANCELLED' || state === 'REVOKED' || asked === 'asked')
    return sftError('SFT_TRAIN_CANCELLED', `${job} was cancelled by somebody else.`, { source })
  if (state === 'FAILED' && !written && restarts > 0 && exitCode !== undefined)
    return sftError(
      'SFT_TRAIN_LOST',
      `${job} was put back into the queue, and could not be started again (${reason ?? state}).`,
      {
        source,
        fix: `The same command goes on from the last checkpoint in another job. logs/${id}.err may say why.`,
      },
    )
  return undefined
}
