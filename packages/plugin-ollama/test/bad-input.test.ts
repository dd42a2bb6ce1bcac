import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectSftError } from '@sftkit/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { folderWith } from '../../../e2e/support/folders.ts'
import { type ToOllamaOptions, toOllama } from '../src/index.ts'
import { llamaCppThat } from './support/planted-gguf.ts'

const noWeights = Buffer.alloc(10)
noWeights.writeBigUInt64LE(2n)
noWeights.write('{}', 8)

const home = folderWith({
  'model/config.json': JSON.stringify({ architectures: ['Qwen2ForCausalLM'], eos_token_id: 0 }),
  'model/tokenizer.json': JSON.stringify({ added_tokens: [{ id: 0, content: '<|end|>', special: true }] }),
  'model/tokenizer_config.json': JSON.stringify({ eos_token: '<|end|>' }),
  'model/model.safetensors': noWeights,
  'llama.cpp/convert_hf_to_gguf.py': 'raise SystemExit("is not asked")',
  'orphan/adapter_config.json': JSON.stringify({ base_model_name_or_path: 'nobody/has-this' }),
  'nameless/adapter_config.json': '{}',
  // What is converted here needs none of them but their names.
  ...Object.fromEntries(
    ['torch', 'transformers', 'sentencepiece'].map((name) => [
      `modules/${name}.py`,
      'AutoTokenizer = AutoModelForCausalLM = None',
    ]),
  ),
  'broken.jsonl': '{"messages": []}\n{"messages"',
})
const convert = (options: Partial<ToOllamaOptions>): Promise<unknown> =>
  toOllama('agent', {
    ...{ modelPath: join(home, 'model'), target: 'gguf', llamaCppPath: join(home, 'llama.cpp') },
    out: join(home, 'out'),
    ...options,
  })

test.each([
  ['an adapter whose base is nowhere', { modelPath: join(home, 'orphan') }, 'SFT_CHECKPOINT_ADAPTER'],
  ['an adapter that names no base', { modelPath: join(home, 'nameless') }, 'SFT_CHECKPOINT_ADAPTER'],
  ['a template that is not there', { template: join(home, 'none') }, 'SFT_CONFIG_INVALID'],
  ['an address that is none', { host: 'http://' }, 'SFT_CONFIG_INVALID'],
  [
    'an Ollama that is wanted and absent',
    { target: 'ollama', host: '127.0.0.1:1' },
    'SFT_OLLAMA_UNREACHABLE',
  ],
  ['chats that are not there', { chats: [join(home, 'none.jsonl')] }, 'SFT_INPUT_EMPTY'],
  ['chats that are no JSON', { chats: [join(home, 'broken.jsonl')] }, 'SFT_ROW_JSON'],
  ['a quantisation that does not exist', { quantization: 'q9' as never }, 'SFT_PLUGIN_OPTIONS'],
] as const)('%s', async (_, options, code) => {
  await expectSftError(convert(options), code)
  expect(existsSync(join(home, 'out'))).toBe(false)
})

const python = spawnSync('python3', ['--version']).status === 0
const before = { ...process.env }

describe.skipIf(!python)(`a converter${python ? '' : ' (no python3)'}`, () => {
  beforeAll(() => {
    process.env.SFT_PYTHON = 'python3'
    process.env.PYTHONPATH = join(home, 'modules')
    return () => {
      for (const name of ['SFT_PYTHON', 'PYTHONPATH']) {
        if (before[name] === undefined) delete process.env[name]
        else process.env[name] = before[name]
      }
    }
  })

  const HALF = [
    'import sys',
    'file = open(sys.argv[sys.argv.index("--outfile") + 1], "wb")',
    'file.write(b"GGUF")',
  ]
  test.each([
    ['that fails halfway', [...HALF, 'raise ValueError("these weights are odd")'], /these weights are odd/],
    ['whose disk is full', [...HALF, 'raise OSError(28, "No space left on device")'], /disk is full/],
    ['whose Python lacks a part', ['import nobody_has_this'], /nobody_has_this.*sft setup train/],
    ['that writes nothing', ['pass'], /wrote nothing/],
    ['that is ended', ['import os, signal', 'os.kill(os.getpid(), signal.SIGKILL)'], /SIGKILL/],
  ] as const)('%s leaves the earlier GGUF, and nothing half', async (name, script, says) => {
    const own = join(home, name.replaceAll(' ', '-'))
    mkdirSync(join(own, 'out'), { recursive: true })
    writeFileSync(join(own, 'out', 'agent-q8_0.gguf'), 'of an earlier run')
    const failing = convert({ out: join(own, 'out'), llamaCppPath: llamaCppThat(own, script) })
    await expect(failing).rejects.toThrow(says)
    await expectSftError(failing, 'SFT_CONVERT_FAILED')
    expect(readdirSync(join(own, 'out')).sort()).toEqual(['agent-q8_0.gguf', 'verify.json'])
    expect(readFileSync(join(own, 'out', 'agent-q8_0.gguf'), 'utf8')).toBe('of an earlier run')
  })
})
