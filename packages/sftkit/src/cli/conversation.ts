import type { MessageLine, TraceLine } from '@sftkit/core'
import pc from 'picocolors'

const COLOURS: Readonly<Record<string, (text: string) => string>> = {
  system: pc.magenta,
  user: pc.blue,
  assistant: pc.green,
  tool: pc.yellow,
}

/** A trace as a person reads it: who said what, calls with their arguments, results under their calls. */
export function conversation(trace: TraceLine): string {
  const facts = [
    ['id', trace.id],
    ['source', trace.source],
    ['session', trace.session_id],
    ['model', trace.model],
    [
      'outcome',
      trace.outcome.status + (trace.outcome.reward === undefined ? '' : `, reward ${trace.outcome.reward}`),
    ],
    ['tags', trace.tags.join(' ')],
  ]
  const head = facts.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${pc.dim(`${name}:`)} ${value}`],
  )
  return [...head, ...trace.messages.map(messageText)].join('\n')
}

function messageText(message: MessageLine): string {
  const colour = COLOURS[message.role] ?? pc.white
  const notes = [message.name, message.tool_call_id, message.train === false && 'not learned'].filter(Boolean)
  const lines = [
    '',
    colour(pc.bold(message.role)) + (notes.length > 0 ? pc.dim(` (${notes.join(', ')})`) : ''),
  ]
  if (message.reasoning !== undefined) lines.push(pc.dim(indent(message.reasoning)))
  const content =
    typeof message.content === 'string'
      ? message.content
      : message.content.map((part) => part.text ?? `[${part.type}]`).join('\n')
  if (content !== '') lines.push(indent(content))
  for (const call of message.tool_calls ?? []) {
    lines.push(`  ${pc.cyan('→')} ${call.name} ${pc.dim(JSON.stringify(call.arguments))}`)
  }
  return lines.join('\n')
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ')
}
