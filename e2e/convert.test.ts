import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith } from './support/folders.ts'
import { sft } from './support/sft.ts'

const nobody = { OLLAMA_HOST: '127.0.0.1:1' }

test('sft convert refuses what is no model, no name and no quantisation', async () => {
  const cwd = folderWith({ 'model/README.md': 'no model' })
  const notWhole = await sft(['convert', 'model'], { cwd, env: nobody })
  expect(notWhole).toMatchObject({ code: 2, stderr: expect.stringContaining('SFT_CHECKPOINT_INCOMPLETE') })
  const nothing = await sft(['convert', 'nope'], { cwd, env: nobody })
  expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining('SFT_CHECKPOINT_INCOMPLETE') })
  const options = [
    ['--llama-cpp', 'nope', 'SFT_USAGE'],
    ['--template', 'nope', 'SFT_'],
    ['--chats', 'nope.jsonl', 'SFT_INPUT_EMPTY'],
    ['--target', 'nope', 'nope'],
    ['--host', 'http://', 'SFT_'],
  ] as const
  for (const [option, value, says] of options) {
    const refused = await sft(['convert', 'model', option, value], { cwd, env: nobody })
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(says) })
  }
  const noName = await sft(['convert', 'model', '--name', 'a b'], { cwd, env: nobody })
  expect(noName).toMatchObject({ code: 2, stderr: expect.stringContaining('SFT_OLLAMA_NAME') })
  const noType = await sft(['convert', 'model', '--quantization', 'q9'], { cwd, env: nobody })
  expect(noType).toMatchObject({ code: 2, stderr: expect.stringContaining('SFT_USAGE') })
})

test('sft convert wants to know which of the models that a run trained', async () => {
  const config = '{"architectures": ["Qwen2ForCausalLM"]}'
  const cwd = folderWith({
    'out/model/small/final/config.json': config,
    'out/model/large/merged/config.json': config,
  })
  const several = await sft(['convert', 'out'], { cwd, env: nobody })
  expect(several).toMatchObject({ code: 2, stderr: expect.stringContaining('large, small') })
  const one = await sft(['convert', 'out/model/small'], { cwd, env: nobody })
  expect(one).toMatchObject({ code: 2, stderr: expect.stringContaining('small/final is no whole model') })
})

test('sft run says before it reads anything that nothing trains what is to be converted', async () => {
  const cwd = folderWith({
    'rows.jsonl': '{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}\n',
    'sft.config.mjs': `import { ollama } from ${JSON.stringify(import.meta.resolve('sftkit'))}
export default { input: 'rows.jsonl', plugins: [ollama({ name: 'agent' })] }`,
  })
  const refused = await sft(['run'], { cwd, env: nobody })
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('SFT_STAGE_MISSING') })
  expect(existsSync(join(cwd, 'sft-out/dataset'))).toBe(false)
  expect(await sft(['run', '--until', 'split'], { cwd, env: nobody })).toMatchObject({ code: 0 })
})

test('sft chat says that there is no Ollama, no file, no library', async () => {
  const cwd = folderWith({ 'broken.gguf': 'GGUF' })
  const noOllama = await sft(['chat', 'my-agent'], { cwd, env: nobody })
  expect(noOllama).toMatchObject({ code: 1, stderr: expect.stringContaining('SFT_OLLAMA_UNREACHABLE') })
  const noFile = await sft(['chat', join(cwd, 'none.gguf')], { cwd, env: nobody })
  expect(noFile).toMatchObject({ code: 2, stderr: expect.stringContaining('SFT_MODEL_UNKNOWN') })
  const noAddress = await sft(['chat', 'my-agent', '--host', 'http://'], { cwd, env: nobody })
  expect(noAddress).toMatchObject({ code: 2, stderr: expect.stringContaining('SFT_CONFIG_INVALID') })
  const broken = await sft(['chat', 'broken.gguf'], { cwd, env: nobody })
  expect(broken).toMatchObject({ code: 2, stderr: expect.stringContaining('SFT_MODEL_GGUF') })
})
