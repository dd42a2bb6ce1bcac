import type { LossRecorder, Message, ToolDefinition } from '@sftkit/core'
import { roleOf } from '../chat/roles.ts'
import { readAssistantText } from '../chat/text-calls.ts'
import { type DraftMessage, draftMessage } from '../drafts.ts'
import { pairCalls } from '../pairing.ts'
import { splitTools } from './tools-section.ts'

const PATH = 'text'
const START = '<|im_start|>'
const END = '<|im_end|>'

interface Block {
  readonly role: string
  readonly body: string
  /** Whether its end stands in the text. */
  readonly ended: boolean
}

/**
 * Reads a text of `<|im_start|>role`, a newline, what was said and `<|im_end|>`. Calls stand in it as `<tool_call>`, their
 * results as `<tool_response>` of the user, what the model thought as `<think>`, and tools where Qwen's template lists
 * them. Some writers put a newline before each `<|im_end|>`, which is then taken off.
 */
export function readBlocks(
  text: string,
  losses: LossRecorder,
): {
  readonly messages: readonly Message[]
  readonly tools: readonly ToolDefinition[]
  /** Whether the last answer is without its end: it was cut, and is not learned as if it were whole. */
  readonly cut: boolean
} {
  const blocks = blocksOf(text, losses)
  const padded = blocks.length > 0 && blocks.every(({ body, ended }) => !ended || body.endsWith('\n'))
  if (padded) losses.loss(PATH, 'changed', 'without the newline before each <|im_end|>')
  const drafts: DraftMessage[] = []
  const tools: ToolDefinition[] = []
  for (const { role: name, body: raw, ended } of blocks) {
    const body = padded && ended ? raw.slice(0, -1) : raw
    const role = roleOf(name) ?? 'user'
    if (role !== name) losses.loss(`${PATH}.role`, 'changed', `${name} read as ${role}`)
    if (role === 'assistant') drafts.push(readAssistantText(body, PATH, losses))
    else if (role === 'system') {
      const section = splitTools(body, PATH, losses)
      tools.push(...section.tools)
      if (section.text !== '') drafts.push(draftMessage('system', section.text))
    } else if (role === 'user') drafts.push(...readUser(body, losses))
    else drafts.push(draftMessage(role, body))
  }
  losses.loss(PATH, 'changed', 'a rendered text read as messages')
  const last = drafts.at(-1)
  const cut = blocks.at(-1)?.ended === false && last?.role === 'assistant'
  if (cut) last.train = false
  return { messages: pairCalls(drafts, { callId: PATH, resultId: PATH }, losses), tools, cut }
}

function blocksOf(text: string, losses: LossRecorder): Block[] {
  const [before = '', ...pieces] = text.split(START)
  if (before.trim() !== '') losses.loss(PATH, 'dropped', 'before the first <|im_start|>')
  const blocks = pieces.map((piece): Block => {
    const end = piece.indexOf(END)
    if (end !== -1 && piece.slice(end + END.length).trim() !== '')
      losses.loss(PATH, 'dropped', 'after an <|im_end|>')
    const inside = end === -1 ? piece : piece.slice(0, end)
    const line = inside.indexOf('\n')
    if (line === -1) return { role: inside.trim(), body: '', ended: end !== -1 }
    return { role: inside.slice(0, line).trim(), body: inside.slice(line + 1), ended: end !== -1 }
  })
  const last = blocks.at(-1)
  // What asks for the answer in a prompt is no turn.
  if (last !== undefined && !last.ended && last.body.trim() === '') blocks.pop()
  return blocks
}

const RESPONSE = /<tool_response>\n?([\s\S]*?)\n?<\/tool_response>/g

/** Results of calls are said by the user, those of one step in one turn. */
function readUser(body: string, losses: LossRecorder): DraftMessage[] {
  const results = [...body.matchAll(RESPONSE)]
  if (results.length === 0) return [draftMessage('user', body)]
  losses.loss(PATH, 'changed', 'a <tool_response> read as the result of a call', results.length)
  const rest = body.replace(RESPONSE, '').trim()
  const drafts = results.map((found) => draftMessage('tool', found[1] ?? ''))
  return rest === '' ? drafts : [...drafts, draftMessage('user', rest)]
}
