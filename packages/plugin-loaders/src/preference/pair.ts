import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, type JsonObject, type ToolDefinition } from '@sftkit/core'
import { instructionText } from '../alpaca/instruction.ts'
import { promptDrafts, readSide, type Side } from '../chat/sides.ts'
import type { DraftMessage } from '../drafts.ts'
import type { LossLedger } from '../losses.ts'

/** Two answers, the better one first, and what both answer. */
export interface Pair {
  readonly prompt: readonly DraftMessage[]
  readonly chosen: readonly DraftMessage[]
  readonly rejected: readonly DraftMessage[]
  /** Definitions that stood among the messages. */
  readonly tools: readonly ToolDefinition[]
}

/** The columns that may hold the prompt; the first that is there does. */
const PROMPTS = ['prompt', 'question', 'query', 'instruction', 'conversations', 'messages'] as const

/**
 * Reads a pair. Answers that begin with what they answer are whole conversations: their common beginning is the prompt
 * (HH-RLHF, UltraFeedback), and a prompt beside them repeats it.
 */
export function readPair(row: JsonObject, losses: LossLedger): Pair {
  const prompt = readPrompt(row, losses)
  const [chosen, rejected] = [
    readAnswer(row, ['chosen', 'preferred_output'], losses),
    readAnswer(row, ['rejected', 'non_preferred_output'], losses),
  ]
  const tools = [...prompt.side.tools, ...chosen.tools, ...rejected.tools]
  if (!isWhole(chosen) || !isWhole(rejected)) {
    return {
      prompt: promptDrafts(row, prompt.side, losses),
      chosen: chosen.drafts,
      rejected: rejected.drafts,
      tools,
    }
  }
  if (prompt.key !== undefined) losses.loss(prompt.key, 'dropped', 'the answers begin with their own prompt')
  const shared = sharedBeginning(chosen.drafts, rejected.drafts)
  const beginning = { drafts: chosen.drafts.slice(0, shared), tools: [] }
  return {
    prompt: promptDrafts(row, beginning, losses),
    chosen: chosen.drafts.slice(shared),
    rejected: rejected.drafts.slice(shared),
    tools,
  }
}

function readPrompt(row: JsonObject, losses: LossLedger): { readonly key?: string; readonly side: Side } {
  if (isJsonObject(row.input))
    return { key: 'input', side: readSide(row.input.messages, 'input.messages', 'user', losses) }
  const [key, ...others] = PROMPTS.filter((name) => row[name] != null && row[name] !== '')
  for (const other of others) losses.loss(other, 'dropped', `beside ${key} and the answers`)
  if (key === undefined) return { side: { drafts: [], tools: [] } }
  const value = key === 'instruction' ? instructionText(row, losses) : row[key]
  return { key, side: readSide(value, key, 'user', losses) }
}

function readAnswer(row: JsonObject, keys: readonly string[], losses: LossLedger): Side {
  const key = keys.find((name) => row[name] != null) ?? ''
  return readSide(row[key], key, 'assistant', losses)
}

/** Whether an answer begins with what it answers. */
function isWhole({ drafts }: Side): boolean {
  return drafts[0]?.role === 'user' || drafts[0]?.role === 'system'
}

/** How many messages two conversations begin with alike; each keeps one at least. */
function sharedBeginning(one: readonly DraftMessage[], other: readonly DraftMessage[]): number {
  const most = Math.min(one.length, other.length) - 1
  let shared = 0
  while (shared < most && isDeepStrictEqual(one[shared], other[shared])) shared++
  return shared
}
