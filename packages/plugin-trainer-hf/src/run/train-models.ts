import type { Checkpoint } from '@sftkit/core'
import { environmentFor } from '../environment/open-environment.ts'
import { type JobsInput, trainJob } from './jobs.ts'
import { modelPlaces } from './model-places.ts'
import { checkpointOf, type TrainContext, trainOne } from './train-one.ts'

/**
 * Trains the models of a config, one after another. All of them are checked before the first is begun.
 *
 * @returns a checkpoint for each, in their order
 */
export async function trainModels(
  input: Omit<JobsInput, 'environment'>,
  context: TrainContext,
): Promise<Checkpoint[]> {
  const places = modelPlaces(input.settings, input.folder, input.root)
  const environment = await environmentFor(input.settings.launcher)
  const jobs = []
  for (const place of places)
    jobs.push({ ...(await trainJob(place, { ...input, environment }, context)), name: place.name })
  const checkpoints: Checkpoint[] = []
  for (const job of jobs) {
    if (jobs.length > 1)
      context.log.info(`trainer: ${job.title} (${checkpoints.length + 1} of ${jobs.length})`)
    const metrics = await trainOne(job, context)
    checkpoints.push({ ...checkpointOf(job.folder, job.run, metrics), name: job.name })
  }
  return checkpoints
}
