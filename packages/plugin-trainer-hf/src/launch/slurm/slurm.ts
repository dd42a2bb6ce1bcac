import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolders, parseOptions } from '@sftkit/core'
import { openJob, type SubmittedJob, writeJob } from '../job-file.ts'
import { fileSize } from '../tail-file.ts'
import type { Launch, Launcher } from '../types.ts'
import { processesOf, type SlurmOptions, slurmSchema } from './options.ts'
import { batchScript } from './script.ts'

const NAME = 'slurm'

/**
 * The worker as a job of a Slurm cluster whose file system this machine shares: `train.sbatch` is written, submitted
 * and followed. The job does not need this process: where that ends, the same command finds the job again.
 *
 * @throws SFT_PLUGIN_OPTIONS
 */
export function slurm(input: SlurmOptions): Launcher {
  const settings = parseOptions('slurm', slurmSchema, input)
  const scriptIn = (folder: string): string => join(folder, 'train.sbatch')
  return {
    name: NAME,
    worldSize: settings.nodes * processesOf(settings),
    command: ({ folder }) => ['sbatch', '--parsable', `--chdir=${folder}`, scriptIn(folder)],
    async left(folder) {
      const job = openJob(folder, NAME)
      if (job === undefined) return undefined
      const { isEnded, queueState } = await import('./state.ts')
      const state = await queueState(job.id)
      const active = state === undefined || !isEnded(state)
      return { fingerprint: job.fingerprint, title: `Slurm job ${job.id}`, active }
    },
    async start(launch) {
      const { followJob } = await import('./follow.ts')
      return followJob(
        launch.follow ? (openJob(launch.folder, NAME) ?? (await submitted(launch))) : await submitted(launch),
        launch,
      )
    },
  }

  async function submitted(launch: Launch): Promise<SubmittedJob> {
    const { submit } = await import('./ask.ts')
    const { folder, run } = launch
    makeFolders(join(folder, 'logs'))
    writeFileSync(scriptIn(folder), batchScript(settings, launch))
    const eventsFrom = fileSize(join(folder, 'events.jsonl'))
    const id = await submit(scriptIn(folder), folder, launch.env)
    const job = {
      launcher: NAME,
      id,
      fingerprint: run.fingerprint,
      submitted: new Date().toISOString(),
      eventsFrom,
      facts: {},
    }
    writeJob(folder, job)
    launch.log.info(`trainer: submitted as Slurm job ${id}`)
    return job
  }
}
