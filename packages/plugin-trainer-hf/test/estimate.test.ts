import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { requirements, workerFile } from '../src/environment/files.ts'
import { estimateMemory } from '../src/estimate/memory.ts'
import { modelShape, parameterCount } from '../src/estimate/model-shape.ts'
import { optionsSchema } from '../src/options.ts'

const folder = mkdtempSync(join(tmpdir(), 'sftkit-estimate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// The sizes of Qwen2.5-0.5B, which has 494 million weights.
writeFileSync(
  join(folder, 'config.json'),
  JSON.stringify({
    vocab_size: 151_936,
    hidden_size: 896,
    intermediate_size: 4864,
    num_hidden_layers: 24,
    num_attention_heads: 14,
    num_key_value_heads: 2,
    tie_word_embeddings: true,
  }),
)

describe('the estimate', () => {
  const shape = modelShape(folder)
  const needs = (options: object) => {
    if (shape === undefined) throw new Error('no shape')
    return estimateMemory(shape, optionsSchema.parse({ model: folder, ...options }))
  }

  it('knows how many weights a model has', () => {
    expect(shape && parameterCount(shape) / 1e6).toBeCloseTo(494, 0)
    expect(modelShape(join(folder, 'nothing'))).toBeUndefined()
  })

  it('counts 16 bytes a weight in float32 and 8 in bfloat16, and hardly any for an adapter', () => {
    const perWeight = ({ weights, gradients, optimizer, parameters }: ReturnType<typeof needs>) =>
      (weights + gradients + optimizer) / parameters
    expect(perWeight(needs({ dtype: 'float32' }))).toBeCloseTo(16)
    expect(perWeight(needs({}))).toBeCloseTo(8)
    expect(perWeight(needs({ lora: true }))).toBeLessThan(2.5)
    expect(perWeight(needs({ quantization: '4bit' }))).toBeLessThan(1)
    expect(needs({ method: 'dpo' }).weights).toBe(2 * needs({}).weights)
  })

  it('grows with the rows of a batch, and more without checkpointing', () => {
    expect(needs({ batchSize: 8 }).activations).toBeGreaterThan(needs({ batchSize: 2 }).activations)
    const kept = needs({ args: { gradient_checkpointing: false } })
    expect(kept.activations).toBeGreaterThan(needs({}).activations)
  })
})

describe('the environment', () => {
  it('is pinned to the same versions for this machine and for a remote job', () => {
    const header = readFileSync(workerFile(), 'utf8').split('# ///')[1] ?? ''
    const remote = [...header.matchAll(/"([\w-]+)==([\d.]+)"/g)].map(([, name, version]) => ({
      name,
      version,
    }))
    expect(remote).toEqual(requirements())
  })
})
