import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { modelShape, parameterCount } from '../estimate/model-shape.ts'
import { secondsPerMillionTokens, startSeconds } from '../estimate/time.ts'
import type { TrainerSettings } from '../options.ts'

/**
 * About how long a training takes from its start to its last step, from the model's sizes and this machine.
 *
 * @param folder has the model's config.json
 * @param tokens of the rows, and of all that is trained
 * @returns undefined where the sizes or the GPU are not known, or the training runs elsewhere
 */
export async function trainingSeconds(
  folder: string,
  tokens: { readonly rows: number; readonly trained: number },
  { device, launcher }: TrainerSettings,
): Promise<number | undefined> {
  const shape = modelShape(folder)
  if (shape === undefined || (launcher !== undefined && !HERE.has(launcher.name))) return undefined
  const gpu = device === 'cpu' ? undefined : await firstGpu()
  const parameters = parameterCount(shape)
  const perMillion = secondsPerMillionTokens(parameters, {
    cores: availableParallelism(),
    ...(gpu !== undefined && { gpu }),
  })
  if (perMillion === undefined) return undefined
  // Processes without a GPU share the machine's cores.
  const share = gpu === undefined ? 1 : (launcher?.worldSize ?? 1)
  return startSeconds(parameters, tokens.rows) + (perMillion * tokens.trained) / 1e6 / share
}

const HERE = new Set(['local', 'accelerate'])

async function firstGpu(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(
      'nvidia-smi',
      ['--query-gpu=name', '--format=csv,noheader'],
      {
        timeout: 5000,
      },
    )
    return stdout.split('\n')[0]?.trim() || undefined
  } catch {
    return undefined
  }
}
