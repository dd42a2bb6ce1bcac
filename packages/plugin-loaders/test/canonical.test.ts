import type { LoadedTrace, Trace } from '@sftkit/core'
import { describe, expect, test } from 'vitest'
import { traceToLine } from '../../core/src/data/trace-line.ts'
import { canonical, mlIntern, openaiMessages } from '../src/index.ts'
import { load } from './support.ts'

/** A trace as core makes it of what a loader returns. */
function asTrace(loaded: LoadedTrace): Trace {
  const { events } = loaded
  return {
    ...loaded,
    ...(events !== undefined && { events }),
    id: 'id-1',
    source: { uri: 'in/a.jsonl', format: 'toy', line: 2, byteOffset: 10, hash: 'beef' },
    session: loaded.session ?? 'id-1',
    group: { key: 'k', ...loaded.group },
    outcome: loaded.outcome ?? { status: 'unknown' },
    tags: loaded.tags ?? [],
    parents: ['p'],
    metadata: loaded.metadata ?? {},
  }
}

const rows = {
  'ml-intern': load(mlIntern(), {
    session_id: 's',
    model_name: 'm',
    session_start_time: '2026-01-01T00:00:00',
    total_cost_usd: 0.1,
    events: '[{"timestamp":"t","event_type":"error","data":{"error":"no","__proto__":{"x":1}}}]',
    tools: '[{"type":"function","function":{"name":"f","parameters":{"minimum":1.0}}}]',
    messages: JSON.stringify([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image_url', image_url: { url: 'https://x.test/i' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'r',
        tool_calls: [
          {
            id: 'c',
            type: 'function',
            function: { name: 'f', arguments: '{"big": 12345678901234567890, "one": 1.0}' },
          },
          { id: 'd', type: 'function', function: { name: 'f', arguments: 'oops' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c', name: 'f', content: 'x', timestamp: 'now' },
    ]),
  }),
  'openai-messages': load(openaiMessages(), {
    instance_id: 'i',
    resolved: true,
    reward: 0.25,
    tags: ['b:1', 'a:1'],
    messages: [
      { role: 'user', content: 'u' },
      { role: 'assistant', content: 'a', train: false },
    ],
  }),
}

describe('a written trace', () => {
  test.each(Object.entries(rows))('%s reads back without any loss', (_format, { trace: loaded }) => {
    const trace = asTrace(loaded)
    const line = JSON.stringify(traceToLine(trace))
    const { trace: back, losses } = load(canonical(), JSON.parse(line))
    expect(losses).toEqual([])
    const again = asTrace(back)
    const origin = {
      source: 'in/a.jsonl',
      format: 'toy',
      line: 2,
      byte_offset: 10,
      hash: 'beef',
    }
    expect([back.id, back.parents]).toEqual(['id-1', ['p']])
    expect(again.metadata).toEqual({ ...trace.metadata, canonical: origin })
    expect(JSON.parse(JSON.stringify(traceToLine({ ...again, metadata: trace.metadata })))).toEqual(
      JSON.parse(line),
    )
  })

  test('has its keys in a fixed order and its numbers as the source spelled them', () => {
    const text = JSON.stringify(traceToLine(asTrace(rows['ml-intern'].trace)))
    expect(Object.keys(JSON.parse(text))).toEqual(
      'id session_id source origin group tags messages tools events outcome usage model started_at parents metadata'.split(
        ' ',
      ),
    )
    expect(text).toContain('"arguments":{"big":12345678901234567890,"one":1.0}')
    expect(text).toContain('"minimum":1.0')
    expect(text).toContain('"__proto__":{"x":1}')
  })
})
