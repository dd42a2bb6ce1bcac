import { expectSftError } from '@sftkit/testing'
import { expect, test } from 'vitest'
import { quantizationOf, quantizationSteps } from '../src/gguf/quantization.ts'
import { ollama } from '../src/index.ts'
import { ollamaUrl } from '../src/ollama/host.ts'
import { fileName, isModelName, modelName } from '../src/ollama/model-name.ts'
import { modelfile } from '../src/ollama/modelfile.ts'
import { trainedName } from '../src/ollama/trained-names.ts'
import { renderingOf } from '../src/ollama/version.ts'
import { templateKind } from '../src/template/kind.ts'

test('names of models, with users, registries and tags', async () => {
  expect(modelName('agent')).toMatchObject({ full: 'agent:latest', model: 'agent', tag: 'latest' })
  expect(modelName('team/agent:v1.2')).toMatchObject({ full: 'team/agent:v1.2', tag: 'v1.2' })
  expect(isModelName('registry.example:5000/team/agent:q8')).toBe(true)
  expect(fileName('team/agent:v1')).toBe('team-agent-v1')
  for (const name of ['', 'a b', 'a/b/c/d', '../x', 'a:', 'a:b:c', '/a', '-a', 'ä'])
    await expectSftError(() => modelName(name), 'SFT_OLLAMA_NAME')
})

test('quantisations in any spelling', () => {
  expect(quantizationOf('Q4_K_M')).toBe('q4_K_M')
  expect(quantizationOf('q6_k')).toBe('q6_K')
  expect(quantizationOf('Q8_0')).toBe('q8_0')
  expect(quantizationOf('q9')).toBeUndefined()
  expect(quantizationSteps('q4_K_M')).toEqual({ outtype: 'f16', quantize: 'Q4_K_M' })
  expect(quantizationSteps('bf16')).toEqual({ outtype: 'bf16' })
})

test('addresses as Ollama reads OLLAMA_HOST', () => {
  expect(ollamaUrl('')).toBe('http://127.0.0.1:11434')
  expect(ollamaUrl('0.0.0.0')).toBe('http://127.0.0.1:11434')
  expect(ollamaUrl(':9000')).toBe('http://127.0.0.1:9000')
  expect(ollamaUrl('host')).toBe('http://host:11434')
  expect(ollamaUrl('https://ollama.example/')).toBe('https://ollama.example')
  expect(ollamaUrl('http://host:8080/base/')).toBe('http://host:8080/base')
  expect(ollamaUrl('https://host:8443/ollama')).toBe('https://host:8443/ollama')
  expect(ollamaUrl('host:80')).toBe('http://host')
  expect(ollamaUrl('http://host')).toBe('http://host')
  expect(ollamaUrl(' 10.0.0.7:9000 ')).toBe('http://10.0.0.7:9000')
  expect(ollamaUrl('[::1]:9000')).toBe('http://[::1]:9000')
  expect(() => ollamaUrl('http://')).toThrow()
})

test('what a version of Ollama renders', () => {
  expect(renderingOf('0.34.0')).toBe('jinja')
  expect(renderingOf('0.30.0-rc1')).toBe('jinja')
  expect(renderingOf('1.0.0')).toBe('jinja')
  expect(renderingOf('0.24.0')).toBe('go')
  expect(renderingOf('0.5.13')).toBe('go')
  expect(renderingOf('0.27.0')).toBe('unknown')
  expect(renderingOf('0.0.0')).toBe('unknown')
  expect(renderingOf('main-abc')).toBe('unknown')
})

test('what a template is written in', () => {
  expect(templateKind('{% for m in messages %}{{ m.content }}{% endfor %}')).toBe('jinja')
  expect(templateKind('{{ .Prompt }}')).toBe('none')
  expect(templateKind('{{ range .Messages }}{{ .Content }}{{ end }}')).toBe('go')
})

test('a Modelfile', () => {
  expect(modelfile('./a.gguf', 'x {{ .Prompt }}', ['<|im_end|>'])).toBe(
    'FROM ./a.gguf\nTEMPLATE """x {{ .Prompt }}"""\nPARAMETER stop "<|im_end|>"\n',
  )
})

test('names of several trained models', async () => {
  const [one, two] = [
    { path: 'a', name: 'Qwen2.5-0.5B' },
    { path: 'b', name: 'SmolLM2-135M' },
  ] as const
  const both = [one, two]
  expect(trainedName('agent', one, [one])).toBe('agent')
  expect(trainedName('agent-{model}:v2', one, [one])).toBe('agent-qwen2.5-0.5b:v2')
  expect(trainedName('team/agent', two, both)).toBe('team/agent:smollm2-135m')
  expect(trainedName('agent:v2', two, both)).toBe('agent:v2-smollm2-135m')
  expect(trainedName(['x', 'y:1'], two, both)).toBe('y:1')
  await expectSftError(() => trainedName(['x'], one, both), 'SFT_CONFIG_INVALID')
  await expectSftError(() => ollama({ name: ['a', 'a'] }), 'SFT_PLUGIN_OPTIONS')
  await expectSftError(() => ollama({ name: 'a{model' }), 'SFT_PLUGIN_OPTIONS')
})
