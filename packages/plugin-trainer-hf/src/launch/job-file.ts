import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const jobSchema = z.object({
  launcher: z.string(),
  /** What the place calls it. */
  id: z.string(),
  fingerprint: z.object({ model: z.string(), dataset: z.string(), config: z.string() }),
  submitted: z.string(),
  /** Bytes that events.jsonl had before this job. */
  eventsFrom: z.number(),
  /** How it ended, once that was seen. */
  ended: z.string().optional(),
  /** What a launcher needs to find it again. */
  facts: z.record(z.string(), z.string()).default({}),
})

/** A job of a place that goes on without this process: `job.json` in the model's folder. */
export type SubmittedJob = z.infer<typeof jobSchema>

const fileIn = (folder: string): string => join(folder, 'job.json')

/** The last job that was submitted for a folder, where nobody has seen the end of it. */
export function jobWithoutEnd(folder: string): SubmittedJob | undefined {
  if (!existsSync(fileIn(folder))) return undefined
  try {
    const { data } = jobSchema.safeParse(JSON.parse(readFileSync(fileIn(folder), 'utf8')))
    return data?.ended === undefined ? data : undefined
  } catch {
    return undefined
  }
}

export function writeJob(folder: string, job: SubmittedJob): void {
  const file = fileIn(folder)
  writeFileSync(`${file}.new`, `${JSON.stringify(job, undefined, 2)}\n`)
  renameSync(`${file}.new`, file)
}

/** The same, where it is one of this launcher. */
export function openJob(folder: string, launcher: string): SubmittedJob | undefined {
  const job = jobWithoutEnd(folder)
  return job?.launcher === launcher ? job : undefined
}
