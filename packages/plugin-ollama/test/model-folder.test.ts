import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectSftError } from '@sftkit/testing'
import { expect, test } from 'vitest'
import { folderWith } from '../../../e2e/support/folders.ts'
import { firstBadWeight } from '../src/checkpoint/finite.ts'
import { readModelFolder } from '../src/checkpoint/model-folder.ts'
import { toOllama } from '../src/index.ts'

/** A safetensors file with these tensors of 16-bit numbers. */
function safetensors(
  tensors: Readonly<Record<string, { dtype: string; bits: readonly number[] }>>,
): Uint8Array {
  let end = 0
  const header: Record<string, unknown> = {}
  for (const [name, { dtype, bits }] of Object.entries(tensors)) {
    header[name] = { dtype, shape: [bits.length], data_offsets: [end, end + bits.length * 2] }
    end += bits.length * 2
  }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  const data = Object.values(tensors).flatMap(({ bits }) => [...bits])
  return Buffer.concat([length, text, Buffer.from(new Uint16Array(data).buffer)])
}

const ONE = { dtype: 'BF16', bits: [0x3f80, 0x4000] }
const whole = {
  'config.json': JSON.stringify({ architectures: ['Qwen2ForCausalLM'], eos_token_id: 2 }),
  'generation_config.json': JSON.stringify({ eos_token_id: [2, 0] }),
  'tokenizer.json': JSON.stringify({
    added_tokens: [
      { id: 0, content: '<|endoftext|>', special: true },
      { id: 2, content: '<|im_end|>', special: true },
      { id: 3, content: '<tool_call>', special: false },
    ],
  }),
  'tokenizer_config.json': JSON.stringify({
    eos_token: { content: '<|im_end|>' },
    chat_template: [
      { name: 'tool_use', template: 'T' },
      { name: 'default', template: 'D' },
    ],
  }),
  'model.safetensors': safetensors({ a: ONE }),
}

test('a whole folder', async () => {
  const model = await readModelFolder(folderWith(whole))
  expect(model).toMatchObject({ architecture: 'Qwen2ForCausalLM', endIds: [2, 0] })
  expect(model.tokenizer).toMatchObject({ template: 'D', eos: '<|im_end|>' })
  expect([...model.tokenizer.special.values()]).toEqual(['<|endoftext|>', '<|im_end|>'])
})

test('a template in a file of its own comes first', async () => {
  const model = await readModelFolder(folderWith({ ...whole, 'chat_template.jinja': 'J' }))
  expect(model.tokenizer.template).toBe('J')
})

const without = (...names: readonly string[]): Record<string, string | Uint8Array> =>
  Object.fromEntries(Object.entries(whole).filter(([name]) => !names.includes(name)))
const index = (map: Record<string, string>): string => JSON.stringify({ weight_map: map })

test.each<[string, Record<string, string | Uint8Array>]>([
  ['no config', without('config.json')],
  ['a config without architecture', { ...whole, 'config.json': '{}' }],
  ['a config that is no JSON', { ...whole, 'config.json': '{' }],
  ['no tokenizer', without('tokenizer.json')],
  ['no weights', without('model.safetensors')],
  ['weights that were cut off', { ...whole, 'model.safetensors': safetensors({ a: ONE }).slice(0, -2) }],
  ['weights that are something else', { ...whole, 'model.safetensors': 'version https://git-lfs' }],
  [
    'a shard that is missing',
    {
      ...whole,
      'model.safetensors.index.json': index({ a: 'model-1.safetensors', b: 'model-2.safetensors' }),
    },
  ],
  [
    'a tensor that is missing in its shard',
    { ...whole, 'model.safetensors.index.json': index({ b: 'model.safetensors' }) },
  ],
  [
    'an index that names a file elsewhere',
    { ...whole, 'model.safetensors.index.json': index({ a: '../model.safetensors' }) },
  ],
])('%s', async (_, files) => {
  await expectSftError(readModelFolder(folderWith(files)), 'SFT_CHECKPOINT_INCOMPLETE')
})

test('a folder that is not there', async () => {
  await expectSftError(toOllama('x', { modelPath: join(folderWith(), 'none') }), 'SFT_CHECKPOINT_INCOMPLETE')
})

test('an unknown llama.cpp', async () => {
  const modelPath = folderWith(whole)
  await expectSftError(toOllama('x', { modelPath, llamaCppPath: modelPath }), 'SFT_CONVERT_MISSING')
})

test('weights that are no numbers, of every type', async () => {
  const folder = folderWith()
  const bad = async (dtype: string, bits: readonly number[]): Promise<unknown> => {
    const file = join(folder, dtype)
    writeFileSync(file, safetensors({ good: ONE, bad: { dtype, bits } }))
    return firstBadWeight(file)
  }
  expect(await bad('BF16', [0, 0x7f80])).toEqual({ tensor: 'bad', at: 1, value: 'infinite' })
  expect(await bad('BF16', [0, 0, 0xffc0])).toEqual({ tensor: 'bad', at: 2, value: 'NaN' })
  expect(await bad('F16', [0x7bff, 0x7c01])).toEqual({ tensor: 'bad', at: 1, value: 'NaN' })
  expect(await bad('F16', [0x7bff, 0x3c00])).toBeUndefined()
  expect(await bad('F32', [0, 0, 0, 0x7fc0])).toEqual({ tensor: 'bad', at: 1, value: 'NaN' })
  expect(await bad('F64', [0, 0, 0, 0x7ff0])).toEqual({ tensor: 'bad', at: 0, value: 'infinite' })
  expect(await bad('I16', [0x7f80])).toBeUndefined()
})
