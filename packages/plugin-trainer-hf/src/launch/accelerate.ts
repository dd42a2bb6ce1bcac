import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { errorText, parseOptions, sftError } from '@sftkit/core'
import { z } from 'zod'
import type { Launch, Launcher } from './types.ts'

/** The configs that TRL comes with. */
const TRL_CONFIGS = ['single_gpu', 'multi_gpu', 'fsdp1', 'fsdp2', 'zero1', 'zero2', 'zero3'] as const

export interface AccelerateOptions {
  /** One of TRL's (`fsdp2`, `zero3`, …), or the path of a YAML file of your own; relative to the working directory. */
  readonly config: (typeof TRL_CONFIGS)[number] | (string & {})
  /** Processes in all, over all machines. Default 1. */
  readonly processes?: number
  /** Machines in all. Default 1. */
  readonly machines?: number
  /** This machine's number, from 0 on. Default 0. */
  readonly machine?: number
  /** `HOST:PORT` of machine 0. Needed with `machines`. */
  readonly main?: string
}

const schema = z
  .strictObject({
    config: z.string().min(1),
    processes: z.int().positive().default(1),
    machines: z.int().positive().default(1),
    machine: z.int().nonnegative().default(0),
    main: z
      .string()
      .regex(/^.+:\d+$/, 'HOST:PORT')
      .optional(),
  })
  .refine(({ machines, main }) => machines === 1 || main !== undefined, {
    error: '`main` is needed with several machines',
    path: ['main'],
  })

/** The worker by `accelerate launch`, for FSDP and DeepSpeed. */
export function accelerate(input: AccelerateOptions): Launcher {
  const options = parseOptions('accelerate', schema, input)
  const command = ({ python, workerFile, runFile }: Pick<Launch, 'python' | 'workerFile' | 'runFile'>) => [
    python,
    '-m',
    'accelerate.commands.launch',
    '--config_file',
    configFile(options.config, python),
    '--num_processes',
    String(options.processes),
    ...machineArguments(options),
    workerFile,
    runFile,
  ]
  return {
    name: 'accelerate',
    worldSize: options.processes,
    ...(options.machines > 1 && { node: options.machine }),
    command,
    async start(launch) {
      const { runProcess } = await import('./process.ts')
      return runProcess(command(launch), launch)
    },
  }
}

function machineArguments({ machines, machine, main }: z.output<typeof schema>): string[] {
  if (machines === 1 || main === undefined) return []
  const at = main.lastIndexOf(':')
  return [
    '--num_machines',
    String(machines),
    '--machine_rank',
    String(machine),
    '--main_process_ip',
    main.slice(0, at),
    '--main_process_port',
    main.slice(at + 1),
  ]
}

/** TRL's own are in its package: found without importing it. @throws SFT_TRAIN_ENVIRONMENT */
function configFile(config: string, python: string): string {
  if (!(TRL_CONFIGS as readonly string[]).includes(config)) return config
  const ask = 'import importlib.util; print(importlib.util.find_spec("trl").submodule_search_locations[0])'
  try {
    const folder = execFileSync(python, ['-c', ask], { encoding: 'utf8' }).trim()
    return join(folder, 'accelerate_configs', `${config}.yaml`)
  } catch (error) {
    throw sftError('SFT_TRAIN_ENVIRONMENT', `${python} has no trl: ${errorText(error)}`, { source: python })
  }
}
