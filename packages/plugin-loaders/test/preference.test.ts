import type { Message } from '@sftkit/core'
import { testRun } from '@sftkit/testing'
import { describe, expect, test } from 'vitest'
import { formatMessages, formatPreference } from '../../plugin-formats/src/index.ts'
import { runPairs } from '../../plugin-swe-pairs/src/index.ts'
import { loaders } from '../src/index.ts'
import { loadFiles } from './load-files.ts'

const asked = { role: 'user', content: 'Delete build/' }
const good = { role: 'assistant', content: 'Only build/ is gone.' }
const bad = { role: 'assistant', content: 'All is gone.' }
const call = (id: string): object => ({
  role: 'assistant',
  content: '',
  tool_calls: [{ id, type: 'function', function: { name: 'bash', arguments: { command: `rm ${id}` } } }],
})
const tools = [{ type: 'function', function: { name: 'bash', parameters: { type: 'object' } } }]

/** Rows of one pair, as they are found: each is the same two conversations. */
const same: Readonly<Record<string, object>> = {
  'TRL, with a prompt': { prompt: [asked], chosen: [good], rejected: [bad] },
  'TRL, without': { chosen: [asked, good], rejected: [asked, bad] },
  'texts of TRL': { prompt: asked.content, chosen: good.content, rejected: bad.content },
  UltraFeedback: {
    prompt: asked.content,
    prompt_id: 'p1',
    chosen: [asked, good],
    rejected: [asked, bad],
    messages: [asked, good],
    score_chosen: 8,
    score_rejected: 2,
  },
  'HH-RLHF': {
    chosen: `\n\nHuman: ${asked.content}\n\nAssistant: ${good.content}`,
    rejected: `\n\nHuman: ${asked.content}\n\nAssistant: ${bad.content}`,
  },
  OpenAI: {
    input: { messages: [asked], parallel_tool_calls: true },
    preferred_output: [good],
    non_preferred_output: [bad],
  },
  'LLaMA-Factory, sharegpt': {
    conversations: [{ from: 'human', value: asked.content }],
    chosen: { from: 'gpt', value: good.content },
    rejected: { from: 'gpt', value: bad.content },
  },
  'LLaMA-Factory, alpaca': {
    instruction: asked.content,
    input: '',
    chosen: good.content,
    rejected: bad.content,
  },
  Orca: { system: '', question: asked.content, chosen: good.content, rejected: bad.content },
  'columns of JSON text': {
    prompt: JSON.stringify([asked]),
    chosen: JSON.stringify([good]),
    rejected: JSON.stringify([bad]),
  },
}

describe('pairs of answers', () => {
  test.each(Object.keys(same))('%s', async (name) => {
    const { traces, losses, unreadable } = await loadFiles({ 'pairs.jsonl': [same[name] ?? {}] })
    expect(unreadable).toEqual([])
    expect(losses.filter(({ detail }) => detail === 'unknown')).toEqual([])
    expect(
      traces.map(({ source, messages, outcome }) => [source.format, messages, outcome.resolved]),
    ).toEqual([
      ['preference', [asked, good], true],
      ['preference', [asked, { ...bad, train: false }], false],
    ])
    expect(new Set(traces.map(({ group }) => group.key)).size).toBe(1)
    expect(traces.map(({ group }) => group.attempt)).toEqual(['chosen', 'rejected'])
  })

  test('scores are rewards, and answers to one prompt are in one group', async () => {
    const third = { prompt: [asked], chosen: [good], rejected: [{ role: 'assistant', content: 'No.' }] }
    const { traces } = await loadFiles({ 'pairs.jsonl': [same['TRL, with a prompt'] ?? {}, third] })
    expect(new Set(traces.map(({ group }) => group.key)).size).toBe(1)
    const scored = await loadFiles({ 'pairs.jsonl': [same.UltraFeedback ?? {}] })
    expect(scored.traces.map(({ outcome }) => outcome.reward)).toEqual([8, 2])
    expect(scored.traces[0]?.group.key).toBe('p1')
  })

  test('calls are paired within each answer, and tools are kept', async () => {
    const row = {
      prompt: [asked, call('a')],
      chosen: [{ role: 'tool', tool_call_id: 'a', content: 'gone' }, good],
      rejected: [{ role: 'tool', tool_call_id: 'a', content: 'gone' }, call('a'), bad],
      tools: JSON.stringify(tools),
    }
    const { traces } = await loadFiles({ 'pairs.jsonl': [row] })
    const ids = (messages: readonly Message[] = []): unknown[] =>
      messages.flatMap(({ toolCalls, toolCallId }) =>
        [...(toolCalls ?? []).map(({ id }) => id), toolCallId ?? []].flat(),
      )
    expect(ids(traces[0]?.messages)).toEqual(['a', 'a'])
    expect(ids(traces[1]?.messages)).toEqual(['a', 'a', 'a#2'])
    expect(traces[0]?.messages.map(({ train }) => train)).toEqual([undefined, false, undefined, undefined])
    expect(traces.map((trace) => trace.tools)).toEqual([tools, tools])
  })

  test('the chosen answer is learned, the rejected one is not', async () => {
    const { rows, drops } = await testRun({
      files: { 'pairs.jsonl': [same['TRL, with a prompt'] ?? {}] },
      plugins: [...loaders(), formatMessages()],
      format: 'messages',
    })
    expect((rows.messages?.train ?? []).map(({ messages }) => messages)).toEqual([[asked, good]])
    expect(drops.map(({ reason }) => reason)).toEqual(['no-assistant'])
  })

  test('with runPairs they become pairs again', async () => {
    const pairs = [same['TRL, with a prompt'], same.UltraFeedback].map((pair) => pair ?? {})
    const { rows } = await testRun({
      files: { 'pairs.jsonl': pairs },
      plugins: [...loaders(), runPairs({ unpaired: false, reflection: false }), formatPreference()],
      format: 'preference',
    })
    const found = (rows.preference?.train ?? []).map(({ prompt, chosen, rejected }) => ({
      prompt,
      chosen,
      rejected,
    }))
    expect(found).toEqual([same['TRL, with a prompt'], same['TRL, with a prompt']])
  })

  test.each([
    ['no answer', { chosen: '', rejected: '', prompt: 'u' }, 0],
    ['one answer', { chosen: 'a', rejected: null, prompt: 'u' }, undefined],
  ])('%s', async (_name, row, traces) => {
    const loaded = await loadFiles({ 'pairs.jsonl': [row] })
    expect(loaded.traces).toHaveLength(traces ?? 0)
    expect(loaded.unreadable).toHaveLength(1)
  })
})
