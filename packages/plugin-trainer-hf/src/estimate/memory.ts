import type { TrainerSettings } from '../options.ts'
import { layerMatrices, type ModelShape, parameterCount } from './model-shape.ts'

/** Bytes that a training needs on its device, each part by itself. */
export interface MemoryEstimate {
  readonly parameters: number
  readonly trainable: number
  readonly weights: number
  readonly gradients: number
  readonly optimizer: number
  readonly activations: number
  /** The runtime's own, and what the allocator cannot fill. */
  readonly overhead: number
  readonly total: number
}

type Sizes = Pick<
  TrainerSettings,
  'batchSize' | 'maxLength' | 'dtype' | 'lora' | 'quantization' | 'method' | 'args'
>

const RUNTIME_BYTES = 0.6e9
/** NF4 with double quantisation, and bitsandbytes' 8 bits. */
const BYTES_4BIT = 0.52
const BYTES_8BIT = 1.03

/**
 * What fits: weights, gradients, AdamW's two moments, and the activations of one batch of the longest rows. With TRL's
 * defaults a layer keeps its input alone and is computed again on the way back, so one layer's activations count whole.
 */
export function estimateMemory(shape: ModelShape, sizes: Sizes): MemoryEstimate {
  const { dtype, lora, quantization, method, args } = sizes
  const bytes = dtype === 'bfloat16' ? 2 : 4
  const parameters = parameterCount(shape)
  const adapter = lora !== false || quantization !== undefined
  const trainable = adapter ? adapterCount(shape, lora) : parameters
  // An adapter is kept in float32 above a base of any type.
  const trainedBytes = adapter ? 4 : bytes
  const perWeight = quantization === undefined ? bytes : quantization === '8bit' ? BYTES_8BIT : BYTES_4BIT
  // DPO and KTO compare with a second copy, unless the adapter can be switched off.
  const copies = method === 'sft' || adapter ? 1 : 2
  const weights = parameters * perWeight * copies + (adapter ? trainable * trainedBytes : 0)
  const gradients = trainable * trainedBytes
  const optimizer = trainable * trainedBytes * 2
  const activations = activationBytes(shape, sizes, bytes, args.gradient_checkpointing !== false)
  const overhead = RUNTIME_BYTES + 0.05 * (weights + gradients + optimizer + activations)
  return {
    parameters,
    trainable,
    weights,
    gradients,
    optimizer,
    activations,
    overhead,
    total: weights + gradients + optimizer + activations + overhead,
  }
}

function adapterCount(shape: ModelShape, lora: TrainerSettings['lora']): number {
  const rank = typeof lora === 'object' && typeof lora.r === 'number' ? lora.r : 16
  return shape.layers * layerMatrices(shape).reduce((sum, [a, b]) => sum + rank * (a + b), 0)
}

/** Of a chunk of the vocabulary's logits, which are never held whole, in float32. */
const LOGIT_ROWS = 1024

function activationBytes(
  { hidden, intermediate, layers, queries, keys, vocabulary }: ModelShape,
  { batchSize, maxLength, method }: Sizes,
  bytes: number,
  checkpointing: boolean,
): number {
  // A pair is two sequences at once.
  const tokens = batchSize * maxLength * (method === 'dpo' ? 2 : 1)
  const layer = tokens * bytes * (6 * hidden + 2 * queries + 2 * keys + 4 * intermediate)
  const inputs = tokens * bytes * hidden * layers
  const logits = Math.min(tokens, LOGIT_ROWS) * vocabulary * 4 * 2
  return logits + (checkpointing ? inputs + layer : layers * layer)
}
