import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { mlIntern } from '../src/index.ts'
import { findTail } from '../src/ml-intern/event-tail.ts'
import { golden, suite, withoutGolden } from './shared.ts'
import { loaderOf, loadWith, UNREADABLE } from './support.ts'

const row = (fields: object): object => ({
  session_id: 's',
  session_start_time: 't',
  messages: '[]',
  ...fields,
})

describe('ml-intern sessions', () => {
  test('parse events only when asked, and once', () => {
    const events = `[${'{"event_type": "processing", "data": {"big": 1}},'.repeat(3)}{"event_type": "turn_complete", "data": {}}]`
    const { trace } = loadWith(loaderOf(mlIntern()), row({ events }))
    expect(trace.outcome).toEqual({ status: 'completed' })
    expect(Object.getOwnPropertyDescriptor(trace, 'events')?.get).toBeTypeOf('function')
    expect(trace.events).toHaveLength(4)
    expect(trace.events).toBe(trace.events)
  })

  test('share the parsed tools of rows whose text is the same', () => {
    const loader = loaderOf(mlIntern())
    const text = (name: string): string => JSON.stringify([{ type: 'function', function: { name } }])
    const [first, second, third] = ['a', 'a', 'b'].map(
      (name) => loadWith(loader, row({ tools: text(name) })).trace.tools,
    )
    expect(first).toBe(second)
    expect(third).not.toBe(second)
    expect(Object.isFrozen(first)).toBe(true)
  })

  test.each([[42], [{}], ['{'], ['{}']])('a messages column %j is unreadable', (messages) => {
    expect(() => loadWith(loaderOf(mlIntern()), row({ messages }))).toThrow(UNREADABLE)
  })

  test.each([
    ['none', '[{"event_type": "ready"}]', []],
    [
      'the last of its types',
      '[{"event_type": "error"}, {"event_type": "ready"}]',
      [{ event_type: 'error' }, { event_type: 'ready' }],
    ],
    ['data before the type', '[{"data": {"a": 1}, "event_type": "error"}]', 'unsure'],
    ['a nested look-alike', '[{"event_type": "ready", "data": {"event_type": "error"}}]', 'unsure'],
    ['an escaped look-alike', '[{"event_type": "ready", "data": "\\"event_type\\": \\"error\\""}]', []],
  ])('the end of a log: %s', (_name, text, tail) => {
    expect(findTail(text, ['error', 'turn_complete'])).toEqual(tail)
  })

  test.skipIf(withoutGolden)(
    suite('the outcome is that of the last final event, as text and as a list', withoutGolden),
    () => {
      const status = { turn_complete: 'completed', error: 'errored', interrupted: 'cancelled' } as const
      const loader = loaderOf(mlIntern())
      for (const line of readFileSync(`${golden}/tag-session.jsonl`, 'utf8').trim().split('\n')) {
        const { trajectory } = JSON.parse(line)
        const types = (trajectory.events ?? []).map((event: { event_type: string }) => event.event_type)
        const last = types.findLast((type: string) => type in status) as keyof typeof status | undefined
        const wanted = last === undefined ? 'unknown' : status[last]
        const asText = { ...trajectory, events: JSON.stringify(trajectory.events) }
        expect(loadWith(loader, trajectory).trace.outcome?.status).toBe(wanted)
        expect(loadWith(loader, asText).trace.outcome?.status).toBe(wanted)
        expect(loadWith(loader, asText).trace.events ?? []).toHaveLength(types.length)
      }
    },
  )
})
