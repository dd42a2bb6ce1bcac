import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formats } from '@sftkit/plugin-formats'
import { buildTrace, expectSftError, fakeProgram, testRun } from '@sftkit/testing'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type TrainerHfOptions, trainerHf } from '../src/index.ts'
import { CHATML } from './template/families.ts'
import { writeModel } from './template/model.ts'

const folder = mkdtempSync(join(tmpdir(), 'sftkit-before-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const VERSIONS = {
  python: '3.12.1',
  torch: '2.15.0',
  trl: '1.16.0',
  transformers: '5.23.0',
  datasets: '5.2.0',
  accelerate: '1.15.0',
  peft: '0.21.2',
  bitsandbytes: null,
}
const taken = ['weight_decay', 'warmup_steps', 'num_train_epochs', 'max_length', 'learning_rate']
const fields = { configs: { sft: taken, dpo: taken, kto: taken }, lora: ['r', 'lora_alpha'] }

/** An interpreter that says what it has, and trains nothing. */
const python = () =>
  fakeProgram({
    name: 'python',
    steps: [{ print: JSON.stringify(fields) }],
    when: [{ args: ['-c'], steps: [{ print: JSON.stringify(VERSIONS) }] }],
  })

describe('before a dataset is made', () => {
  let out: string
  let count = 0

  beforeEach(() => {
    out = join(folder, `out-${count++}`)
    vi.stubEnv('XDG_DATA_HOME', join(folder, 'data'))
    vi.stubEnv('SFT_CACHE_DIR', join(folder, 'cache'))
    vi.stubEnv('SFT_PYTHON', '')
    return () => vi.unstubAllEnvs()
  })

  const run = (options: Partial<TrainerHfOptions>, more: object = {}) =>
    testRun({
      plugins: [...formats(), trainerHf({ model: writeModel({ template: CHATML }), ...options })],
      traces: [
        buildTrace({
          messages: [
            { role: 'user', content: 'question' },
            { role: 'assistant', content: 'answer' },
          ],
        }),
      ],
      format: 'messages',
      until: 'train',
      out,
      ...more,
    })

  it('refuses arguments that the installed TRL does not take, and asks it once', async () => {
    using installed = python()
    vi.stubEnv('SFT_PYTHON', installed.path)
    for (const options of [
      { args: { weigth_decay: 0.1 } },
      { args: { torch_dtype: 'bfloat16' } },
      { args: { output_dir: 'elsewhere' } },
      { lora: { rank: 8 } },
    ])
      await expectSftError(run(options), 'SFT_TRAIN_ARGUMENT')
    await expectSftError(run({ args: { weigth_decay: 0.1 } }, { dryRun: true }), 'SFT_TRAIN_ARGUMENT')
    expect(installed.calls().filter(({ args }) => args.includes('--fields'))).toHaveLength(1)
    expect(existsSync(out)).toBe(false)
  })

  it('names the argument that was meant', async () => {
    using installed = python()
    vi.stubEnv('SFT_PYTHON', installed.path)
    const args = { warmup_ration: 0.1, num_epochs: 3, lr: 1e-4, no_such_thing: 1 }
    const { message } = await expectSftError(run({ args }), 'SFT_TRAIN_ARGUMENT')
    for (const meant of ['warmup_ratio', 'num_train_epochs', 'learning_rate'])
      expect(message).toMatch(new RegExp(`\\b${meant}\\b`))
  })

  it('refuses a missing environment and a missing model, in runs that train', async () => {
    await expectSftError(run({}), 'SFT_TRAIN_ENVIRONMENT')
    await expectSftError(run({ model: './no/such/model' }), 'SFT_TRAIN_MODEL')
    expect(existsSync(out)).toBe(false)
    const { rows } = await run({ model: './no/such/model' }, { until: 'split' })
    expect(rows.messages?.train).toHaveLength(1)
  })

  it('refuses two trainers, of which only the first would train', async () => {
    const model = writeModel({ template: CHATML })
    const plugins = ['a', 'b'].map((name) => trainerHf({ name, model }))
    await expectSftError(run({}, { plugins: [...formats(), ...plugins], dryRun: true }), 'SFT_CONFIG_INVALID')
    expect(existsSync(out)).toBe(false)
  })

  it.each([
    ['dpo', 'preference'],
    ['kto', 'unpaired'],
  ] as const)('says what makes the rows of %s', async (method, format) => {
    const plain = await expectSftError(run({ method }, { format, dryRun: true }), 'SFT_NO_EXAMPLES')
    expect(plain.fix).toContain('runPairs()')
    const beside = await expectSftError(run({ method }, { dryRun: true }), 'SFT_TRAIN_DATA')
    expect(beside.fix).toContain('runPairs()')
  })

  it('counts the epochs of a dry run by `max_steps` where it is given', async () => {
    const { result } = await run({ args: { max_steps: 3 } }, { dryRun: true })
    expect(result.preview?.data).toMatchObject({ models: [{ steps: 3, epochs: 3 }] })
  })

  it('needs no environment for a dry run', async () => {
    const { result } = await run({}, { dryRun: true })
    expect(result.preview?.data).toMatchObject({ models: [{ command: null }] })
  })
})
