import { parseOptions } from '@sftkit/core'
import { z } from 'zod'
import type { Launch, Launcher } from './types.ts'

export interface LocalOptions {
  /** Processes on this machine, one for each GPU. Default 1. */
  readonly processes?: number
  /** Machines in all. Each of them runs the same command, with its own `node`. Default 1. */
  readonly nodes?: number
  /** This machine's number, from 0 on. Default 0. */
  readonly node?: number
  /** `HOST:PORT` of machine 0, where the machines find each other. Needed with `nodes`. */
  readonly rendezvous?: string
  /** A name that all machines of a run share. Default `sftkit`. */
  readonly id?: string
}

const schema = z
  .strictObject({
    processes: z.int().positive().default(1),
    nodes: z.int().positive().default(1),
    node: z.int().nonnegative().default(0),
    rendezvous: z
      .string()
      .regex(/^.+:\d+$/, 'HOST:PORT')
      .optional(),
    id: z.string().min(1).default('sftkit'),
  })
  .refine(({ nodes, rendezvous }) => nodes === 1 || rendezvous !== undefined, {
    error: '`rendezvous` is needed with several nodes',
    path: ['rendezvous'],
  })
  .refine(({ nodes, node }) => node < nodes, { error: 'it is below `nodes`', path: ['node'] })

/** The worker on this machine: one process, or several by torchrun, also together with those of other machines. */
export function local(input: LocalOptions = {}): Launcher {
  const options = parseOptions('local', schema, input)
  const { processes, nodes } = options
  const worldSize = processes * nodes
  const command = ({ python, workerFile, runFile }: Pick<Launch, 'python' | 'workerFile' | 'runFile'>) =>
    worldSize === 1
      ? [python, workerFile, runFile]
      : [python, '-m', 'torch.distributed.run', ...torchrunArguments(options), workerFile, runFile]
  return {
    name: 'local',
    worldSize,
    ...(nodes > 1 && { node: options.node }),
    command,
    async start(launch) {
      const { runProcess } = await import('./process.ts')
      return runProcess(command(launch), launch)
    },
  }
}

function torchrunArguments({ processes, nodes, rendezvous, id }: z.output<typeof schema>): string[] {
  const each = `--nproc-per-node=${processes}`
  if (nodes === 1) return ['--standalone', each]
  return [
    `--nnodes=${nodes}`,
    each,
    '--rdzv-backend=c10d',
    `--rdzv-endpoint=${rendezvous}`,
    `--rdzv-id=${id}`,
  ]
}
