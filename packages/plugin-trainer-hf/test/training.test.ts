import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createLogger } from '@sftkit/core'
import { expectSftError } from '@sftkit/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accelerate, local, type TrainedModel, type TrainSftOptions, trainSft } from '../src/index.ts'
import { preferenceRows, toolRows, unpairedRows, writeRows } from './rows.ts'
import { events, findTraining, judge, openWorkplace, type Workplace } from './training.ts'

const found = await findTraining()
const title = 'reason' in found ? `training (skipped: ${found.reason})` : 'training'

const FSDP2_ON_CPU = `distributed_type: FSDP
use_cpu: true
mixed_precision: 'no'
fsdp_config:
  fsdp_version: 2
  fsdp_auto_wrap_policy: TRANSFORMER_BASED_WRAP
  fsdp_reshard_after_forward: true
  fsdp_state_dict_type: FULL_STATE_DICT
`

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe.skipIf('reason' in found)(title, () => {
  let place: Workplace

  beforeAll(async () => {
    place = await openWorkplace('python' in found ? found.python : '')
  })
  afterAll(() => place?.remove())

  const few = (name: string, more: Partial<TrainSftOptions> = {}): TrainSftOptions => ({
    model: place.model,
    out: place.out(name),
    batchSize: 4,
    gradientAccumulation: 1,
    learningRate: 0.005,
    dtype: 'float32',
    device: 'cpu',
    loggingSteps: 1,
    ...more,
    args: { max_steps: 4, gradient_checkpointing: false, ...more.args },
  })

  /** Two rows at once, and as many batches for a step. */
  const halves = (name: string, gradientAccumulation: number, more: Partial<TrainSftOptions> = {}) =>
    few(name, { batchSize: 2, gradientAccumulation, ...more })

  it('learns 64 rows with tool calls, and says them again, call and end included', async () => {
    const trained = await trainSft(
      { train: place.rows },
      {
        ...few('learned', { loggingSteps: 10, batchSize: 8, epochs: 20, learningRate: 0.012 }),
        args: { gradient_checkpointing: false },
      },
    )
    const same = await trainSft({ train: place.rows }, halves('same', 2))
    const lora = await trainSft({ train: place.rows }, few('lora', { lora: { r: 4 }, learningRate: 0.02 }))
    const turns = [0, 7, 31, 63].flatMap((row) => [
      [row, 1],
      [row, 3],
    ])
    const [losses, said, merged] = (await judge(place.folder, [
      {
        do: 'plain',
        model: place.model,
        rows: place.rows,
        args: {
          num_train_epochs: 1,
          per_device_train_batch_size: 2,
          gradient_accumulation_steps: 2,
          learning_rate: 0.005,
          max_steps: 4,
          max_grad_norm: 1,
          warmup_steps: 0.1,
          max_length: 2048,
          logging_steps: 1,
          save_strategy: 'no',
          report_to: 'none',
          seed: 42,
          bf16: false,
          gradient_checkpointing: false,
          assistant_only_loss: true,
        },
      },
      { do: 'decode', model: trained.modelPath, rows: place.rows, turns },
      {
        do: 'compare',
        base: place.model,
        adapter: lora.checkpoint.adapter,
        merged: lora.modelPath,
      },
    ])) as [
      [number, number][],
      { said: string; wanted: string }[],
      { difference: number; learned: number; largest: number },
    ]
    expect(said.map((one) => one.said)).toEqual(said.map((one) => one.wanted))
    expect(said[0]?.wanted).toContain('<tool_call>')
    expect(said[0]?.wanted).toMatch(/<\|im_end\|>$/)
    expect(trained.steps).toBe(160)
    expect(trained.finalLoss).toBe(trained.metrics.findLast((entry) => 'loss' in entry)?.loss)
    // Parity: the same losses at every logged step.
    expect(losses).toHaveLength(4)
    expect(same.metrics.flatMap(({ step, loss }) => (loss === undefined ? [] : [[step, loss]]))).toEqual(
      losses,
    )
    // An adapter changes the model, and merging it changes nothing more.
    expect(merged.learned).toBeGreaterThan(0.01)
    expect(merged.difference / merged.largest).toBeLessThan(1e-4)
    expect(lora.modelPath).toBe(join(place.out('lora'), 'model/merged'))
    const done = events(place.out('learned')).find(({ type }) => type === 'done')
    expect(done?.callbackSeconds).toBeTypeOf('number')
    expect(readFileSync(join(place.out('learned'), 'model/loss.svg'), 'utf8')).toContain(
      '<polyline class="train"',
    )
  })

  it('takes up what is done, and trains anew with other options', async () => {
    const again = await trainSft({ train: place.rows }, halves('same', 2))
    expect(events(place.out('same')).filter(({ type }) => type === 'start')).toHaveLength(1)
    expect(again.steps).toBe(4)
    const saved = again.saveModel(place.out('saved'))
    expect(existsSync(join(saved, 'model.safetensors'))).toBe(true)
  })

  it('trains DPO and KTO, and evaluates', async () => {
    const dpo = await trainSft(
      { train: preferenceRows(16), validation: preferenceRows(4) },
      few('dpo', { method: 'dpo', args: { max_steps: 2, beta: 0.2 } }),
    )
    const kto = await trainSft(unpairedRows(16), few('kto', { method: 'kto', args: { max_steps: 2 } }))
    expect(dpo.steps).toBe(2)
    expect(dpo.metrics.some((entry) => typeof entry['rewards/margins'] === 'number')).toBe(true)
    expect(dpo.metrics.some((entry) => typeof entry.eval_loss === 'number')).toBe(true)
    expect(kto.steps).toBe(2)
    expect(kto.finalLoss).toBeTypeOf('number')
  })

  it('ends where the evaluation gets no better, and keeps the best weights', async () => {
    // Texts have line separators that are no ends of lines.
    const texts = toolRows(4).map(({ messages, tools }) => ({
      messages: messages.map((message) => ({ ...message, content: `${message.content}\u2028` })),
      tools,
    }))
    const train = writeRows(join(place.folder, 'separators.jsonl'), texts)
    const [long] = toolRows(1).map(({ messages, tools }) => ({
      messages: [...messages, { role: 'assistant', content: 'so much to say '.repeat(600) }],
      tools,
    }))
    const rows = { train, validation: [...toolRows(2), long ?? {}] }
    const trained = await trainSft(rows, {
      ...few('early', { epochs: 30, learningRate: 1e-12, earlyStop: { patience: 2 } }),
      args: { gradient_checkpointing: false },
    })
    expect(trained.steps).toBeLessThan(10)
    expect(events(place.out('early')).find(({ type }) => type === 'dataset')).toMatchObject({ rows: 4 })
    const warned = events(place.out('early')).flatMap(({ type, code }) => (type === 'warning' ? [code] : []))
    expect(warned).toEqual(['validation-cut'])
    expect(existsSync(join(trained.modelPath, 'model.safetensors'))).toBe(true)
  })

  const losses = ({ metrics }: TrainedModel) =>
    metrics.flatMap(({ loss }) => (typeof loss === 'number' ? [loss] : []))
  it('trains the same on two machines as in one process with double accumulation', async () => {
    const rendezvous = `127.0.0.1:${await freePort()}`
    // Both of them are this one; each runs the same command.
    const on = (node: number) =>
      trainSft(
        { train: place.rows },
        halves('machines', 1, { launcher: local({ nodes: 2, node, rendezvous }) }),
      )
    const [first, second] = await Promise.all([on(0), on(1)])
    const one = await trainSft({ train: place.rows }, halves('same', 2))
    const said = events(place.out('machines'))
    expect(said.filter(({ type }) => type === 'start')).toHaveLength(1)
    expect(said.find(({ type }) => type === 'env')?.worldSize).toBe(2)
    expect(losses(second)).toEqual(losses(first))
    expect(losses(first)).toHaveLength(4)
    for (const [at, loss] of losses(first).entries()) expect(loss).toBeCloseTo(losses(one)[at] ?? 0, 3)
  })

  it('says that FSDP is not used on CPUs, where accelerate trains without it', async () => {
    const config = join(place.folder, 'fsdp2.yaml')
    writeFileSync(config, FSDP2_ON_CPU)
    const launcher = accelerate({ config, processes: 2 })
    const spread = await trainSft({ train: place.rows }, halves('spread', 1, { launcher }))
    const one = await trainSft({ train: place.rows }, halves('same', 2))
    const said = events(place.out('spread'))
    expect(said.find(({ type }) => type === 'env')?.worldSize).toBe(2)
    expect(said.flatMap(({ type, code }) => (type === 'warning' ? [code] : []))).toEqual(['not-spread'])
    expect(losses(spread)).toHaveLength(4)
    for (const [at, loss] of losses(spread).entries()) expect(loss).toBeCloseTo(losses(one)[at] ?? 0, 3)
  })

  it('refuses a run that diverges', async () => {
    const options = few('diverged', { learningRate: 1e30, maxGradNorm: 0, args: { max_steps: 10 } })
    await expectSftError(trainSft(toolRows(8), options), 'SFT_TRAIN_DIVERGED')
    expect(existsSync(join(place.out('diverged'), 'model/final'))).toBe(false)
  })

  it('refuses rows that max_length cuts, or leaves nothing of', async () => {
    await expectSftError(trainSft(toolRows(8), few('cut', { maxLength: 350 })), 'SFT_TEMPLATE_CUT')
    await expectSftError(trainSft(toolRows(8), few('gone', { maxLength: 16 })), 'SFT_TRAIN_DATA')
  })

  it("trains on one row, with the reference's defaults for all that is not said", async () => {
    // Calls of tools that no row names are a warning, where something is trained.
    const row = toolRows(1).map(({ messages }) => ({ messages }))
    const warned: string[] = []
    const log = createLogger((level, message) => level === 'warn' && warned.push(message))
    const trained = await trainSft(row, { model: place.model, out: place.out('one-row'), log })
    const before = warned.splice(0).filter((text) => text.includes('`tools`'))
    await trainSft(row, { model: place.model, out: place.out('one-row'), log })
    expect([before.length, warned]).toEqual([1, []])
    expect(trained.steps).toBe(1)
    expect(trained.finalLoss).toBeGreaterThan(0)
    const { args, dtype, device, method, lora } = JSON.parse(
      readFileSync(join(place.out('one-row'), 'model/run.json'), 'utf8'),
    )
    expect({ dtype, device, method, lora }).toEqual({ dtype: 'bfloat16', device: 'auto', method: 'sft' })
    expect(args).toEqual({
      num_train_epochs: 1,
      per_device_train_batch_size: 2,
      gradient_accumulation_steps: 4,
      learning_rate: 2e-5,
      max_grad_norm: 1,
      // A share of all steps, as TRL reads numbers below 1; `warmup_ratio` is no more.
      warmup_steps: 0.1,
      max_length: 2048,
      packing: false,
      save_strategy: 'no',
      logging_steps: 10,
      report_to: 'none',
      // What the reference leaves to TRL.
      seed: 42,
      eval_strategy: 'no',
      assistant_only_loss: true,
    })
  })
})
