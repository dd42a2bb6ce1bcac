import { isJsonObject, type LossRecorder, parseJson } from '@sftkit/core'
import { readArguments } from '../arguments.ts'
import { type DraftCall, type DraftMessage, draftMessage } from '../drafts.ts'
import { recordUnknownKeys } from '../losses.ts'

const CALL_KEYS = new Set(['name', 'arguments'])

const THINK = /^\s*<think>([\s\S]*?)<\/think>\s*/

/** Reads an assistant's text in which thinking stands as `<think>` and calls as `<tool_call>` with JSON. @param path the text's, for the ledger */
export function readAssistantText(text: string, path: string, losses: LossRecorder): DraftMessage {
  const think = THINK.exec(text)
  if (think !== null) losses.loss(path, 'changed', 'thinking and calls parsed from text')
  const reasoning = think?.[1]?.trim()
  const { rest, toolCalls } = readCalls(think === null ? text : text.slice(think[0].length), path, losses)
  return draftMessage('assistant', rest, {
    reasoning: reasoning === '' ? undefined : reasoning,
    toolCalls: toolCalls.length === 0 ? undefined : toolCalls,
  })
}

const OPEN = '<tool_call>'
const CLOSE = '</tool_call>'

/** Takes the calls out of a text, with the line break before each; what does not parse as one stays text. */
function readCalls(
  text: string,
  path: string,
  losses: LossRecorder,
): { rest: string; toolCalls: DraftCall[] } {
  const toolCalls: DraftCall[] = []
  let rest = ''
  let position = 0
  for (;;) {
    const start = text.indexOf(OPEN, position)
    if (start === -1) break
    const found = findCall(text, start + OPEN.length, path, losses)
    if (found === undefined) break
    const { call, end } = found
    if (call === undefined) {
      losses.loss(path, 'changed', 'a <tool_call> that is no JSON, kept as text')
      rest += text.slice(position, end)
    } else {
      losses.loss(path, 'changed', 'thinking and calls parsed from text')
      rest += text.slice(position, start).replace(/\n$/, '')
      toolCalls.push(call)
    }
    position = end
  }
  return { rest: position === 0 ? text : rest + text.slice(position), toolCalls }
}

/** Arguments may hold the closing mark themselves: the call ends at the first one with which it is whole JSON. */
function findCall(
  text: string,
  from: number,
  path: string,
  losses: LossRecorder,
): { call: DraftCall | undefined; end: number } | undefined {
  const first = text.indexOf(CLOSE, from)
  for (
    let close = first, tries = 0;
    close !== -1 && tries < 20;
    close = text.indexOf(CLOSE, close + 1), tries++
  ) {
    const call = readCall(text.slice(from, close), path, losses)
    if (call !== undefined) return { call, end: close + CLOSE.length }
  }
  return first === -1 ? undefined : { call: undefined, end: first + CLOSE.length }
}

function readCall(text: string, path: string, losses: LossRecorder): DraftCall | undefined {
  try {
    const call = parseJson(text)
    if (!isJsonObject(call) || typeof call.name !== 'string') return undefined
    recordUnknownKeys(call, CALL_KEYS, `${path}.`, losses)
    return { id: '', name: call.name, ...readArguments(call.arguments, `${path}.arguments`, losses) }
  } catch {
    return undefined
  }
}
