import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WorkerRun } from '../worker/protocol.ts'

/** TRL's names of what the trainer has options for. */
const OPTION_OF: Readonly<Record<string, string>> = {
  num_train_epochs: 'epochs',
  per_device_train_batch_size: 'batchSize',
  gradient_accumulation_steps: 'gradientAccumulation',
  learning_rate: 'learningRate',
  max_grad_norm: 'maxGradNorm',
  warmup_steps: 'warmup',
  max_length: 'maxLength',
  save_strategy: 'saveStrategy',
  logging_steps: 'loggingSteps',
  report_to: 'reportTo',
}

/** Of no option: told by the model and the rows, or by what runs. */
const NOT_OPTIONS = new Set(['model', 'dataset', 'output', 'fingerprint', 'resume', 'protocol', 'task'])

/**
 * The options in which a training differs from the one that a folder's run.json tells of, with both values:
 * `learningRate (0.00002, now 0.0001)`. None where there is no run.json that can be read.
 */
export function changedOptions(folder: string, run: Omit<WorkerRun, 'fingerprint' | 'resume'>): string[] {
  let earlier: Record<string, unknown>
  try {
    earlier = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as Record<string, unknown>
  } catch {
    return []
  }
  const before = flat(earlier)
  const now = flat(run)
  return [...new Set([...before.keys(), ...now.keys()])]
    .filter((name) => before.get(name) !== now.get(name))
    .map((name) => `${name} (${shown(before.get(name))}, now ${shown(now.get(name))})`)
}

/** Options by name, those of `args` and `lora` one by one, each as JSON. */
function flat(run: object): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of Object.entries(run)) {
    if (NOT_OPTIONS.has(name) || value === undefined) continue
    if (name === 'args')
      for (const [argument, given] of Object.entries(value as object))
        found.set(OPTION_OF[argument] ?? argument, JSON.stringify(given))
    else if (name === 'lora' || name === 'checks')
      for (const [part, given] of Object.entries(value as object))
        found.set(name === 'lora' ? `lora.${part}` : part, JSON.stringify(given))
    else found.set(name, JSON.stringify(value))
  }
  return found
}

const SHOWN = 60

function shown(value: string | undefined): string {
  if (value === undefined) return 'none'
  return value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value
}
