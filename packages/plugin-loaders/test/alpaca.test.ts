import { describe, expect, test } from 'vitest'
import { loadFiles } from './load-files.ts'

const row = (output: unknown, more: object = {}) => ({ instruction: 'Say it.', input: '', output, ...more })

describe('alpaca', () => {
  test('an empty output is no answer: nothing of it is learned', async () => {
    const { traces } = await loadFiles({ 'rows.jsonl': [row(''), row('So.')] })
    expect(traces.map(({ messages }) => messages.map(({ role }) => role))).toEqual([
      ['user'],
      ['user', 'assistant'],
    ])
  })

  test('so it is in every other form of prompt and answer', async () => {
    const { traces } = await loadFiles({
      'alpaca.jsonl': [row(''), row('So.')],
      'prompts.jsonl': [
        { prompt: 'Say it.', completion: '' },
        { prompt: 'Say it.', completion: 'So.' },
      ],
    })
    const roles = traces.map(({ messages }) => messages.map(({ role }) => role).join(' '))
    expect(roles).toEqual(['user', 'user assistant', 'user', 'user assistant'])
  })

  test('an earlier answer that is empty stays in its place and is not learned', async () => {
    const { traces } = await loadFiles({ 'rows.jsonl': [row('So.', { history: [['Hm?', '']] })] })
    expect(traces[0]?.messages.map(({ train }) => train)).toEqual([undefined, false, undefined, undefined])
  })

  test('an output that is no text is said to be what it is', async () => {
    const { unreadable } = await loadFiles({ 'rows.jsonl': [row('So.'), row(5), row(['a']), row(null)] })
    expect(unreadable.map(({ code, line }) => [code, line])).toEqual([
      ['SFT_ROW_SHAPE', 2],
      ['SFT_ROW_SHAPE', 3],
      ['SFT_ROW_SHAPE', 4],
    ])
    expect(unreadable.map(({ message }) => /a number|a list|No output/.exec(message)?.[0])).toEqual([
      'a number',
      'a list',
      'No output',
    ])
  })
})
