import { counted, type JsonValue, type LlmCheck, type LlmFailure, type LlmRequest } from '@sftkit/core'
import type { Reply } from '../engine/reply.ts'
import { fitOf } from './fits.ts'
import { readJson } from './read-json.ts'

/** Whether a reply answers its question. */
export type Verdict =
  | { readonly ok: true; readonly value?: JsonValue }
  | { readonly ok: false; readonly failure: LlmFailure; readonly reason: string }

/** What can be told from the reply alone. */
export function judge(reply: Reply, { schema }: LlmRequest): Verdict {
  const { text, finish, refusal } = reply
  if (refusal !== undefined) return bad('refused', `the model refuses: ${refusal.slice(0, 200)}`)
  if (finish === 'content_filter') return bad('refused', "the server's content filter cut it off")
  if (finish === 'length')
    return bad('cut-off', `it was cut off after ${counted(reply.outputTokens, 'token')}: answer more briefly`)
  if (text.trim() === '') return bad('empty', 'it was empty')
  if (schema === undefined) return { ok: true }
  const value = readJson(text)
  if (value === undefined) return bad('does-not-fit', 'it was not JSON')
  const problem = fitOf(schema)(value)
  return problem === undefined ? { ok: true, value } : bad('does-not-fit', problem)
}

/** Also by what the plugin that asks knows. A check that throws finds the answer wanting. */
export async function judgeWith(
  check: LlmCheck | undefined,
  reply: Reply,
  request: LlmRequest,
): Promise<Verdict> {
  const verdict = judge(reply, request)
  if (!verdict.ok || check === undefined) return verdict
  try {
    const problem = await check(verdict.value ?? reply.text)
    return problem === undefined ? verdict : bad('does-not-fit', problem)
  } catch (error) {
    return bad(
      'does-not-fit',
      `it could not be checked: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function bad(failure: LlmFailure, reason: string): Verdict {
  return { ok: false, failure, reason }
}
