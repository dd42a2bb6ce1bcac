import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { histories, historyToMessages, historyToPromptCompletion, historyToTextOnly } from '../src/index.ts'
import { golden, suite, withoutGolden } from './shared.ts'
import { load } from './support.ts'

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

describe.skipIf(withoutGolden)(suite('the reference conversion of histories', withoutGolden), () => {
  const lines = withoutGolden
    ? []
    : readFileSync(`${golden}/history-to-messages.jsonl`, 'utf8').trim().split('\n')
  const vectors = lines.map((line) => JSON.parse(line))

  test('gives the four outputs of all 400 vectors', () => {
    expect(vectors).toHaveLength(400)
    for (const { history, ...outputs } of vectors) {
      const own = {
        messages: historyToMessages(history),
        messagesWithoutSystem: historyToMessages(history, { includeSystem: false }),
        textOnly: historyToTextOnly(history),
        promptCompletion: historyToPromptCompletion(history),
      }
      expect(normalise(own)).toEqual(normalise(outputs))
    }
  })

  test('is what the loader gives in compat mode', () => {
    for (const { history, messages } of vectors) {
      const { trace } = load(histories({ compat: 'reference' }), { session_id: 's', history })
      expect(trace.messages.map(({ role }) => role)).toEqual(
        messages.map(({ role }: { role: string }) => role),
      )
      const ids = trace.messages.flatMap(({ toolCalls, toolCallId }) => [
        ...(toolCalls ?? []).map(({ id }) => id),
        toolCallId,
      ])
      const wanted = messages.flatMap((message: { tool_calls?: { id: string }[]; tool_call_id?: string }) => [
        ...(message.tool_calls ?? []).map(({ id }) => id),
        message.tool_call_id,
      ])
      expect(ids).toEqual(wanted)
    }
  })

  test('loses nothing by default: every call, output, text and role is there', () => {
    for (const { history } of vectors) {
      const { trace } = load(histories(), { session_id: 's', history })
      const count = (test: (item: Record<string, unknown>) => boolean): number => history.filter(test).length
      const calls = trace.messages.flatMap(({ toolCalls }) => toolCalls ?? [])
      expect(calls).toHaveLength(count(({ type }) => type === 'function_call'))
      expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length)
      const roles = (...names: string[]): number =>
        trace.messages.filter(({ role }) => names.includes(role)).length
      expect(roles('system')).toBe(count(({ role }) => role === 'system'))
      expect(roles('user', 'tool')).toBe(
        count(({ role, type }) => role === 'user' || role === 'tool' || type === 'function_call_output'),
      )
    }
  })
})
