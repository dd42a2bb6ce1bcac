import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expectSftError } from '@sftkit/testing'
import { describe, expect, test } from 'vitest'
import { exportTraces } from '../src/index.ts'
import { runSessions, spoken, testFolder, writeAnalysis, writeSessions } from './support/session-database.ts'

const golden = fileURLToPath(new URL('../../../../shared/golden/history-to-messages.jsonl', import.meta.url))
const without = existsSync(golden) ? '' : ' (skipped: the reference vectors are not beside the checkout)'

interface Vector {
  readonly history: readonly unknown[]
  readonly messages: readonly unknown[]
  readonly messagesWithoutSystem: readonly unknown[]
  readonly promptCompletion: object | null
}

/** The vectors' writer escapes and spaces JSON in its own way: JSON texts are compared as values. */
function normalise(value: unknown): unknown {
  if (typeof value === 'string' && /^[[{]/.test(value)) {
    try {
      return { json: JSON.parse(value) as unknown }
    } catch {
      return value
    }
  }
  if (Array.isArray(value)) return value.map(normalise)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, normalise(inner)]))
}

/** Rows of a run say of a turn with calls and no text that its text is empty; the reference leaves it out at times. */
function withoutEmpty(messages: unknown): unknown {
  return (messages as readonly Record<string, unknown>[]).map((message) =>
    Object.fromEntries(
      Object.entries(message).filter(
        ([key, value]) => key !== 'content' || value !== '' || message.role === 'tool',
      ),
    ),
  )
}

describe.skipIf(without !== '')(`the reference's vectors${without}`, () => {
  const vectors: Vector[] =
    without === ''
      ? readFileSync(golden, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Vector)
      : []
  const stored = (path: string): void =>
    writeSessions(
      path,
      vectors.map(({ history }, number) => ({ id: `v${number}`, items: history })),
    )

  test('pass through exportTraces, in all forms', async () => {
    using folder = testFolder()
    stored(folder.at('golden.db'))
    const database = folder.at('golden.db')
    const rows = async (options: object) =>
      normalise((await exportTraces('shop', 'support', { database, ...options })).rows)
    const some = (lists: readonly (readonly unknown[])[]) =>
      normalise(lists.filter((messages) => messages.length > 0).map((messages) => ({ messages })))
    expect(await rows({})).toEqual(some(vectors.map(({ messages }) => messages)))
    expect(await rows({ includeSystem: false })).toEqual(
      some(vectors.map(({ messagesWithoutSystem }) => messagesWithoutSystem)),
    )
    expect(await rows({ format: 'prompt-completion' })).toEqual(
      normalise(vectors.flatMap(({ promptCompletion }) => promptCompletion ?? [])),
    )
  })

  test.each([true, false])('pass through a run, system messages included: %s', async (includeSystem) => {
    using folder = testFolder()
    stored(folder.at('golden.db'))
    const { rows } = await runSessions({
      database: folder.at('golden.db'),
      compat: 'reference',
      includeSystem,
    })
    const own = rows.openai?.train?.map(({ metadata, messages }) => [
      (metadata as { session_id: string }).session_id,
      withoutEmpty(normalise(messages)),
    ])
    const expected = vectors.flatMap((vector, number) => {
      const messages = includeSystem ? vector.messages : vector.messagesWithoutSystem
      return messages.length === 0 ? [] : [[`v${number}`, withoutEmpty(normalise(messages))]]
    })
    expect(own).toEqual(expected)
  })
})

describe('exportTraces', () => {
  const database = [
    { id: 'a' },
    { id: 'b', archived: true },
    { id: 'c', items: [] },
    { id: 'd', agent: 'sales' },
    { id: 'e' },
    { id: 'f' },
    { id: 'g' },
  ]

  test('selects in the reference’s order, and says what it left out', async () => {
    using folder = testFolder()
    writeSessions(folder.at('s.db'), database)
    writeAnalysis(folder.at('j.db'), { a: 'acceptable', e: 'unacceptable', f: 'acceptable', g: 'acceptable' })
    const { rows, leftOut } = await exportTraces('shop', 'support', {
      database: folder.at('s.db'),
      judgments: folder.at('j.db'),
      judgment: 'acceptable',
      measure: ({ finalAnswer }) => ({ passed: finalAnswer !== 'a!', reason: 'not that one' }),
      filter: (history) => JSON.stringify(history).includes('f'),
      write: folder.at('rows.jsonl'),
    })
    expect(rows).toEqual([
      {
        messages: [
          { role: 'system', content: 'You help.' },
          { role: 'user', content: 'f?' },
          { role: 'assistant', content: 'f!' },
        ],
      },
    ])
    expect(leftOut).toEqual([
      { session: 'a', reason: 'measure-failed', detail: 'not that one' },
      { session: 'b', reason: 'archived' },
      expect.objectContaining({ session: 'c', reason: 'empty' }),
      { session: 'd', reason: 'other-agent', detail: 'sales' },
      { session: 'e', reason: 'judgment-unacceptable' },
      { session: 'g', reason: 'filter' },
    ])
    expect(JSON.parse(readFileSync(folder.at('rows.jsonl'), 'utf8'))).toEqual(rows[0])
  })

  test('stops at the most sessions, without looking at the rest', async () => {
    using folder = testFolder()
    writeSessions(folder.at('s.db'), database)
    let looked = 0
    const { rows } = await exportTraces(undefined, undefined, {
      database: folder.at('s.db'),
      filter: () => ++looked > 0,
      maxSessions: 2,
    })
    expect([rows.length, looked]).toEqual([2, 2])
  })

  test('a measure or filter that throws leaves the session out; a database that is not there is an error', async () => {
    using folder = testFolder()
    writeSessions(folder.at('s.db'), [{ id: 'a', items: spoken('a') }])
    const fail = (): never => {
      throw new Error('what?')
    }
    const given = { database: folder.at('s.db') }
    const reasons = async (options: object) =>
      (await exportTraces('shop', 'support', { ...given, ...options })).leftOut
    expect(await reasons({ measure: fail })).toEqual([
      { session: 'a', reason: 'measure-error', detail: 'what?' },
    ])
    expect(await reasons({ filter: fail })).toEqual([
      { session: 'a', reason: 'filter-error', detail: 'what?' },
    ])
    await expectSftError(exportTraces('p', 'a', { database: folder.at('no.db') }), 'SFT_SESSIONS_UNREADABLE')
    await expectSftError(
      exportTraces('p', 'a', { ...given, judgment: 'acceptable' }),
      'SFT_SESSIONS_JUDGMENTS',
    )
  })
})
