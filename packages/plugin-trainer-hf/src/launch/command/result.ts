import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { sftError } from '@sftkit/core'
import { z } from 'zod'

const WEIGHTS = /\.(safetensors|bin)$/

/**
 * The hashes of the weights that a trainer left.
 *
 * @throws SFT_TRAIN_OUTPUT where the folder holds neither a model nor an adapter
 */
export async function weightsIn(folder: string): Promise<Record<string, string>> {
  const names = existsSync(folder) ? readdirSync(folder).sort() : []
  const kind = names.includes('config.json')
    ? 'model'
    : names.includes('adapter_config.json')
      ? 'adapter'
      : undefined
  const weights = names.filter(
    (name) => WEIGHTS.test(name) && !/^(training_args|optimizer|scheduler|rng_state)/.test(name),
  )
  if (kind === undefined || weights.length === 0)
    throw sftError(
      'SFT_TRAIN_OUTPUT',
      `The command ended well, and ${folder} holds no model: neither config.json nor adapter_config.json with weights beside it.`,
      { source: folder, fix: 'Let the command write to `{output}`, in the layout of Hugging Face.' },
    )
  const hashes: Record<string, string> = {}
  for (const name of weights) {
    const digest = createHash('sha256')
    await pipeline(createReadStream(join(folder, name)), digest)
    hashes[`${basename(folder)}/${name}`] = digest.digest('hex')
  }
  return hashes
}

const stateSchema = z.looseObject({
  global_step: z.number(),
  log_history: z.array(z.record(z.string(), z.unknown())),
})

/** What a trainer that rests on that of transformers wrote of its steps, into the folder or its last checkpoint. */
export function historyIn(folder: string): {
  readonly steps: number
  readonly history: Record<string, unknown>[]
} {
  const folders = [folder, ...checkpointsIn(folder)]
  const file = folders.map((one) => join(one, 'trainer_state.json')).find((one) => existsSync(one))
  if (file === undefined) return { steps: 0, history: [] }
  try {
    const { data } = stateSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    return { steps: data?.global_step ?? 0, history: data?.log_history ?? [] }
  } catch {
    return { steps: 0, history: [] }
  }
}

/** The newest first. */
function checkpointsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^checkpoint-\d+$/.test(name) && statSync(join(folder, name)).isDirectory())
    .sort((a, b) => Number(b.slice(11)) - Number(a.slice(11)))
    .map((name) => join(folder, name))
}
