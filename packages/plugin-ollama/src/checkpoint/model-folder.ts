import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { sftError } from '@sftkit/core'
import { z } from 'zod'
import { tensorNames } from './safetensors.ts'

/** A model folder of Hugging Face files, as far as it has to be known before it is converted. */
export interface ModelFolder {
  readonly path: string
  readonly architecture: string
  /** The safetensors files; none where the weights are of another kind. */
  readonly weights: readonly string[]
  readonly tokenizer: TokenizerFacts
  /** Token ids at which generation ends, of config.json and generation_config.json. */
  readonly endIds: readonly number[]
}

export interface TokenizerFacts {
  readonly template?: string
  readonly bos?: string
  readonly eos?: string
  /** Special tokens, by id. */
  readonly special: ReadonlyMap<number, string>
}

type Json = Readonly<Record<string, unknown>>

/**
 * Looks whether a folder has everything that converting takes: config.json with an architecture, a tokenizer, and
 * weights whose shards are all there with the tensors that the index names.
 *
 * @throws SFT_CHECKPOINT_INCOMPLETE naming the file
 */
export async function readModelFolder(path: string): Promise<ModelFolder> {
  if (!existsSync(path))
    throw sftError('SFT_CHECKPOINT_INCOMPLETE', `There is no folder ${path}.`, {
      fix: 'Give a folder of Hugging Face files, or a run directory in which a model was trained.',
    })
  const config = readJson(path, 'config.json')
  if (config === undefined)
    throw incomplete(
      path,
      existsSync(join(path, 'adapter_config.json'))
        ? 'it is an adapter, and was not merged into its base'
        : 'it has no config.json',
    )
  const architecture = z.array(z.string()).min(1).safeParse(config.architectures).data?.[0]
  if (architecture === undefined) throw incomplete(path, 'its config.json names no `architectures`')
  if (!existsSync(join(path, 'tokenizer.json')) && !existsSync(join(path, 'tokenizer.model')))
    throw incomplete(path, 'it has no tokenizer.json and no tokenizer.model')
  const weights = await weightFiles(path)
  const generation = readJson(path, 'generation_config.json') ?? {}
  const ends = [config.eos_token_id, generation.eos_token_id].flat().filter((id) => typeof id === 'number')
  return { path, architecture, weights, tokenizer: tokenizerFacts(path), endIds: [...new Set(ends)] }
}

function tokenizerFacts(path: string): TokenizerFacts {
  const config = readJson(path, 'tokenizer_config.json') ?? {}
  const tokenizer = readJson(path, 'tokenizer.json') ?? {}
  const added = z
    .array(z.looseObject({ id: z.number(), content: z.string(), special: z.boolean() }))
    .safeParse(tokenizer.added_tokens)
  const special = new Map(
    (added.data ?? []).filter((token) => token.special).map((token) => [token.id, token.content] as const),
  )
  const template = templateOf(path, config)
  const bos = tokenText(config.bos_token)
  const eos = tokenText(config.eos_token)
  return {
    special,
    ...(template !== undefined && { template }),
    ...(bos !== undefined && { bos }),
    ...(eos !== undefined && { eos }),
  }
}

/** A token as tokenizer_config.json writes it: its text, or an object that has it. */
function tokenText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return z.looseObject({ content: z.string() }).safeParse(value).data?.content
}

/** The template that `apply_chat_template` uses: a file of its own comes before the one in tokenizer_config.json. */
function templateOf(path: string, config: Json): string | undefined {
  const file = join(path, 'chat_template.jinja')
  if (existsSync(file)) return readFileSync(file, 'utf8')
  const inConfig = config.chat_template
  if (typeof inConfig === 'string') return inConfig
  const named = z.array(z.looseObject({ name: z.string(), template: z.string() })).safeParse(inConfig).data
  return named?.find((one) => one.name === 'default')?.template
}

async function weightFiles(path: string): Promise<string[]> {
  const index = readJson(path, 'model.safetensors.index.json')
  if (index !== undefined) return shards(path, index)
  if (existsSync(join(path, 'model.safetensors'))) {
    await namesIn(path, 'model.safetensors')
    return [join(path, 'model.safetensors')]
  }
  if (['pytorch_model.bin', 'pytorch_model.bin.index.json'].some((name) => existsSync(join(path, name))))
    return []
  throw incomplete(path, 'it has no model.safetensors')
}

async function shards(path: string, index: Json): Promise<string[]> {
  const places = z.record(z.string(), z.string()).safeParse(index.weight_map).data
  if (places === undefined) throw incomplete(path, 'its model.safetensors.index.json has no `weight_map`')
  const files = [...new Set(Object.values(places))].sort()
  for (const file of files) {
    if (basename(file) !== file) throw incomplete(path, `its index names a file outside of it, ${file}`)
    if (!existsSync(join(path, file)))
      throw incomplete(path, `${file} is missing, one of ${files.length} shards`)
    const there = new Set(await namesIn(path, file))
    const missing = Object.entries(places).find(([name, place]) => place === file && !there.has(name))
    if (missing) throw incomplete(path, `${file} has no ${missing[0]}, which the index puts there`)
  }
  return files.map((file) => join(path, file))
}

function namesIn(path: string, file: string): Promise<string[]> {
  return tensorNames(join(path, file)).catch((cause: unknown) => {
    throw incomplete(path, `${file} is not whole: ${(cause as Error).message}`, cause)
  })
}

/** @throws SFT_CHECKPOINT_INCOMPLETE where the file is there and no JSON object */
export function readJson(path: string, name: string): Json | undefined {
  const file = join(path, name)
  if (!existsSync(file)) return undefined
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    throw incomplete(path, `its ${name} is no JSON object`, cause)
  }
}

function incomplete(path: string, what: string, cause?: unknown): Error {
  return sftError('SFT_CHECKPOINT_INCOMPLETE', `${path} is no whole model: ${what}.`, { cause })
}
