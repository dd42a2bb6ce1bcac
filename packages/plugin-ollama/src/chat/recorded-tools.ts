import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { sftError } from '@sftkit/core'
import type { ModelCall } from '../engine/engine.ts'
import { toolName } from '../engine/read-answer.ts'
import { writtenCall } from '../engine/written-call.ts'
import { rowFiles } from '../eval/run-files.ts'
import { type HeldOutTurn, heldOutTurns } from '../eval/turns.ts'
import type { ChatMessage } from '../verify/probes.ts'

/** The tools of a dataset, which answer as they did in it. */
export interface RecordedTools {
  /** Each once, as the first row that has it gives it. */
  readonly tools: readonly unknown[]
  /** What the same call gave in the dataset; undefined where it was never made. */
  resultOf(call: ModelCall): string | undefined
}

/**
 * Reads the tools of a run's rows, or of a JSON-lines file, and what their calls gave.
 *
 * @throws SFT_EVAL_ROWS where no row has tools
 */
export async function recordedTools(path: string): Promise<RecordedTools> {
  const { turns } = await heldOutTurns(filesAt(resolve(path)))
  const tools = new Map<string, unknown>()
  const results = new Map<string, string>()
  for (const { chat, reference } of turns) {
    for (const tool of chat.tools ?? []) {
      for (const name of toolName(tool)) if (!tools.has(name)) tools.set(name, tool)
    }
    takeResults([...chat.messages, reference], results)
  }
  if (tools.size === 0) throw noTools(`No row of ${path} has tools.`, path)
  return { tools: [...tools.values()], resultOf: (call) => results.get(writtenCall(call)) }
}

function filesAt(path: string): string[] {
  if (!existsSync(path)) throw noTools(`There is no ${path}.`, path)
  if (!statSync(path).isDirectory()) return [path]
  const files = (['train', 'validation', 'test'] as const).flatMap((split) => rowFiles(path, split) ?? [])
  if (files.length > 0) return files
  throw noTools(`${path} is no run with rows.`, path)
}

function noTools(message: string, source: string): Error {
  const fix = 'Tools come from a run directory, or from a JSON-lines file of rows `{messages, tools}`.'
  return sftError('SFT_EVAL_ROWS', message, { source, fix })
}

/** Results follow their calls, by id or else in their order. */
function takeResults(messages: HeldOutTurn['chat']['messages'], results: Map<string, string>): void {
  let open: { readonly id: string | undefined; readonly call: ModelCall }[] = []
  for (const message of messages) {
    if (message.role === 'assistant') open = callsIn(message)
    if (message.role !== 'tool') continue
    const at = open.findIndex(({ id }) => id !== undefined && id === message.tool_call_id)
    const [answered] = open.splice(Math.max(at, 0), 1)
    if (answered === undefined) continue
    const call = writtenCall(answered.call)
    if (!results.has(call)) results.set(call, message.content ?? '')
  }
}

function callsIn({ tool_calls: calls = [] }: ChatMessage): { id: string | undefined; call: ModelCall }[] {
  return calls.map(({ id, function: { name, arguments: args } }) => ({ id, call: { name, arguments: args } }))
}
