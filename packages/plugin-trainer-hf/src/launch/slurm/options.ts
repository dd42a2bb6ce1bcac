import { z } from 'zod'

export interface SlurmOptions {
  /** The cluster's own default without it. */
  readonly partition?: string
  readonly account?: string
  /** The longest that it may run, as Slurm writes times: `MINUTES`, `HOURS:MINUTES:SECONDS`, `DAYS-HOURS`. */
  readonly time: string
  /** Machines. Default 1. */
  readonly nodes?: number
  /** Default 1; 0 trains on CPUs. */
  readonly gpusPerNode?: number
  /** Processes on each machine. Default: one for each GPU. */
  readonly processesPerNode?: number
  /** Environment modules to load. */
  readonly modules?: readonly string[]
  /** Lines of shell that run before the training. */
  readonly setup?: readonly string[]
  /** Further options of sbatch, as `--qos=long`, `--mem=64G`, `--cpus-per-task=8`. */
  readonly args?: readonly string[]
}

const word = z.string().regex(/^[^\s'"\\]+$/, 'no space and no quote')

export const slurmSchema = z.strictObject({
  partition: word.optional(),
  account: word.optional(),
  time: z.string().regex(/^(\d+-)?\d+(:\d+){0,2}$/, '`90`, `1:30:00` or `2-12`'),
  nodes: z.int().positive().default(1),
  gpusPerNode: z.int().nonnegative().default(1),
  processesPerNode: z.int().positive().optional(),
  modules: z.array(word).default([]),
  setup: z.array(z.string()).default([]),
  args: z
    .array(
      z
        .string()
        .regex(/^--?\w[^\n]*$/, 'an option of sbatch')
        // Several jobs would write to one folder.
        .refine((option) => !/^(--array|-a)/.test(option) || /[ =a]\d+$/.test(option), {
          error: 'an array of one job',
        }),
    )
    .default([]),
})

export type SlurmSettings = z.output<typeof slurmSchema>

/** Processes on one machine. */
export function processesOf({ processesPerNode, gpusPerNode }: SlurmSettings): number {
  return processesPerNode ?? Math.max(1, gpusPerNode)
}
