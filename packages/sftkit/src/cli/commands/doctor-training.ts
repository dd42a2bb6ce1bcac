import { execFile } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import type { describePlugins } from '@sftkit/core'
import {
  type LauncherProgram,
  launcherPrograms,
  type ModelNeeds,
  modelNeeds,
  type TrainingMachine,
  trainingMachine,
} from '@sftkit/plugin-trainer-hf'
import { bytes, duration } from '../display.ts'
import { callersDirectory } from '../environment.ts'
import type { Check } from './doctor.ts'

/** The config of the place where `sft doctor` is called, resolved. */
export type ConfigOfDoctor = Awaited<ReturnType<typeof describePlugins>>['config']

/** What of `sft doctor` is about training: Python and its packages, the GPU, and what the config's trainers need. */
export async function trainingChecks(config: ConfigOfDoctor | undefined): Promise<Check[]> {
  const machine = await trainingMachine()
  const { plugins = [], root = '' } = config ?? {}
  return [
    pythonCheck(machine),
    ...(await deviceChecks(machine)),
    ...launcherPrograms(plugins).map(launcherCheck),
    ...modelNeeds(plugins, root, machine.devices).flatMap(needChecks),
  ]
}

/** The models that the config's trainers begin with. */
export function modelsOf({ plugins, root }: ConfigOfDoctor): string[] {
  return modelNeeds(plugins, root).map(({ model }) => model)
}

function launcherCheck({ launcher, program, path }: LauncherProgram): Check {
  if (path !== undefined) return { name: program, status: 'ok', found: path }
  return {
    name: program,
    status: 'problem',
    found: 'not on PATH',
    fix: `The config trains with ${launcher}(): run sft where the cluster's commands are.`,
  }
}

function pythonCheck({ python, versions, problem }: TrainingMachine): Check {
  const found =
    versions === undefined ? '' : `Python ${versions.python}, torch ${versions.torch}, TRL ${versions.trl}`
  if (problem === undefined) return { name: 'training', status: 'ok', found }
  return {
    name: 'training',
    status: python === undefined ? 'missing' : 'problem',
    found: problem.text,
    fix: problem.fix ?? 'Needed for training only: `sft setup train`, or set SFT_PYTHON.',
  }
}

async function deviceChecks({ devices, versions }: TrainingMachine): Promise<Check[]> {
  if (devices === undefined) return [await driverCheck()]
  const [gpu] = devices.gpus
  if (gpu === undefined)
    return [
      {
        name: 'GPU',
        status: 'missing',
        found: devices.mps ? 'MPS' : 'none that torch finds',
        fix: 'Training works on the CPU too.',
      },
    ]
  const count = devices.gpus.length === 1 ? '' : `${devices.gpus.length} × `
  const found = `${count}${gpu.name}, ${bytes(gpu.memory)}, CUDA ${devices.cuda}${devices.bf16 ? '' : ', no bfloat16'}`
  const noBf16: Check[] = devices.bf16
    ? []
    : [{ name: 'bfloat16', status: 'problem', found: 'not supported', fix: "Train with `dtype: 'float16'`." }]
  const qlora: Check[] =
    versions?.bitsandbytes === null
      ? [
          {
            name: 'bitsandbytes',
            status: 'missing',
            found: 'not installed',
            fix: 'Needed for `quantization` only.',
          },
        ]
      : []
  return [{ name: 'GPU', status: 'ok', found }, ...noBf16, ...qlora]
}

/** Where there is no torch to ask. */
async function driverCheck(): Promise<Check> {
  const fix = 'Training works on the CPU too; the NVIDIA driver brings nvidia-smi.'
  try {
    const ask = ['--query-gpu=name', '--format=csv,noheader']
    const { stdout } = await promisify(execFile)('nvidia-smi', ask, { timeout: 20_000 })
    return { name: 'GPU', status: 'ok', found: stdout.trim().split('\n').join(', ') }
  } catch {
    return { name: 'GPU', status: 'missing', found: 'none found', fix }
  }
}

function needChecks({ model, memory, available, fits, disk, secondsPerMillionTokens }: ModelNeeds): Check[] {
  const name = `train ${basename(model)}`
  if (memory === undefined)
    return [
      {
        name,
        status: 'missing',
        found: 'not on this machine: its sizes are not known',
        fix: 'Fetch it first for an estimate of memory.',
      },
    ]
  const parts = [
    ...(['weights', 'gradients', 'optimizer', 'activations'] as const).map(
      (part) => `${part} ${bytes(memory[part])}`,
    ),
    `the libraries and gaps in memory ${bytes(memory.overhead)}`,
  ]
  const time =
    secondsPerMillionTokens === undefined
      ? ''
      : `; about ${duration(secondsPerMillionTokens)} for a million tokens`
  const free = statfsSync(callersDirectory())
  const room = free.bavail * free.bsize
  const full: Check[] =
    disk !== undefined && disk > room
      ? [
          {
            name: 'room for it',
            status: 'problem',
            found: `${bytes(room)} free, about ${bytes(disk)} needed`,
            fix: 'Free space, or give --out another disk.',
          },
        ]
      : []
  return [
    {
      name,
      status: fits === false ? 'problem' : 'ok',
      found: `about ${bytes(memory.total)} of ${bytes(available)} (${parts.join(', ')})${time}`,
      ...(fits === false && { fix: 'Lower batchSize or maxLength, or train with `lora`.' }),
    },
    ...full,
  ]
}
