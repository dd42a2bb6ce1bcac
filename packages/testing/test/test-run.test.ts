import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { definePlugin, isJsonObject, type Plugin } from '@sftkit/core'
import { describe, expect, it } from 'vitest'
import { assistant, buildTrace, expectSftError, failedRun, readRun, testRun, user } from '../src/index.ts'

/** A loader of `{ q, a }` lines; what has no answer is not readable, and `note` is lost. */
function questions(): Plugin {
  return definePlugin({
    name: 'questions',
    version: '1.0.0',
    setup(api) {
      api.load({
        name: 'questions',
        looksFor: 'an object with q',
        detect: ({ record }) => (isJsonObject(record) && 'q' in record ? 'it has q' : undefined),
        read({ value }, context) {
          if (typeof value.a !== 'string') context.unreadable('there is no answer')
          if (value.note !== undefined) context.loss('note', 'dropped')
          return { session: String(value.id), messages: [user(String(value.q)), assistant(String(value.a))] }
        },
      })
    },
  })
}

const rows = [
  { id: 1, q: 'Is water wet?', a: 'Yes.', note: 'easy' },
  { id: 2, q: 'What is the time?' },
  { id: 3, q: 'Is ice warm?', a: 'No.' },
]
const config = { maxUnreadable: 1 }

describe('a test run', () => {
  it('reads rows with the plugin, and returns all that came out', async () => {
    const noWater = definePlugin({
      name: 'no-water',
      version: '1.0.0',
      setup: (api) =>
        api.filter((trace) =>
          JSON.stringify(trace.messages).includes('water') ? { reason: 'wet' } : undefined,
        ),
    })
    const run = await testRun({ plugins: [questions(), noWater], rows, config })
    expect(run.traces.map((trace) => trace.session)).toEqual(['1', '3'])
    expect(run.rows.example?.train).toHaveLength(1)
    expect(run.rows.example?.train?.[0]).toMatchObject({ kind: 'chat', session: '3' })
    expect(run.drops).toMatchObject([
      { plugin: 'no-water', stage: 'filter', reason: 'wet', source: 'input/rows.jsonl' },
    ])
    expect(run.losses).toMatchObject([{ plugin: 'questions', field: 'note', kind: 'dropped', count: 1 }])
    expect(run.unreadable).toMatchObject([{ code: 'SFT_ROW_SHAPE', line: 2 }])
    expect(run.manifest).toMatchObject({ traces: 2, examples: 1 })
    expect(run.stats).toMatchObject({ traces: 2 })
    expect(run.result.out.startsWith(tmpdir())).toBe(true)
    expect(existsSync(run.result.out)).toBe(false)
  })

  it('reads files of any kind, below the folders they are named with', async () => {
    const files = { 'a/one.json': '{"id":7,"q":"?","a":"!"}', 'b/two.jsonl': [{ id: 8, q: '?', a: '!' }] }
    const run = await testRun({ plugins: [questions()], files })
    expect(run.traces.map(({ source, session }) => [source.uri, session])).toEqual([
      ['input/a/one.json', '7'],
      ['input/b/two.jsonl', '8'],
    ])
  })

  it('carries built traces through core unchanged', async () => {
    const trace = buildTrace({
      group: { task: 'sum' },
      tags: ['b:2', 'a:1'],
      outcome: { status: 'limit', reward: 0.5 },
      metadata: { n: 1 },
    })
    const { traces } = await testRun({ traces: [trace] })
    const { messages, group, outcome, tags, metadata, session } = traces[0] ?? trace
    expect({ messages, group, outcome, tags, metadata, session }).toEqual({
      messages: trace.messages,
      group: { key: 'sum', task: 'sum' },
      outcome: trace.outcome,
      tags: ['a:1', 'b:2'],
      metadata: { n: 1 },
      session: trace.session,
    })
  })

  it.each(['load', 'tag', 'filter', 'split'] as const)('returns traces when it ends at %s', async (until) => {
    const run = await testRun({ traces: [buildTrace()], until })
    expect(run.traces).toHaveLength(1)
    expect(run.rows.example !== undefined).toBe(until === 'split')
  })

  it('lets the plugins under test split, and splits nothing itself', async () => {
    const byTask = definePlugin({
      name: 'by-task',
      version: '1.0.0',
      setup: (api) => api.split({ ofGroup: (group) => (group === 'held-out' ? 'validation' : 'train') }),
    })
    const traces = ['a', 'held-out', 'b'].map((task) => buildTrace({ group: { task } }))
    const { rows } = await testRun({ plugins: [byTask], traces })
    expect(rows.example?.validation).toMatchObject([{ group: { key: 'held-out' } }])
    expect(rows.example?.train).toHaveLength(2)
  })

  it('puts everything into train where nobody splits, and splits by the ratios of the config', async () => {
    const traces = ['a', 'b', 'c'].map((session) => buildTrace({ session }))
    expect((await testRun({ traces })).rows.example?.train).toHaveLength(3)
    const { rows } = await testRun({ traces, config: { split: { ratios: { first: 0.5, second: 0.5 } } } })
    expect(Object.values(rows.example ?? {}).map((split) => split.length)).toEqual([2, 1])
  })

  it('fails as the run does, and shows on request what a failed run left', async () => {
    const nothing = definePlugin({
      name: 'nothing',
      version: '1.0.0',
      setup: (api) => api.filter(() => ({ reason: 'no' })),
    })
    const options = { plugins: [nothing, questions()], rows: [...rows.slice(0, 2)] }
    await expectSftError(testRun(options), 'SFT_TOO_MANY_UNREADABLE')
    const failed = await failedRun(options)
    expect(failed.error.code).toBe('SFT_TOO_MANY_UNREADABLE')
    expect(failed.drops).toMatchObject([{ plugin: 'nothing', reason: 'no' }])
    expect(failed.manifest).toBeUndefined()
    await expect(failedRun({ traces: [buildTrace()] })).rejects.toThrow()
  })

  it.each(['format', 'split', 'augment'] as const)(
    'ends at %s without rows where everything is dropped',
    async (until) => {
      const picky = definePlugin({
        name: 'picky',
        version: '1.0.0',
        setup(api) {
          api.filter((trace) => (trace.session === 'a' ? { reason: 'first' } : undefined))
          api.augment((items, context) => {
            for (const item of items) context.drop(item, 'second')
            return []
          })
        },
      })
      const traces = ['a', 'b'].map((session) => buildTrace({ session }))
      const run = await testRun({ plugins: [picky], traces, until })
      expect(Object.values(run.rows).flatMap((splits) => Object.values(splits).flat())).toEqual([])
      expect(run.drops.map(({ reason }) => reason).sort()).toEqual(['first', 'second'])
      expect(run.traces).toHaveLength(2)
      expect(run.result).toMatchObject({ traces: 2, examples: 0, dropped: 2 })
    },
  )

  it('ends without rows where select drops them all', async () => {
    const last = definePlugin({
      name: 'last',
      version: '1.0.0',
      setup: (api) =>
        api.select(({ index, drop }) => {
          for (const row of [...index.query('select example_id from examples')])
            drop(String(row.example_id), 'late')
        }),
    })
    const { rows, drops } = await testRun({ plugins: [last], traces: [buildTrace()] })
    expect(rows.example?.train ?? []).toEqual([])
    expect(drops).toMatchObject([{ plugin: 'last', reason: 'late' }])
  })

  it('returns the numbers of rows as they are written', async () => {
    const text = '{"id":1.0,"n":12345678901234567890}'
    const exact = definePlugin({
      name: 'exact',
      version: '1.0.0',
      setup(api) {
        api.load({
          name: 'exact',
          looksFor: 'n',
          detect: ({ record }) => (isJsonObject(record) && 'n' in record ? 'it has n' : undefined),
          read: ({ value }) => ({ messages: [user('?')], metadata: { value } }),
        })
      },
    })
    const { rows } = await testRun({ plugins: [exact], files: { 'a.jsonl': text } })
    expect(JSON.stringify(rows.example?.train?.[0])).toContain(`"value":${text}`)
  })

  it('names the plugin whose setup is asynchronous', async () => {
    const slow: Plugin = { name: 'slow', version: '1.0.0', setup: (async () => {}) as () => void }
    const failing = testRun({ plugins: [slow], traces: [buildTrace()] })
    await expectSftError(failing, 'SFT_PLUGIN_PROMISE', { plugin: 'slow' })
  })

  it('collects what plugins log', async () => {
    const speaker = definePlugin({
      name: 'speaker',
      version: '1.0.0',
      setup: (api) => api.tag((traces, { log }) => log.info(`${traces.length} traces`)),
    })
    const { log } = await testRun({ plugins: [speaker], traces: [buildTrace()] })
    expect(log).toContainEqual({ level: 'info', message: 'speaker: 1 traces' })
  })

  it('leaves a run directory where it is asked to, for readRun', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sftkit-kept-'))
    try {
      const run = await testRun({ traces: [buildTrace()], out: folder })
      expect(readRun(folder).rows).toEqual(run.rows)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
