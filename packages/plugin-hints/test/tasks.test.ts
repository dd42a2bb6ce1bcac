import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expectSftError } from '@sftkit/testing'
import { describe, expect, it } from 'vitest'
import { findPython } from '../../plugin-formats/test/python.ts'
import { datasetName } from '../src/rows/dataset-name.ts'
import { attempt, hintsPlugins, hintsRun, saying, temporaryFolder } from './support.ts'

const SCRIPT = { sheep: { strategies: ['Count them'], pitfalls: ["Don't sleep"] } }
const row = (trial: string, more: Record<string, unknown> = {}) =>
  attempt(
    trial,
    'episode-0',
    [
      ['user', 'Task: Count the sheep.'],
      ['assistant', 'No sheep.'],
    ],
    more,
  )

function filesOf(folder: string): string[] {
  return globSync('**/*', { cwd: folder })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()
}

describe('task folders', () => {
  it('have everything that Harbor needs', async () => {
    await using server = await saying(SCRIPT)
    const out = temporaryFolder()
    const run = await hintsRun({ rows: [row('a'), row('b')], server, out, options: { prefix: 'My Sheep' } })
    expect(filesOf(join(out, 'tasks'))).toEqual(
      ['My-Sheep-0001', 'My-Sheep-0002'].flatMap((name) =>
        ['environment/Dockerfile', 'instruction.md', 'task.toml', 'tests/test.sh'].map(
          (path) => `${name}/${path}`,
        ),
      ),
    )
    expect(statSync(join(out, 'tasks/My-Sheep-0001/tests/test.sh')).mode & 0o111).toBe(0o111)
    expect(run.rows['harbor-tasks']?.train?.map(({ name }) => name)).toEqual([
      'My-Sheep-0001',
      'My-Sheep-0002',
    ])
    const files = (run.manifest?.files as { path: string }[] | undefined)?.map(({ path }) => path)
    expect(files).toContain('tasks/My-Sheep-0002/instruction.md')
    expect(run.log.some(({ level, message }) => level === 'warn' && message.includes('test_script'))).toBe(
      true,
    )
  })

  it("have the rows' own environment and test, then the template's, then the defaults", async () => {
    await using server = await saying(SCRIPT)
    const folder = temporaryFolder()
    const files = {
      'environment/Dockerfile': 'FROM template',
      'environment/data/sheep.txt': 'baa',
      'task.toml': 'version = "1.0"\n[agent]\ntimeout_sec = 1.0\n',
    }
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, 'template', path, '..'), { recursive: true })
      writeFileSync(join(folder, 'template', path), text)
    }
    const own = {
      dockerfile: 'FROM row',
      test_script: '#!/bin/sh\necho 1 > /logs/verifier/reward.txt\n',
      files: JSON.stringify({ 'tests/data.txt': '7', '../outside': 'no', '/etc/passwd': 'no' }),
    }
    const out = join(folder, 'out')
    const run = await hintsRun({
      rows: [row('a', own), row('b')],
      server,
      out,
      options: { prefix: 's', template: join(folder, 'template') },
    })
    const read = (path: string) => readFileSync(join(out, 'tasks', path), 'utf8')
    expect(read('s-0001/environment/Dockerfile')).toBe('FROM row')
    expect(read('s-0001/tests/test.sh')).toBe(own.test_script)
    expect(read('s-0001/tests/data.txt')).toBe('7')
    expect(read('s-0002/environment/Dockerfile')).toBe('FROM template')
    expect(read('s-0002/environment/data/sheep.txt')).toBe('baa')
    expect(read('s-0002/task.toml')).toBe(files['task.toml'])
    expect(
      filesOf(join(out, 'tasks')).some((path) => path.includes('outside') || path.includes('passwd')),
    ).toBe(false)
    expect(run.losses.some(({ field, count }) => field === 'files' && count === 2)).toBe(true)
  })

  it('are named after the dataset', async () => {
    await using server = await saying(SCRIPT)
    const out = temporaryFolder()
    const file = join(temporaryFolder(), 'taskmaster2-gpt5mini.jsonl')
    writeFileSync(file, `${JSON.stringify(row('a'))}\n`)
    await hintsRun({ rows: [], server, out, config: { input: [file] } })
    expect(existsSync(join(out, 'tasks/taskmaster2-gpt5mini-0001'))).toBe(true)
  })

  it.each([
    [
      'hf://datasets/DCAgent/taskmaster2-gpt5mini@0123abcd/data/train-00000-of-00001.parquet',
      'taskmaster2-gpt5mini',
    ],
    ['attempts/a/b.jsonl', 'attempts'],
    ['attempts.v2.jsonl.zst', 'attempts.v2'],
  ])('are named after %s: %s', (uri, name) => {
    expect(datasetName(uri)).toBe(name)
  })

  it('go when a later run makes none', async () => {
    await using server = await saying(SCRIPT)
    const out = temporaryFolder()
    await hintsRun({ rows: [row('a')], server, out })
    expect(existsSync(join(out, 'tasks'))).toBe(true)
    await hintsRun({ rows: [row('a')], server, out, format: ['messages'] })
    expect(existsSync(join(out, 'tasks'))).toBe(false)
  })

  it('stand beside one Parquet row each', async () => {
    await using server = await saying(SCRIPT)
    const out = temporaryFolder()
    const run = await hintsRun({
      rows: [row('a'), row('b')],
      server,
      out,
      config: { output: { as: 'parquet' } } as never,
    })
    expect(existsSync(join(out, 'dataset/harbor-tasks/train.parquet'))).toBe(true)
    expect(run.result.rows['harbor-tasks']?.train).toBe(2)
    expect(filesOf(join(out, 'tasks'))).toHaveLength(8)
  })

  it('need a template that is there', async () => {
    await using server = await saying(SCRIPT)
    const options = { template: './nowhere' }
    await expectSftError(hintsRun({ rows: [row('a')], server, options }), 'SFT_PLUGIN_OPTIONS')
    expect(server.calls).toHaveLength(0)
  })
})

const { python, why } = await pythonWithHarbor()

/** The Python of the tests; one of one's own (SFT_PYTHON) may lack Harbor. */
async function pythonWithHarbor(): Promise<{ python: string; why: string }> {
  const found = await findPython()
  if ('reason' in found) return { python: '', why: ` (${found.reason})` }
  const { status } = spawnSync(found.python, [
    '-c',
    'import importlib.metadata as m; m.distribution("harbor")',
  ])
  return status === 0 ? { python: found.python, why: '' } : { python: '', why: ' (SFT_PYTHON has no harbor)' }
}

it.skipIf(python === '')(`task folders are accepted by Harbor's own reader${why}`, async () => {
  await using server = await saying(SCRIPT)
  const out = temporaryFolder()
  await hintsRun({ rows: [row('a'), row('b', { files: { 'tests/x.txt': '1' } })], server, out })
  const script = fileURLToPath(new URL('python/read_tasks.py', import.meta.url))
  const said = execFileSync(python, [script, join(out, 'tasks')], { encoding: 'utf8' })
  expect(said.trim().split('\n')).toEqual(['input-0001 True', 'input-0002 True'])
})

it('has the formats for its rows where the config names none', async () => {
  await using server = await saying(SCRIPT)
  const { run } = await import('sftkit')
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'sheep.jsonl'), `${JSON.stringify(row('a', { result: 1 }))}\n`)
  const { rows } = await run(
    { input: join(folder, 'sheep.jsonl'), plugins: hintsPlugins(server), split: { ratios: { train: 1 } } },
    { out: join(folder, 'out') },
  )
  expect(rows).toEqual({ messages: { train: 2 }, 'harbor-tasks': { train: 1 } })
})
