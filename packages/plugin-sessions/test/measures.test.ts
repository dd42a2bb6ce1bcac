import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { tag } from '@sftkit/core'
import {
  assistant,
  buildTrace,
  describeContract,
  expectSftError,
  pluginContract,
  type TraceFields,
  testRun,
  toolCall,
  toolResult,
  user,
} from '@sftkit/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  defineMeasure,
  getMeasure,
  type MeasureChoice,
  measure,
  measureContext,
  measureOf,
  measures,
  runMeasure,
} from '../src/index.ts'

const search = toolCall('search', { query: 'capital of France', limit: 3 }, 'c1')
const open = toolCall('open', { page: 'https://example.org/paris' }, 'c2')
const session: TraceFields = {
  messages: [
    user('What is the capital of France?', { timestamp: '2026-03-01T10:00:00Z' }),
    assistant('I will look.', { toolCalls: [search] }),
    toolResult(search, 'Paris, Lyon'),
    assistant('', { toolCalls: [open] }),
    toolResult(open, 'Error: 404 not found'),
    assistant('The capital is Paris.', { timestamp: '2026-03-01T10:00:30Z' }),
  ],
  outcome: { status: 'completed', reward: 0.5, resolved: true },
  usage: { inputTokens: 900, outputTokens: 100, costUsd: 0.02 },
  metadata: { eval: { target: 'the capital is PARIS' } },
}

const ofEval = (key: string) => (trace: { metadata: object }) =>
  (trace.metadata as { eval?: Record<string, string> }).eval?.[key]

const statusOf = async (choice: MeasureChoice, fields: TraceFields = session): Promise<string> =>
  (await runMeasure(measureOf(choice), measureContext(buildTrace(fields)))).status

describe('the measures', () => {
  it.each<[string, MeasureChoice, 'passed' | 'failed' | 'error']>([
    ['answer', measures.answer({ is: ' The capital is Paris. ' }), 'passed'],
    ['answer, other case', measures.answer({ is: 'the capital is paris' }), 'failed'],
    ['answer, normalized', measures.answer({ is: 'CAPITAL, is: Paris', normalized: true }), 'passed'],
    ['answer, one of', measures.answer({ is: ['Lyon', /paris/i] }), 'passed'],
    ['answer, of the session', measures.answer({ is: ofEval('target'), normalized: true }), 'passed'],
    ['answer, not known', measures.answer({ is: ofEval('nothing') }), 'error'],
    ['contains all', measures.contains({ all: ['capital', 'Paris'] }), 'passed'],
    ['contains all, one missing', measures.contains({ all: ['capital', 'Lyon'] }), 'failed'],
    ['contains any', measures.contains({ any: ['lyon', 'paris'], ignoreCase: true }), 'passed'],
    ['contains any, none', measures.contains({ all: ['capital'], any: ['Lyon', 'Nice'] }), 'failed'],
    ['answered', 'answered', 'passed'],
    ['tool used', measures.toolUsed({ tool: 'search' }), 'passed'],
    ['tool used too seldom', measures.toolUsed({ tool: /./, min: 3 }), 'failed'],
    ['tool never used', measures.toolUsed({ tool: 'search', max: 0 }), 'failed'],
    ['tool not used, as wanted', measures.toolUsed({ tool: 'delete', max: 0 }), 'passed'],
    ['arguments', measures.toolUsed({ tool: 'search', arguments: { limit: 3 } }), 'passed'],
    ['other arguments', measures.toolUsed({ tool: 'search', arguments: { limit: 4 } }), 'failed'],
    [
      'arguments by a function',
      measures.toolUsed({ tool: 'open', arguments: (args) => JSON.stringify(args).includes('paris') }),
      'passed',
    ],
    ['order', measures.toolOrder({ tools: ['search', 'open'] }), 'passed'],
    ['wrong order', measures.toolOrder({ tools: ['open', 'search'] }), 'failed'],
    ['exact order', measures.toolOrder({ tools: ['open'], exact: true }), 'failed'],
    ['no error', 'no-error', 'passed'],
    ['no error of a tool', measures.noError({ tools: /^Error/ }), 'failed'],
    ['resolved', 'resolved', 'passed'],
    ['ended', measures.ended({ as: ['limit', 'completed'] }), 'passed'],
    ['ended otherwise', measures.ended({ as: 'limit' }), 'failed'],
    ['reward', measures.reward({ min: 0.5 }), 'passed'],
    ['steps', measures.steps({ max: 2 }), 'failed'],
    ['calls', measures.toolCalls({ min: 2, max: 2 }), 'passed'],
    ['tokens', measures.tokens({ max: 1000 }), 'passed'],
    ['cost', measures.cost({ max: 0.01 }), 'failed'],
    ['duration', measures.duration({ min: 30, max: 30 }), 'passed'],
    ['all', measures.all('no-error', measures.steps({ max: 3 })), 'passed'],
    ['all, one not', measures.all('no-error', measures.steps({ max: 2 })), 'failed'],
    ['any', measures.any(measures.steps({ max: 2 }), 'answered'), 'passed'],
    ['not', measures.not(measures.steps({ max: 2 })), 'passed'],
    ['a function that says yes', ({ finalAnswer }) => finalAnswer.length > 3, 'passed'],
    ['an asynchronous one', async () => ({ passed: false, reason: 'so' }), 'failed'],
    ['one that returns something else', (() => 'yes') as never, 'error'],
  ])('%s', async (_name, choice, status) => {
    expect(await statusOf(choice)).toBe(status)
  })

  it.each<[string, MeasureChoice]>([
    ['resolved', 'resolved'],
    ['reward', measures.reward({ min: 0 })],
    ['tokens', measures.tokens({ max: 1 })],
    ['cost', measures.cost({ max: 1 })],
    ['duration', measures.duration({ max: 1 })],
    ['not', measures.not(measures.cost({ max: 1 }))],
  ])('%s neither passes nor fails where it is not known', async (_name, choice) => {
    expect(await statusOf(choice, {})).toBe('error')
  })

  it('takes JSON answers, fenced ones too, against a JSON schema or a zod schema', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
    const answers = ['{"city":"Paris"}', '```json\n{"city": "Paris"}\n```', '{"city": 3}', 'Paris', '[]']
    const wanted = ['passed', 'passed', 'failed', 'failed', 'failed']
    for (const one of [schema, z.object({ city: z.string() })]) {
      const found = answers.map((text) =>
        statusOf(measures.answerSchema({ schema: one }), { messages: [user('?'), assistant(text)] }),
      )
      expect(await Promise.all(found)).toEqual(wanted)
    }
    await expectSftError(() => measures.answerSchema({ schema: { type: 'bogus' } }), 'SFT_MEASURE_INVALID')
  })

  it('a pattern with a state says the same of every session', async () => {
    const choice = measures.answer({ is: /Paris/g })
    expect([await statusOf(choice), await statusOf(choice)]).toEqual(['passed', 'passed'])
  })

  it('a result belongs to the last call of its id', () => {
    const again = toolCall('again', {}, 'c1')
    const messages = [
      assistant('', { toolCalls: [search] }),
      toolResult(search, 'first'),
      assistant('', { toolCalls: [again] }),
      toolResult(again, 'second'),
    ]
    const { toolCalls } = measureContext(buildTrace({ messages }))
    expect(toolCalls.map(({ name, result, message }) => [name, result, message])).toEqual([
      ['search', 'first', 0],
      ['again', 'second', 2],
    ])
  })
})

describe('measures by name', () => {
  it('are those that were defined, and those that take no options', async () => {
    const polite = defineMeasure({ name: 'polite', run: () => true })
    expect(getMeasure('polite')).toBe(polite)
    expect(getMeasure('no-error').name).toBe('no-error')
    const { message } = await expectSftError(() => getMeasure('no-eror'), 'SFT_MEASURE_UNKNOWN')
    expect(message).toContain('no-error')
  })

  it.each([
    { name: 'with space', run: () => true },
    { name: '', run: () => true },
    { name: 'a:b', run: () => true },
    { name: 'nothing' },
  ])('refuses %j', async (given) => {
    await expectSftError(() => defineMeasure(given as never), 'SFT_MEASURE_INVALID')
  })

  it.each([
    () => measures.steps({}),
    () => measures.steps({ most: 3 } as never),
    () => measures.contains({}),
    () => measures.toolUsed({} as never),
    () => measures.llmJudge({ question: '' }),
  ])('refuses wrong options: %s', async (make) => {
    await expectSftError(make, 'SFT_PLUGIN_OPTIONS')
  })
})

describe('the plugin', () => {
  const traces = [buildTrace(session), buildTrace({ outcome: { status: 'errored', error: 'killed' } })]
  const plugins = () => [measure({ measures: ['no-error', measures.cost({ max: 0.1 })] })]

  it('tags, so that a config can keep by measures, and says why one cannot say', async () => {
    const run = await testRun({
      traces,
      plugins: plugins(),
      config: { keep: tag('measure:no-error-passed') },
    })
    expect(run.traces.map(({ tags }) => tags)).toEqual([
      ['measure:cost-passed', 'measure:no-error-passed'],
      ['measure:cost-error', 'measure:no-error-failed'],
    ])
    expect(run.drops).toMatchObject([{ reason: 'keep', plugin: 'config' }])
    expect(run.log.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })

  it("puts what was measured into the run's index", async () => {
    const out = mkdtempSync(join(tmpdir(), 'sftkit-measures-'))
    try {
      await testRun({ traces, plugins: plugins(), out })
      const index = new DatabaseSync(join(out, '.sft/index.sqlite'), { readOnly: true })
      expect(index.prepare('select name, value from measures').all()).toEqual([
        expect.objectContaining({ name: 'measure.cost', value: 0.02 }),
      ])
      index.close()
    } finally {
      rmSync(out, { recursive: true, force: true })
    }
  })

  it('refuses two measures of one name', async () => {
    const twice = [measures.steps({ max: 2 }), measures.steps({ max: 3 })]
    await expectSftError(() => measure({ measures: twice }), 'SFT_PLUGIN_OPTIONS')
  })
})

describeContract(
  { describe, it },
  'measure',
  pluginContract(measure, {
    validOptions: [{ measures: 'no-error' }, { measures: ['answered', () => true], name: 'two' }],
    wrongOptions: [{}, { measures: 3 }],
  }),
)
