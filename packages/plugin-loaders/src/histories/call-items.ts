import type { ContentPart, JsonObject, LossRecorder } from '@sftkit/core'
import { readArguments } from '../arguments.ts'
import { readContent } from '../content.ts'
import { type DraftCall, type DraftMessage, draftMessage } from '../drafts.ts'
import { recordUnknownKeys } from '../losses.ts'
import { describeType, readId, readText } from '../values.ts'

/** The item types that are calls of the assistant. */
export const CALLS: ReadonlySet<string> = new Set([
  'function_call',
  'custom_tool_call',
  'computer_call',
  'mcp_call',
])

const PATH = 'history[]'
const STATE = [
  'id',
  'status',
  'namespace',
  'pending_safety_checks',
  'acknowledged_safety_checks',
  'server_label',
]
const KNOWN = new Set([
  ...STATE,
  'type',
  'call_id',
  'name',
  'arguments',
  'input',
  'action',
  'output',
  'error',
])

/** A call item, and its output where the item holds both (mcp_call). Its key is `call_id`, never `id`. */
export function readCallItem(
  item: JsonObject,
  type: string,
  losses: LossRecorder,
): { call: DraftCall; output?: string | readonly ContentPart[] } {
  recordState(item, losses)
  const id = readId(item.call_id) ?? (type === 'mcp_call' ? readId(item.id) : undefined) ?? ''
  const name = readText(item.name)
  if (type === 'custom_tool_call') {
    losses.loss(`${PATH}.input`, 'changed', 'text wrapped in an object')
    return { call: { id, name: name ?? '', arguments: { input: item.input ?? '' } } }
  }
  if (type === 'computer_call') {
    losses.loss(`${PATH}.action`, 'changed', 'read as the arguments of a call named computer')
    return {
      call: { id, name: name ?? 'computer', ...readArguments(item.action, `${PATH}.action`, losses) },
    }
  }
  if (name === undefined) losses.loss(`${PATH}.name`, 'changed', 'no name: written as an empty one')
  const call = { id, name: name ?? '', ...readArguments(item.arguments, `${PATH}.arguments`, losses) }
  const output = type === 'mcp_call' ? (item.output ?? item.error) : undefined
  if (output == null) return { call }
  return { call, output: readContent(output, `${PATH}.output`, '', losses).content }
}

/** An output as a tool message that still bears the source's `call_id`. */
export function readOutput(
  item: JsonObject,
  type: string,
  place: string,
  losses: LossRecorder,
): DraftMessage {
  recordState(item, losses)
  const { output } = item
  const value =
    type === 'computer_call_output' && output !== null && typeof output === 'object' ? [output] : output
  if (value != null && typeof value !== 'string' && !Array.isArray(value)) {
    losses.loss(`${PATH}.output`, 'changed', `${describeType(value)} written as JSON text`)
  }
  const content =
    value == null || typeof value === 'string' || Array.isArray(value)
      ? readContent(value, `${PATH}.output`, `${place}/output`, losses).content
      : JSON.stringify(value)
  return draftMessage('tool', content, { toolCallId: readId(item.call_id), name: readText(item.name) })
}

function recordState(item: JsonObject, losses: LossRecorder): void {
  for (const key of STATE) {
    const value = item[key]
    if (value != null && !(Array.isArray(value) && value.length === 0)) {
      losses.loss(`${PATH}.${key}`, 'dropped', 'of the item, not of the call')
    }
  }
  recordUnknownKeys(item, KNOWN, `${PATH}.`, losses)
}
