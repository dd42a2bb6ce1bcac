import { cancelJob, getJob, runJob } from '@huggingface/hub'
import { z } from 'zod'
import { asking, type HubClient } from './client.ts'

/** The library's own type has other stages than the API answers with. */
const jobSchema = z.looseObject({
  id: z.string(),
  status: z.looseObject({ stage: z.string(), message: z.string().nullish() }),
  startedAt: z.string().nullish(),
  finishedAt: z.string().nullish(),
})
export type Job = z.output<typeof jobSchema>

const ENDED = new Set(['COMPLETED', 'CANCELED', 'ERROR', 'DELETED'])
export const hasEnded = ({ status }: Job): boolean => ENDED.has(status.stage)

/** A job by the two names that its address has. */
export interface JobName {
  readonly namespace: string
  readonly id: string
}

export interface JobRequest {
  readonly namespace: string
  readonly flavor: string
  readonly image: string
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  readonly timeoutSeconds: number
  /** The folder of a bucket that the container has at a path. */
  readonly mount?: { readonly bucket: string; readonly path: string; readonly at: string }
}

/** Starts a job. @throws SFT_TRAIN_JOB, SFT_HUB_… */
export async function createJob(hub: HubClient, request: JobRequest): Promise<Job> {
  const { image, flavor, command, environment, secrets, mount, ...rest } = request
  const answer = await asking(hub, `start a job on ${flavor}`, () =>
    runJob({
      ...rest,
      flavor: flavor as Parameters<typeof runJob>[0]['flavor'],
      dockerImage: image,
      command: [...command],
      environment: { ...environment },
      secrets: { ...secrets },
      labels: { 'made-by': 'sftkit' },
      ...(mount !== undefined && {
        volumes: [
          {
            source: { type: 'bucket', name: mount.bucket },
            mountPath: mount.at,
            path: mount.path,
            readOnly: false,
          },
        ],
      }),
      ...common(hub),
    }),
  )
  return jobSchema.parse(answer)
}

/** A job that the Hub no longer has counts as deleted. @throws SFT_TRAIN_JOB, SFT_HUB_… */
export async function lookAtJob(hub: HubClient, { namespace, id }: JobName): Promise<Job> {
  const answer = await asking(hub, `look at job ${id}`, async () => {
    try {
      return await getJob({ namespace, jobId: id, ...common(hub) })
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 404) throw error
      return { id, status: { stage: 'DELETED', message: null } }
    }
  })
  return jobSchema.parse(answer)
}

/** Ends a job; one that has ended already stays as it is. */
export async function endJob(hub: HubClient, { namespace, id }: JobName): Promise<void> {
  await asking(hub, `cancel job ${id}`, () => cancelJob({ namespace, jobId: id, ...common(hub) }))
}

function common({ url, token, fetch }: HubClient): {
  hubUrl: string
  accessToken: string
  fetch: typeof fetch
} {
  return { hubUrl: url, accessToken: token, fetch }
}
