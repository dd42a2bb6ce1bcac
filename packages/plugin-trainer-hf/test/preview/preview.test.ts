import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatMessages, formatPreference, formatUnpaired } from '@sftkit/plugin-formats'
import {
  assistant,
  buildTrace,
  expectSftError,
  type TestRunOptions,
  testRun,
  toolCall,
  toolResult,
  user,
} from '@sftkit/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type TrainerHfOptions, trainerHf } from '../../src/index.ts'
import { packedSequences } from '../../src/preview/packing.ts'
import { CHATML, ROLES } from '../template/families.ts'
import { testFolder, writeModel } from '../template/model.ts'

// Everything here is said without a training environment.
beforeEach(() => {
  vi.stubEnv('SFT_PYTHON', undefined)
  vi.stubEnv('XDG_DATA_HOME', testFolder())
  vi.stubEnv('HOME', testFolder())
})
afterEach(() => vi.unstubAllEnvs())

const short = buildTrace({ messages: [user('2+2?'), assistant('4')] })
const long = buildTrace({ messages: [user('a'.repeat(300)), assistant('b'.repeat(100))] })
const calling = buildTrace({
  messages: [
    user('Weather?'),
    assistant('', { toolCalls: [toolCall('get_weather', { city: 'Oslo' }, 'c1')] }),
    toolResult('c1', '4 C'),
    assistant('It is 4 C.'),
  ],
})

async function preview(options: Partial<TrainerHfOptions>, run: TestRunOptions) {
  const { result, log } = await testRun({
    plugins: [
      trainerHf({ model: writeModel({ template: CHATML }), ...options }),
      ...(run.plugins ?? [formatMessages()]),
    ],
    format: run.format ?? 'messages',
    until: 'train',
    dryRun: true,
    ...(run.traces !== undefined && { traces: run.traces }),
  })
  const data = result.preview?.data as { models: Record<string, never>[] } | undefined
  return { text: result.preview?.text ?? '', model: data?.models[0] as Record<string, unknown>, log }
}

test('lengths, steps and the learned part of one row', async () => {
  const { text, model } = await preview(
    { batchSize: 1, gradientAccumulation: 2, epochs: 3 },
    {
      traces: [short],
    },
  )
  // One token for each byte and each control token: system, user and assistant turns of CHATML.
  const row =
    '<|im_start|>system\nYou help.<|im_end|>\n<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\n4<|im_end|>\n'
  const tokens = row.replaceAll(/<\|\w+\|>/g, '.').length
  expect(model).toMatchObject({
    method: 'sft',
    format: 'messages',
    template: { learnedBy: 'derived' },
    train: { rows: 1, tokens, learned: 3, cut: 0, dropped: 0, percentiles: { p50: tokens, max: tokens } },
    steps: 3,
    command: null,
  })
  expect(model.row).toMatchObject({
    tokens,
    learned: 3,
    text: row.replace('4<|im_end|>\n', '⟦4<|im_end|>↵⟧\n'),
  })
  expect(text).toContain('⟦4<|im_end|>')
})

test('calls and their results: what is shown, and what is learned', async () => {
  const roles = {
    template: ROLES,
    eos: '<|end_of_text|>',
    control: ['<|start_of_role|>', '<|end_of_role|>', '<|tool_call|>'],
  }
  const { model } = await preview({ model: writeModel(roles) }, { traces: [short, calling] })
  const shown = (model.row as { text: string }).text
  expect(shown).toContain(
    '⟦<|tool_call|>[{"name": "get_weather", "arguments": {"city": "Oslo"}}]<|end_of_text|>↵⟧\n',
  )
  expect(shown).toContain('tool_response<|end_of_role|>4 C<|end_of_text|>')
})

describe('max_length', () => {
  const traces = [short, buildTrace({ ...short, id: 'b' }), long]

  test('cutting more rows than allowed is refused', async () => {
    await expectSftError(preview({ maxLength: 360 }, { traces }), 'SFT_TEMPLATE_CUT')
  })

  test('allowed, it is said how many are cut, and how many are left out', async () => {
    const cut = await preview({ maxLength: 400, maxCutShare: 0.5 }, { traces })
    expect(cut.model).toMatchObject({ train: { cut: 1, dropped: 0 } })
    const dropped = await preview(
      { maxLength: 200, maxCutShare: 0.5, batchSize: 1, gradientAccumulation: 1 },
      { traces },
    )
    expect(dropped.model).toMatchObject({ train: { cut: 0, dropped: 1 }, steps: 2 })
  })

  test('where no row is left, the first ones are named', async () => {
    const one = expectSftError(
      preview({ maxLength: 20, maxCutShare: 1 }, { traces: [short] }),
      'SFT_TRAIN_DATA',
    )
    expect((await one).message).toMatch(/\b[0-9a-f]{20}, train\.jsonl line 1\b/)
    const pair = expectSftError(
      preview(
        { method: 'dpo', maxLength: 20, maxCutShare: 1 },
        { plugins: [formatPreference(), pairs()], format: 'preference', traces: [short] },
      ),
      'SFT_TRAIN_DATA',
    )
    expect((await pair).message).toMatch(/\b[0-9a-f]{20}, train\.jsonl line 1\b/)
  })

  test('where a row is cut is shown, and what is learned of it is counted up to there', async () => {
    const whole = await preview({}, { traces: [long] })
    const { tokens } = whole.model.row as { tokens: number }
    // The text ends with the 100 of the answer, the end of its turn and a newline; the prompt is before them.
    const [begin, end] = [
      await preview({ maxLength: tokens - 62, maxCutShare: 1 }, { traces: [long] }),
      await preview(
        { maxLength: 42, maxCutShare: 1, args: { truncation_mode: 'keep_end' } },
        { traces: [long] },
      ),
    ]
    expect(whole.model.row).toMatchObject({ learned: 102 })
    expect(whole.model.row).not.toHaveProperty('kept')
    expect(begin.model.row).toMatchObject({
      tokens,
      kept: tokens - 62,
      learned: 40,
      text: expect.stringMatching(new RegExp(`⟦b{40}⟧\\n✂.*${tokens - 62}.*✂\\nb{60}<`)),
    })
    expect(begin.text).toContain('✂')
    expect(end.model.row).toMatchObject({ kept: 42, learned: 42, text: expect.stringContaining('✂\n⟦b') })
  })

  test("TRL's own argument has the last word", async () => {
    const { model } = await preview({ maxLength: 10, args: { max_length: 1000, max_steps: 7 } }, { traces })
    expect(model).toMatchObject({ maxLength: 1000, steps: 7 })
    expect((await preview({ args: { max_length: null } }, { traces })).model).toMatchObject({
      maxLength: null,
    })
  })
})

test('packing: the gain is said, also where it is off', async () => {
  const traces = Array.from({ length: 6 }, (_, at) => buildTrace({ ...short, id: `t${at}` }))
  const off = await preview({ maxLength: 256, batchSize: 1, gradientAccumulation: 1 }, { traces })
  expect(off.model).toMatchObject({ packing: false, packedSequences: 2, steps: 6 })
  const on = await preview(
    { maxLength: 256, batchSize: 1, gradientAccumulation: 1, packing: true },
    { traces },
  )
  expect(on.model).toMatchObject({ packing: true, packedSequences: 2, steps: 2 })
})

test('sequences are packed best fit first, as TRL documents it', () => {
  expect(packedSequences([5, 2, 4, 1], 4)).toBe(3)
  expect(packedSequences([3, 3, 2, 2, 1, 1], 4)).toBe(3)
  expect(packedSequences([], 4)).toBe(0)
})

test('preferences have two sequences a row, of which the prompt is not learned', async () => {
  const { model, text } = await preview(
    { method: 'dpo', format: 'preference' },
    { plugins: [formatPreference(), pairs()], format: 'preference', traces: [short] },
  )
  expect(model).toMatchObject({ method: 'dpo', train: { rows: 1, sequences: 2, learned: 6 }, steps: 1 })
  expect(model.row).toMatchObject({
    learned: 3,
    text: expect.stringMatching(/2\+2\?<\|im_end\|>\n<\|im_start\|>assistant\n⟦4<\|im_end\|>↵⟧\n$/),
    rejected: { learned: 3, text: expect.stringContaining('⟦5<|im_end|>↵⟧') },
  })
  expect(text).toContain('⟦5<|im_end|>')
})

test('an unpaired answer is shown with its label', async () => {
  const { model, text } = await preview(
    { method: 'kto', format: 'unpaired' },
    { plugins: [formatUnpaired(), judged()], format: 'unpaired', traces: [short] },
  )
  expect(model).toMatchObject({ method: 'kto', train: { rows: 2, sequences: 2, learned: 6 } })
  const { row } = model as { row: { label: boolean; text: string; rejected: unknown } }
  expect([row.label, row.rejected]).toEqual([true, null])
  expect(row.text).toContain('⟦4<|im_end|>↵⟧')
  expect(text).toContain('a good answer')
})

test('the time has the start in it', async () => {
  const model = writeModel({ template: CHATML })
  const sizes = {
    vocab_size: 300,
    hidden_size: 8,
    intermediate_size: 16,
    num_hidden_layers: 1,
    num_attention_heads: 2,
  }
  writeFileSync(join(model, 'config.json'), JSON.stringify(sizes))
  const seconds = async (epochs: number): Promise<number> =>
    (await preview({ model, epochs, device: 'cpu' }, { traces: [short] })).model.seconds as number
  const [one, two] = [await seconds(1), await seconds(2)]
  expect(two).toBeGreaterThan(one)
  // A second epoch starts nothing.
  expect(two - one).toBeLessThan(one / 100)
})

test('what the training would refuse, the dry run refuses', async () => {
  const trained = preview({}, { traces: [calling] })
  await expectSftError(trained, 'SFT_TEMPLATE_DROPS')
})

/** Makes a preference of each trace. */
function pairs() {
  return {
    name: 'pairs',
    version: '1.0.0',
    setup(api: Parameters<ReturnType<typeof formatMessages>['setup']>[0]) {
      api.augmentGroup({
        handler: ({ members }, context) =>
          members.map(({ trace }) =>
            context.deriveExample(trace, {
              kind: 'preference' as const,
              prompt: [user('2+2?')],
              chosen: [assistant('4')],
              rejected: [assistant('5')],
            }),
          ),
      })
    },
  }
}

/** Makes a good and a bad answer of each trace. */
function judged() {
  return {
    name: 'judged',
    version: '1.0.0',
    setup(api: Parameters<ReturnType<typeof formatMessages>['setup']>[0]) {
      api.augmentGroup({
        handler: ({ members }, context) =>
          members.flatMap(({ trace }) =>
            [true, false].map((label) =>
              context.deriveExample(trace, {
                kind: 'unpaired' as const,
                prompt: [user('2+2?')],
                completion: [assistant(label ? '4' : '5')],
                label,
              }),
            ),
          ),
      })
    },
  }
}
