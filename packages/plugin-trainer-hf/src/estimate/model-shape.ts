import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const configSchema = z.object({
  vocab_size: z.number(),
  hidden_size: z.number(),
  intermediate_size: z.number(),
  num_hidden_layers: z.number(),
  num_attention_heads: z.number(),
  num_key_value_heads: z.number().nullish(),
  head_dim: z.number().nullish(),
  tie_word_embeddings: z.boolean().nullish(),
})

/** The sizes of a dense decoder, which its memory follows from. */
export interface ModelShape {
  readonly vocabulary: number
  readonly hidden: number
  readonly intermediate: number
  readonly layers: number
  /** Width of the queries, and of keys and values. */
  readonly queries: number
  readonly keys: number
  readonly tied: boolean
}

/** From a model folder's config.json; undefined where it has none, or one of another kind of model. */
export function modelShape(folder: string): ModelShape | undefined {
  const file = join(folder, 'config.json')
  if (!existsSync(file)) return undefined
  const raw = JSON.parse(readFileSync(file, 'utf8')) as { text_config?: unknown }
  const parsed = configSchema.safeParse(raw.text_config ?? raw)
  if (!parsed.success) return undefined
  const config = parsed.data
  const head = config.head_dim ?? config.hidden_size / config.num_attention_heads
  return {
    vocabulary: config.vocab_size,
    hidden: config.hidden_size,
    intermediate: config.intermediate_size,
    layers: config.num_hidden_layers,
    queries: head * config.num_attention_heads,
    keys: head * (config.num_key_value_heads ?? config.num_attention_heads),
    tied: config.tie_word_embeddings ?? false,
  }
}

/** Weights of one layer's matrices, as pairs of their sides. */
export function layerMatrices({ hidden, queries, keys, intermediate }: ModelShape): [number, number][] {
  return [
    [hidden, queries],
    [hidden, keys],
    [hidden, keys],
    [queries, hidden],
    [hidden, intermediate],
    [hidden, intermediate],
    [intermediate, hidden],
  ]
}

export function parameterCount(shape: ModelShape): number {
  const { hidden, layers, tied, vocabulary } = shape
  const layer = layerMatrices(shape).reduce((sum, [a, b]) => sum + a * b, 0) + 2 * hidden
  return vocabulary * hidden * (tied ? 1 : 2) + layers * layer + hidden
}
