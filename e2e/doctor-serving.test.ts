import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith } from './support/folders.ts'
import { sft } from './support/sft.ts'

interface Check {
  readonly name: string
  readonly status: string
  readonly found: string
}

/** An Ollama of which only the version is asked. */
async function ollamaOf(version: string): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((_, response) => response.end(JSON.stringify({ version }))).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const dispose = async (): Promise<void> => {
    server.close()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: dispose }
}

/** A machine with a llama.cpp that knows one architecture, and models of two. */
function machine(config = ''): { home: string; checks(): Promise<Check[]> } {
  const home = folderWith({
    'sft.config.mjs': config,
    'llama.cpp/convert_hf_to_gguf.py': '',
    'llama.cpp/conversion/__init__.py': 'TEXT_MODEL_MAP = {\n    "KnownForCausalLM": "known",\n}\n',
    'known/config.json': '{ "architectures": ["KnownForCausalLM"] }',
    'unknown/config.json': '{ "architectures": ["UnknownForCausalLM"] }',
  })
  const bin = join(home, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'sbatch'), '#!/bin/sh\n', { mode: 0o755 })
  const env = {
    SFT_PYTHON: join(home, 'no-python'),
    SFT_SERVE_DIR: join(home, 'nothing'),
    LLAMA_CPP_PATH: join(home, 'llama.cpp'),
    OLLAMA_HOST: '127.0.0.1:1',
    // The process's own Node is started by its path.
    PATH: bin,
  }
  return {
    home,
    checks: async () => {
      const { stdout } = await sft(['doctor', '--json'], { cwd: home, env })
      return (JSON.parse(stdout) as { checks: Check[] }).checks
    },
  }
}

const configWith = (plugins: string): string =>
  `import { ollama, slurm, trainerHf } from 'sftkit'\nexport default { plugins: [${plugins}] }\n`

test.each([
  ['0.24.0', 'Go'],
  ['0.34.0', "GGUF's own"],
])('asks the Ollama that the config names: what %s means for templates', async (version, said) => {
  await using server = await ollamaOf(version)
  const found = await machine(configWith(`ollama({ name: 'a', host: '${server.url}' })`)).checks()
  expect(found.filter(({ name }) => name === 'Ollama')).toEqual([
    { name: 'Ollama', status: 'ok', found: `${version} at ${server.url}` },
  ])
  expect(found.find(({ name }) => name === 'its templates')?.found).toContain(said)
})

test('looks for what a launcher starts only where the config has it', async () => {
  const trainer = `trainerHf({ model: './known', launcher: slurm({ time: '1:00:00' }) })`
  const found = await machine(configWith(trainer)).checks()
  expect(found.find(({ name }) => name === 'sbatch')).toMatchObject({ status: 'ok' })
  expect(found.find(({ name }) => name === 'squeue')).toMatchObject({ status: 'problem' })
  const without = await machine(configWith(`trainerHf({ model: './known' })`)).checks()
  expect(without.map(({ name }) => name)).not.toContain('sbatch')
})

test('what a training needs adds up to the whole', async () => {
  const { home, checks } = machine(configWith(`trainerHf({ model: './sized' })`))
  const sizes = {
    vocab_size: 300,
    hidden_size: 8,
    intermediate_size: 16,
    num_hidden_layers: 1,
    num_attention_heads: 2,
  }
  mkdirSync(join(home, 'sized'))
  writeFileSync(join(home, 'sized/config.json'), JSON.stringify(sizes))
  const { found = '' } = (await checks()).find(({ name }) => name === 'train sized') ?? {}
  const units: Record<string, number> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 }
  const amounts = (text: string): number[] =>
    [...text.matchAll(/([\d.]+) (B|kB|MB|GB)\b/g)].map(
      ([, value, unit = '']) => Number(value) * (units[unit] ?? 0),
    )
  const [whole = 0] = amounts(found)
  const parts = amounts(/\((.*?)\)/.exec(found)?.[1] ?? '').reduce((sum, part) => sum + part, 0)
  // Each is rounded to two digits or more.
  expect(Math.abs(parts - whole)).toBeLessThan(whole / 10)
})

test('says whether the converter knows the architecture of what is trained', async () => {
  const { checks } = machine(configWith(`trainerHf({ model: ['./known', './unknown'] })`))
  const found = await checks()
  expect(found.find(({ name }) => name === 'convert known')).toMatchObject({ status: 'ok' })
  expect(found.find(({ name }) => name === 'convert unknown')).toMatchObject({ status: 'problem' })
})

test('a config that does not load is a problem of its own, and the rest is said all the same', async () => {
  const found = await machine(configWith(`ollama({ nme: 'a' })`)).checks()
  expect(found.find(({ name }) => name === 'config')).toMatchObject({
    status: 'problem',
    found: expect.stringContaining('nme'),
  })
  expect(found.find(({ name }) => name === 'GGUF converter')).toMatchObject({ status: 'ok' })
})

test('an OLLAMA_HOST of the config that is no address is said, without a crash', async () => {
  const found = await machine(configWith(`ollama({ name: 'a', host: 'http://[' })`)).checks()
  expect(found.find(({ name }) => name === 'Ollama')).toMatchObject({ status: 'problem' })
})
