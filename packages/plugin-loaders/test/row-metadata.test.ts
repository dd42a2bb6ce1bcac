import { describe, expect, test } from 'vitest'
import { loadFiles } from './load-files.ts'

const said = [
  { role: 'user', content: 'Book a seat' },
  { role: 'assistant', content: 'Booked.' },
]
const metadata = (number: number): object => ({
  id: `trace-${number}`,
  session_id: `session-${number}`,
  parents: [],
  source: 'runs/desk.json',
  group: 'desk/7',
  'tau-bench': { trial: number },
})

/** Two rows of two sessions and one group, as each format writes them. */
const rows: Readonly<Record<string, (number: number) => readonly object[]>> = {
  'openai-messages': (number) => [{ messages: said, metadata: metadata(number) }],
  sharegpt: (number) => [
    {
      conversations: said.map(({ role, content }) => ({
        from: role === 'user' ? 'human' : 'gpt',
        value: content,
      })),
      metadata: metadata(number),
    },
  ],
  'prompt-completion': (number) => [
    { prompt: said.slice(0, 1), completion: said.slice(1), metadata: metadata(number) },
  ],
  alpaca: (number) => [
    { instruction: said[0]?.content, input: '', output: said[1]?.content, metadata: metadata(number) },
  ],
  chatml: (number) => [
    {
      text: said.map(({ role, content }) => `<|im_start|>${role}\n${content}\n<|im_end|>`).join('\n'),
      metadata: metadata(number),
    },
  ],
  responses: (number) => [
    { input: said.map((message) => ({ type: 'message', ...message })), metadata: metadata(number) },
  ],
  sts: (number) => [
    { type: 'session', harness: 'desk', id: `session-${number}`, metadata: metadata(number) },
    ...said.map((message) => ({ type: 'message', message })),
  ],
}

describe('rows that sftkit wrote keep their session and group', () => {
  test.each(Object.keys(rows))('%s', async (format) => {
    const { traces, losses } = await loadFiles({
      'rows.jsonl': [1, 2].flatMap((number) => rows[format]?.(number) ?? []),
    })
    expect(traces.map(({ source }) => source.format)).toEqual([format, format])
    expect(traces.map(({ session }) => session)).toEqual(['session-1', 'session-2'])
    expect(traces.map(({ group }) => group.key)).toEqual(['desk/7', 'desk/7'])
    expect(traces[0]?.metadata).toMatchObject({ [format]: { metadata: { 'tau-bench': { trial: 1 } } } })
    expect(losses.filter(({ detail }) => detail === 'unknown')).toEqual([])
  })

  test('also where a table holds the metadata as text', async () => {
    const { traces } = await loadFiles({
      'rows.jsonl': [{ messages: said, metadata: JSON.stringify(metadata(1)) }],
    })
    expect(traces[0]).toMatchObject({ session: 'session-1', group: { key: 'desk/7' } })
  })

  test('other metadata says nothing about the group', async () => {
    const { traces } = await loadFiles({
      'rows.jsonl': [{ messages: said, metadata: { id: 'a', session_id: 'b', source: 'c', group: 'd' } }],
    })
    expect(traces[0]?.group.key).toBe(traces[0]?.id)
  })
})
