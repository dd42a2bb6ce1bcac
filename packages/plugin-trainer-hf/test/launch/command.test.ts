import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expectSftError } from '@sftkit/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CommandOptions, command, type TrainSftOptions, trainSft } from '../../src/index.ts'
import { writeRows } from '../rows.ts'
import { findTraining, openWorkplace, type Workplace } from '../training.ts'

const found = await findTraining()
const title =
  'reason' in found ? `a trainer of one's own (skipped: ${found.reason})` : "a trainer of one's own"
const trainer = fileURLToPath(new URL('own-trainer.mjs', import.meta.url))

describe.skipIf('reason' in found)(title, () => {
  let place: Workplace

  beforeAll(async () => {
    place = await openWorkplace('python' in found ? found.python : '')
  })
  afterAll(() => place?.remove())

  const own = (name: string, options: Partial<CommandOptions> = {}, how = 'well'): TrainSftOptions => ({
    model: place.model,
    out: place.out(name),
    epochs: 2,
    learningRate: 2e-5,
    lora: { r: 8 },
    launcher: command({
      run: [process.execPath, trainer, '{config}', '{dataset}', '{model}', '{output}', how],
      ...options,
    }),
  })
  /** A file as Python's YAML reads it. */
  const yamlOf = (name: string): Record<string, unknown> => {
    const read = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))'
    const python = process.env.SFT_PYTHON ?? 'python3'
    const file = join(place.out(name), 'model/train.yaml')
    return JSON.parse(execFileSync(python, ['-c', read, file], { encoding: 'utf8' }))
  }
  const rowsOf = (name: string): Record<string, unknown>[] =>
    readFileSync(join(place.out(name), 'model/rows/train.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))

  it('runs it, takes its model and its losses, and not again for the same', async () => {
    const { steps, finalLoss, modelPath, metrics } = await trainSft({ train: place.rows }, own('plain'))
    expect([steps, finalLoss, metrics.length]).toEqual([2, 0.5, 2])
    expect(modelPath).toBe(join(place.out('plain'), 'model/final'))
    expect(readFileSync(join(place.out('plain'), 'model/logs/stdout.log'), 'utf8')).toBe(
      'step 1 of 64, loss 1.5\n',
    )
    // The second would fail: it is not started.
    await trainSft({ train: place.rows }, own('plain'))
    const other = own('plain', {}, 'badly')
    await expectSftError(trainSft({ train: place.rows }, other), 'SFT_TRAIN_FAILED')
    await expectSftError(trainSft({ train: place.rows }, own('hungry', {}, 'hungry')), 'SFT_TRAIN_MEMORY')
  })

  it('says that there is no model, and refuses a method that a layout has no words for', async () => {
    await expectSftError(trainSft({ train: place.rows }, own('nothing', {}, 'nothing')), 'SFT_TRAIN_OUTPUT')
    const missing = { ...own('missing'), launcher: command({ run: ['no-such-trainer'] }) }
    await expectSftError(trainSft({ train: place.rows }, missing), 'SFT_TRAIN_ENVIRONMENT')
    const format = { ...own('format', { tool: 'axolotl' }), format: 'prompt-completion' }
    const pairs = writeRows(place.out('pairs.jsonl'), [{ prompt: 'a', completion: 'b' }])
    await expectSftError(trainSft({ train: pairs }, format), 'SFT_TRAIN_ARGUMENT')
  })

  it("writes axolotl's rows and config", async () => {
    await trainSft(
      { train: place.rows, validation: place.rows },
      own('axolotl', { tool: 'axolotl', config: { wandb_mode: 'offline', seed: 7 } }),
    )
    const config = yamlOf('axolotl')
    expect(config).toMatchObject({
      base_model: place.model,
      num_epochs: 2,
      micro_batch_size: 2,
      gradient_accumulation_steps: 4,
      learning_rate: 2e-5,
      sequence_len: 2048,
      warmup_ratio: 0.1,
      adapter: 'lora',
      lora_r: 8,
      lora_target_linear: true,
      wandb_mode: 'offline',
      seed: 7,
      datasets: [
        {
          type: 'chat_template',
          ds_type: 'json',
          field_messages: 'messages',
          field_tools: 'tools',
          roles_to_train: ['assistant'],
        },
      ],
      test_datasets: [{ split: 'train' }],
      output_dir: join(place.out('axolotl'), 'model/final'),
    })
    const [row] = rowsOf('axolotl') as [
      {
        messages: { tool_calls?: { function: { arguments: unknown } }[] }[]
        tools: { function: { parameters: unknown } }[]
      },
    ]
    expect(row.messages[1]?.tool_calls?.[0]?.function.arguments).toMatch(/^\{"place":"/)
    expect(row.tools[0]?.function.parameters).toContain('"required"')
  })

  it("writes LLaMA-Factory's rows, dataset_info.json and config", async () => {
    const odd = writeRows(place.out('odd.jsonl'), [
      ...readFileSync(place.rows, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
      {
        messages: [
          { role: 'user', content: 'one' },
          { role: 'user', content: 'two' },
          { role: 'assistant', content: 'three' },
        ],
      },
    ])
    await trainSft({ train: odd }, own('factory', { tool: 'llama-factory', config: { template: 'qwen' } }))
    expect(yamlOf('factory')).toMatchObject({
      model_name_or_path: place.model,
      stage: 'sft',
      do_train: true,
      finetuning_type: 'lora',
      lora_rank: 8,
      lora_target: 'all',
      dataset: 'sftkit',
      dataset_dir: join(place.out('factory'), 'model/rows'),
      cutoff_len: 2048,
      num_train_epochs: 2,
      template: 'qwen',
    })
    const info = JSON.parse(readFileSync(join(place.out('factory'), 'model/rows/dataset_info.json'), 'utf8'))
    expect(info.sftkit).toMatchObject({
      formatting: 'sharegpt',
      columns: { messages: 'messages', system: 'system', tools: 'tools' },
    })
    const rows = rowsOf('factory') as { messages: { role: string; content: string }[]; tools: string }[]
    expect(rows).toHaveLength(64)
    expect(rows[0]?.messages.map(({ role }) => role)).toEqual([
      'user',
      'function_call',
      'observation',
      'assistant',
    ])
    expect(JSON.parse(rows[0]?.messages[1]?.content ?? '')).toMatchObject([
      { name: 'get_weather', arguments: { place: expect.any(String) } },
    ])
    expect(JSON.parse(rows[0]?.tools ?? '')[0].name).toBe('get_weather')
  })

  it("writes torchtune's rows and config, and refuses calls, which it has no place for", async () => {
    const tune = own('tune', {
      tool: 'torchtune',
      config: { tokenizer: { _component_: 'torchtune.models.qwen2.qwen2_tokenizer' } },
    })
    await expectSftError(trainSft({ train: place.rows }, tune), 'SFT_TRAIN_DATA')
    const chats = writeRows(place.out('chats.jsonl'), [
      {
        messages: [
          { role: 'system', content: 'be kind' },
          { role: 'user', content: 'hello' },
          { role: 'assistant', content: 'hi' },
        ],
      },
    ])
    await trainSft({ train: chats }, tune)
    expect(yamlOf('tune')).toMatchObject({
      dataset: {
        _component_: 'torchtune.datasets.chat_dataset',
        source: 'json',
        conversation_column: 'messages',
        conversation_style: 'openai',
        packed: false,
      },
      tokenizer: { _component_: 'torchtune.models.qwen2.qwen2_tokenizer' },
      epochs: 2,
      batch_size: 2,
    })
    expect(rowsOf('tune')).toEqual([
      {
        messages: [
          { role: 'system', content: 'be kind' },
          { role: 'user', content: 'hello' },
          { role: 'assistant', content: 'hi' },
        ],
      },
    ])
  })
})
