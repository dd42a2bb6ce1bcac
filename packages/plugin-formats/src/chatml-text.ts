import { isTrained, type Message, type ToolCall } from '@sftkit/core'
import { objectArguments } from './arguments.ts'
import { textContent } from './content.ts'
import type { LossTally } from './losses.ts'
import { spacedJson } from './spaced-json.ts'

export interface ChatmlStyle {
  /** `reference`: a newline before each `<|im_end|>`, none after the last. `qwen`: the bytes of Qwen2.5's template. */
  readonly style: 'reference' | 'qwen'
  readonly markers: 'drop' | 'escape'
}

const MARKER = /<\|(im_start|im_end|endoftext)\|>/g

/** The conversation as ChatML text, or nothing where a message's own text holds a marker that may not stand. */
export function chatmlText(
  messages: readonly Message[],
  { style, markers }: ChatmlStyle,
  losses: LossTally,
): string | undefined {
  const blocks: string[] = []
  let results: string[] = []
  const flush = (): void => {
    if (results.length > 0) blocks.push(block('user', results.join('\n'), style))
    results = []
  }
  for (const message of messages) {
    const body = safe(turnText(message, losses), markers, losses)
    if (body === undefined) return undefined
    if (message.role === 'tool') {
      // Qwen's convention: results are spoken by the user, those of parallel calls in one turn.
      results.push(`<tool_response>\n${body}\n</tool_response>`)
      continue
    }
    flush()
    blocks.push(block(message.role, body, style))
  }
  flush()
  return style === 'reference' ? blocks.join('\n') : blocks.map((text) => `${text}\n`).join('')
}

function block(role: string, body: string, style: ChatmlStyle['style']): string {
  return `<|im_start|>${role}\n${body}${style === 'reference' ? '\n' : ''}<|im_end|>`
}

function turnText(message: Message, losses: LossTally): string {
  if (message.reasoning) losses.add('messages[].reasoning', 'dropped', 'the text carries answers only')
  if (message.role === 'assistant' && !isTrained(message)) {
    losses.add('messages[].train', 'dropped', 'all of a text is learned')
  }
  if (message.toolCallId !== undefined) losses.add('messages[].toolCallId', 'dropped', 'the text has no ids')
  if (message.name !== undefined) losses.add('messages[].name', 'dropped', 'the text has no names')
  const calls = message.toolCalls ?? []
  losses.add('messages[].toolCalls[].id', 'dropped', 'the text has no ids', calls.length)
  const content = textContent(message, losses)
  const parts = calls.map((call) => callText(call, losses))
  return (content === '' ? parts : [content, ...parts]).join('\n')
}

function callText(call: ToolCall, losses: LossTally): string {
  const body = spacedJson({ name: call.name, arguments: objectArguments(call, losses) })
  return `<tool_call>\n${body}\n</tool_call>`
}

function safe(text: string, markers: ChatmlStyle['markers'], losses: LossTally): string | undefined {
  const count = text.includes('<|') ? (text.match(MARKER)?.length ?? 0) : 0
  if (count === 0) return text
  if (markers === 'drop') return undefined
  losses.add(
    'messages[].content',
    'changed',
    'a ChatML marker in a text, written with a space after <',
    count,
  )
  return text.replace(MARKER, '< |$1|>')
}
