import { z } from 'zod'

export interface HfJobsOptions {
  /** The hardware, as `l4x1` or `a100x4`; an unknown one is answered with those that there are. */
  readonly flavor: string
  /** The longest that the job may run: `90m`, `6h`, `1d`. */
  readonly timeout: string
  /** Who pays: a person or an organisation. Default: the account of HF_TOKEN. */
  readonly namespace?: string
  /** The private model repository that data and results go through. Default: `sftkit-jobs` of the namespace. */
  readonly repo?: string
  /**
   * A private bucket that results come back through instead of the repository: it is mounted in the container, so that
   * a job which is cancelled leaves its checkpoints. It is made where it does not exist.
   */
  readonly bucket?: string
  /** A container image that has bash and uv. */
  readonly image?: string
  /** Processes, one for each GPU. Default: the number at the flavor's end. */
  readonly processes?: number
  /** Names of environment variables that the job gets as secrets, beside HF_TOKEN. */
  readonly secrets?: readonly string[]
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }
const name = z.string().regex(/^[\w.-]+$/)
const fullName = z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'ORG/NAME')

export const hfJobsSchema = z.strictObject({
  flavor: z.string().min(1),
  timeout: z
    .string()
    .regex(/^\d+(\.\d+)?[smhd]$/, '`90m`, `6h` or `1d`')
    .transform((text) => Math.ceil(Number(text.slice(0, -1)) * (SECONDS[text.slice(-1)] ?? 1)))
    .pipe(z.int().positive()),
  namespace: name.optional(),
  repo: fullName.optional(),
  bucket: fullName.optional(),
  image: z.string().min(1).default('astral/uv:python3.12-bookworm'),
  processes: z.int().positive().optional(),
  secrets: z.array(z.string().regex(/^[A-Za-z_]\w*$/, 'the name of a variable')).default([]),
})

export type HfJobsSettings = z.output<typeof hfJobsSchema>

/** `a100x4` has four GPUs, `l40sx1` and `t4-small` one. */
export function processesOf({ processes, flavor }: HfJobsSettings): number {
  return processes ?? Number(/x(\d+)$/.exec(flavor)?.[1] ?? 1)
}
