import type { MessageLine, TraceLine } from '@sftkit/core'

const LONGEST = 8000
const KEPT = 3000

/** A trace as it is shown at first: of very long texts the beginning and the end. */
export function shorten(trace: TraceLine): TraceLine {
  return { ...trace, messages: trace.messages.map(shortMessage) }
}

/** Whether {@link shorten} leaves something out. */
export function isShortened(trace: TraceLine): boolean {
  return trace.messages.some(
    (message) => JSON.stringify(message).length > LONGEST && shortMessage(message) !== message,
  )
}

function shortMessage(message: MessageLine): MessageLine {
  if (JSON.stringify(message).length <= LONGEST) return message
  const { content, reasoning, tool_calls: calls } = message
  return {
    ...message,
    content:
      typeof content === 'string'
        ? short(content)
        : content.map((part) => (part.text === undefined ? part : { ...part, text: short(part.text) })),
    ...(reasoning !== undefined && { reasoning: short(reasoning) }),
    ...(calls !== undefined && {
      tool_calls: calls.map((call) => ({
        ...call,
        arguments_text: short(call.arguments_text ?? JSON.stringify(call.arguments)),
      })),
    }),
  }
}

function short(text: string): string {
  if (text.length <= LONGEST) return text
  const left = text.length - 2 * KEPT
  return `${text.slice(0, KEPT)}\n[… ${left.toLocaleString('en')} characters: f shows them …]\n${text.slice(-KEPT)}`
}
