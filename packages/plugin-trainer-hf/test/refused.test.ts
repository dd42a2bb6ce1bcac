import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectSftError, fakeProgram } from '@sftkit/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { local, type TrainSftOptions, trainerHf, trainSft } from '../src/index.ts'
import { toolRows } from './rows.ts'
import { findTraining, openWorkplace, type Workplace } from './training.ts'

const folder = mkdtempSync(join(tmpdir(), 'sftkit-refused-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const nowhere = (more: object = {}): TrainSftOptions => ({ model: folder, out: join(folder, 'out'), ...more })

describe('without a training environment', () => {
  beforeAll(() => {
    vi.stubEnv('XDG_DATA_HOME', join(folder, 'data'))
    vi.stubEnv('SFT_CACHE_DIR', join(folder, 'cache'))
    vi.stubEnv('SFT_PYTHON', '')
    return () => vi.unstubAllEnvs()
  })

  it('says how to get one', async () => {
    await expectSftError(trainSft(toolRows(1), nowhere()), 'SFT_TRAIN_ENVIRONMENT')
  })

  it('refuses a Python that is not there, too old, broken, or lacks packages', async () => {
    const versions = (python: string, trl: string | null) =>
      JSON.stringify({
        python,
        torch: '2.15.0',
        trl,
        transformers: '5.23.0',
        datasets: '5.2.0',
        accelerate: '1.15.0',
        peft: null,
        bitsandbytes: null,
      })
    const refuses = async (path: string): Promise<string> => {
      vi.stubEnv('SFT_PYTHON', path)
      return (await expectSftError(trainSft(toolRows(1), nowhere()), 'SFT_TRAIN_ENVIRONMENT')).message
    }
    await refuses(join(folder, 'no-python'))
    using old = fakeProgram({ name: 'python', steps: [{ print: versions('3.9.2', '0.9.0') }] })
    expect(await refuses(old.path)).toContain('3.9.2')
    using bare = fakeProgram({ name: 'python', steps: [{ print: versions('3.12.1', null) }] })
    expect(await refuses(bare.path)).toContain('trl')
    using broken = fakeProgram({
      name: 'python',
      steps: [{ printError: 'ImportError: libcudart.so.12' }, { exit: 1 }],
      when: [{ args: ['-c'], steps: [{ print: versions('3.12.1', '1.16.0') }] }],
    })
    expect(await refuses(broken.path)).toContain('libcudart.so.12')
  })
})

describe('options', () => {
  it('that do not exist are refused', async () => {
    // @ts-expect-error a typo does not compile
    await expectSftError(() => trainerHf({ model: 'm', learningrate: 1 }), 'SFT_PLUGIN_OPTIONS')
    await expectSftError(() => local({ processes: 2, nodes: 2 }), 'SFT_PLUGIN_OPTIONS')
  })
})

const found = await findTraining()
const title = 'reason' in found ? `bad input (skipped: ${found.reason})` : 'bad input'

describe.skipIf('reason' in found)(title, () => {
  let place: Workplace
  const refused = (more: object): Promise<unknown> =>
    trainSft(toolRows(2), {
      model: place.model,
      out: place.out('refused'),
      device: 'cpu',
      dtype: 'float32',
      ...more,
    })

  beforeAll(async () => {
    place = await openWorkplace('python' in found ? found.python : '')
  })
  afterAll(() => place?.remove())

  it('names the nearest argument for a typo, and what became of old ones', async () => {
    const message = async (args: object) =>
      (await expectSftError(refused({ args }), 'SFT_TRAIN_ARGUMENT')).message
    expect(await message({ weigth_decay: 0.1 })).toContain('weight_decay')
    expect(await message({ torch_dtype: 'bfloat16' })).toContain('dtype')
    expect(await message({ output_dir: 'elsewhere' })).toContain('--out')
    await expectSftError(refused({ lora: { rank: 8 } }), 'SFT_TRAIN_ARGUMENT')
  })

  it('refuses a model that is not there, and rows that are none', async () => {
    await expectSftError(refused({ model: './no/such/model' }), 'SFT_TRAIN_MODEL')
    await expectSftError(trainSft([], { model: place.model, out: place.out('refused') }), 'SFT_TRAIN_DATA')
    const file = join(folder, 'half.jsonl')
    writeFileSync(file, '{"messages": [')
    await expectSftError(trainSft(file, { model: place.model, out: place.out('refused') }), 'SFT_TRAIN_DATA')
  })

  it('refuses a tokenizer of another model', async () => {
    const mixed = place.out('mixed')
    mkdirSync(mixed)
    cpSync(place.model, mixed, { recursive: true })
    const file = join(mixed, 'tokenizer.json')
    const tokenizer = JSON.parse(readFileSync(file, 'utf8')) as { added_tokens: { id: number }[] }
    const template = tokenizer.added_tokens.at(-1)
    const strangers = Array.from({ length: 20 }, (_, at) => ({
      ...template,
      id: 100_000 + at,
      content: `<stranger-${at}>`,
    }))
    tokenizer.added_tokens.push(...(strangers as { id: number }[]))
    writeFileSync(file, JSON.stringify(tokenizer))
    await expectSftError(refused({ model: mixed }), 'SFT_TRAIN_MODEL')
  })
})
