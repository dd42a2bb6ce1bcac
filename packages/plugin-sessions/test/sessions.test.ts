import { buildTrace, describeContract, expectSftError, pluginContract } from '@sftkit/testing'
import { describe, expect, test } from 'vitest'
import { defineMeasure, judgmentsBeside, sessions } from '../src/index.ts'
import {
  runSessions,
  spoken,
  testFolder,
  writeAnalysis,
  writeJudgments,
  writeSessions,
} from './support/session-database.ts'

const four = [
  { id: 'a' },
  { id: 'b', agent: 'sales' },
  { id: 'c', archived: true },
  { id: 'd', items: [] },
  { id: 'e', project: 'other' },
]

describe('a database of sessions', () => {
  test('is input of its own: archived and empty sessions are left out', async () => {
    using folder = testFolder()
    writeSessions(folder.at('sessions.db'), four)
    const { kept, left, traces, manifest } = await runSessions({ database: folder.at('sessions.db') })
    expect(kept).toEqual(['a', 'b', 'e'])
    expect(left).toEqual({ c: 'archived', d: 'empty' })
    expect(traces[0]).toMatchObject({
      session: 'a',
      agent: 'support',
      startedAt: '2026-02-03T04:05:06Z',
      source: { uri: 'sessions.db', format: 'sessions' },
    })
    expect(traces[0]?.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant'])
    expect(manifest?.inputs).toEqual([
      expect.objectContaining({ uri: 'sessions.db', format: 'sessions', records: 5 }),
    ])
  })

  test('is selected by project and agent', async () => {
    using folder = testFolder()
    writeSessions(folder.at('s.db'), four)
    const { kept, left } = await runSessions({
      database: folder.at('s.db'),
      project: 'shop',
      agent: 'support',
    })
    expect(kept).toEqual(['a'])
    expect(left).toEqual({ b: 'other-agent', c: 'archived', d: 'empty', e: 'other-project' })
  })

  test('is told by its content among other inputs', async () => {
    using folder = testFolder()
    writeSessions(folder.at('whatever'), four, 'wal')
    const { traces } = await runSessions({}, { config: { input: [folder.path] } })
    expect(traces.map(({ session }) => session)).toEqual(['a', 'b', 'e'])
  })

  test('gives rows of prompts and completions, and leaves system messages out', async () => {
    using folder = testFolder()
    writeSessions(folder.at('s.db'), [{ id: 'a' }])
    const { rows, losses } = await runSessions(
      { database: folder.at('s.db'), includeSystem: false },
      { format: 'prompt-completion' },
    )
    expect(rows['prompt-completion']?.train).toEqual([
      expect.objectContaining({ prompt: 'User: a?', completion: 'a!' }),
    ])
    expect(losses).toContainEqual(expect.objectContaining({ field: 'history[](system)', kind: 'dropped' }))
  })

  test('keeps ids while others are added, and changes them with the content', async () => {
    using folder = testFolder()
    const ids = async (name: string, all: Parameters<typeof writeSessions>[1]) => {
      writeSessions(folder.at(name), all)
      const { traces } = await runSessions({ database: folder.at(name) })
      return Object.fromEntries(traces.map(({ session, id }) => [session, id]))
    }
    const before = await ids('1.db', [{ id: 'a' }, { id: 'b' }])
    const after = await ids('2.db', [{ id: 'x' }, { id: 'a' }, { id: 'b', items: spoken('other') }])
    expect(after.a).toBe(before.a)
    expect(after.b).not.toBe(before.b)
  })
})

describe('judgments', () => {
  const database = [{ id: 'good' }, { id: 'bad' }, { id: 'none' }]
  const judged = { good: 'acceptable', bad: 'unacceptable' }
  const expected = { bad: 'judgment-unacceptable', none: 'judgment-missing' }

  test('stand in the same database: our table', async () => {
    using folder = testFolder()
    writeSessions(folder.at('s.db'), database)
    writeJudgments(folder.at('s.db'), judged)
    const { kept, left, traces } = await runSessions({ database: folder.at('s.db'), judgment: 'acceptable' })
    expect([kept, left]).toEqual([['good'], expected])
    expect(traces[0]?.metadata.histories).toMatchObject({ judgment: 'acceptable' })
  })

  test('stand in the same database: the reference’s table', async () => {
    using folder = testFolder()
    writeSessions(folder.at('s.db'), database)
    writeAnalysis(folder.at('s.db'), { ...judged, none: null })
    const { kept, left } = await runSessions({ database: folder.at('s.db'), judgment: 'unacceptable' })
    expect([kept, left]).toEqual([['bad'], { good: 'judgment-acceptable', none: 'judgment-missing' }])
  })

  test('stand in a second database, or in any table of it', async () => {
    using folder = testFolder()
    writeSessions(folder.at('s.db'), database)
    writeAnalysis(folder.at('traces.db'), judged)
    const judgment = 'acceptable' as const
    for (const judgments of [
      folder.at('traces.db'),
      { database: folder.at('traces.db'), table: 'analysis', session: 'group_id', judgment: 'judgment' },
    ]) {
      const { kept, left } = await runSessions({ database: folder.at('s.db'), judgments, judgment })
      expect([kept, left]).toEqual([['good'], expected])
    }
  })

  test('beside a database stand above those in it, and the last one counts', async () => {
    using folder = testFolder()
    writeSessions(folder.at('s.db'), database)
    writeAnalysis(folder.at('s.db'), { good: 'unacceptable', bad: 'acceptable' })
    const beside = judgmentsBeside(folder.at('s.db'))
    writeJudgments(beside, { good: 'unacceptable', bad: 'unacceptable' })
    writeJudgments(beside, { good: 'acceptable' })
    const { kept } = await runSessions({ database: folder.at('s.db'), judgment: 'acceptable' })
    expect(kept).toEqual(['good'])
  })

  test('that are not there are an error, and not an empty result', async () => {
    using folder = testFolder()
    writeSessions(folder.at('s.db'), database)
    writeSessions(folder.at('none.db'), [])
    const judgment = 'acceptable' as const
    await expectSftError(runSessions({ database: folder.at('s.db'), judgment }), 'SFT_SESSIONS_JUDGMENTS')
    const judgments = folder.at('none.db')
    await expectSftError(
      runSessions({ database: folder.at('s.db'), judgments, judgment }),
      'SFT_SESSIONS_JUDGMENTS',
    )
  })

  test('select history rows and other traces too', async () => {
    using folder = testFolder()
    writeJudgments(folder.at('j.db'), { one: 'acceptable', two: 'unacceptable', plain: 'acceptable' })
    const row = (id: string, more = {}) => ({ session_id: id, history: spoken(id), ...more })
    const { kept, drops } = await runSessions({ judgments: folder.at('j.db'), judgment: 'acceptable' }, {
      rows: [
        row('one'),
        row('two'),
        row('three', { judgment: 'acceptable' }),
        row('four', { archived: true }),
      ],
      traces: [buildTrace({ session: 'plain' }), buildTrace({ session: 'unknown' })],
      config: {},
    } as never)
    expect(kept).toEqual(['one', 'three', 'plain'])
    expect(drops.map(({ reason, stage }) => [stage, reason])).toEqual([
      ['load', 'judgment-unacceptable'],
      ['load', 'archived'],
      ['filter', 'judgment-missing'],
    ])
  })
})

describe('measures and functions', () => {
  test('a measure that fails or throws is a drop with its reason', async () => {
    using folder = testFolder()
    writeSessions(
      folder.at('s.db'),
      ['short', 'longer one', 'boom'].map((id) => ({ id })),
    )
    const measure = defineMeasure({
      name: 'is-short',
      run({ finalAnswer }) {
        if (finalAnswer === 'boom!') throw new Error('no opinion')
        return { passed: finalAnswer.length < 8, reason: 'too long' }
      },
    })
    const passed = await runSessions({ database: folder.at('s.db'), measure: 'is-short' })
    expect(passed.kept).toEqual(['short'])
    expect(passed.drops).toEqual([
      expect.objectContaining({ stage: 'filter', reason: 'measure-failed', detail: 'too long' }),
      expect.objectContaining({ stage: 'filter', reason: 'measure-error', detail: 'no opinion' }),
    ])
    const failed = await runSessions({ database: folder.at('s.db'), measure, measurePassed: false })
    expect(failed.kept).toEqual(['longer one'])
    expect(failed.left).toEqual({ short: 'measure-passed', boom: 'measure-error' })
    const byFunction = await runSessions({
      database: folder.at('s.db'),
      measure: ({ finalAnswer }) => finalAnswer !== 'short!',
    })
    expect(byFunction.left.short).toBe('measure-failed')
  })

  test('what is not selected is not measured', async () => {
    using folder = testFolder()
    writeSessions(folder.at('s.db'), [{ id: 'a' }, { id: 'b', agent: 'x' }, { id: 'c', archived: true }])
    const seen: string[] = []
    await runSessions({
      database: folder.at('s.db'),
      agent: 'support',
      measure: ({ trace }) => seen.push(trace.session) > 0,
    })
    expect(seen).toEqual(['a'])
  })

  test('a filter says what stays, and its error is a reason', async () => {
    using folder = testFolder()
    writeSessions(folder.at('s.db'), [{ id: 'a' }, { id: 'b' }, { id: 'c' }])
    const { kept, left } = await runSessions({
      database: folder.at('s.db'),
      filter({ session }) {
        if (session === 'b') throw new Error('what?')
        return session === 'a'
      },
    })
    expect([kept, left]).toEqual([['a'], { b: 'filter-error', c: 'filter' }])
  })

  test('the most sessions are counted after everything else', async () => {
    using folder = testFolder()
    writeSessions(
      folder.at('s.db'),
      Array.from({ length: 30 }, (_, number) => ({ id: `s${number}`, archived: number % 3 === 0 })),
    )
    const { kept, drops } = await runSessions({
      database: folder.at('s.db'),
      maxSessions: 4,
      filter: ({ session }) => session !== 's2',
    })
    expect(kept).toEqual(['s1', 's4', 's5', 's7'])
    expect(drops.filter(({ reason }) => reason === 'max-sessions')).toHaveLength(15)
  })

  test('unknown options and measures are errors', async () => {
    await expectSftError(() => sessions({ judgement: 'acceptable' } as never), 'SFT_PLUGIN_OPTIONS')
    await expectSftError(() => sessions({ judgment: 'good' } as never), 'SFT_PLUGIN_OPTIONS')
    await expectSftError(() => sessions({ measure: 'no-such' }), 'SFT_MEASURE_UNKNOWN')
  })
})

describeContract(
  { describe, it: test },
  'sessions',
  pluginContract(sessions, {
    validOptions: [{ filter: () => true }],
    wrongOptions: [{ maxSessions: 0 }, { name: 'Sessions' }, { mapping: {} }],
  }),
)
