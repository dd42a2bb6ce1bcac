import { stripVTControlCharacters } from 'node:util'
import { counted, type MessageLine, type TraceLine } from '@sftkit/core'
import pc from 'picocolors'
import { count } from './display.ts'

const COLOURS: Readonly<Record<string, (text: string) => string>> = {
  system: pc.magenta,
  user: pc.blue,
  assistant: pc.green,
  tool: pc.yellow,
}

/** A trace as a person reads it: who said what, calls with their arguments, results under their calls. */
export function conversation(trace: TraceLine): string {
  const head = factsOf(trace).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${pc.dim(`${name}:`)} ${visible(value)}`],
  )
  const names = new Map(
    trace.messages.flatMap(({ tool_calls = [] }) => tool_calls.map(({ id, name }) => [id, name] as const)),
  )
  return [...head, ...trace.messages.map((message) => messageText(message, names))].join('\n')
}

function factsOf(trace: TraceLine): [string, string | undefined][] {
  const { outcome, usage, group, tools } = trace
  const verdict = [
    statusOf(trace),
    outcome.reward !== undefined && `reward ${outcome.reward}`,
    outcome.resolved !== undefined && (outcome.resolved ? 'resolved' : 'not resolved'),
    outcome.error,
  ]
  const used = [
    usage?.input_tokens !== undefined && `${counted(usage.input_tokens, 'token')} in`,
    usage?.output_tokens !== undefined && `${count(usage.output_tokens)} out`,
    usage?.total_tokens !== undefined && `${count(usage.total_tokens)} in all`,
    usage?.cost_usd !== undefined && `$${usage.cost_usd.toFixed(4)}`,
  ]
  const family = [
    group.key,
    group.attempt && `attempt ${group.attempt}`,
    group.parent && `of ${group.parent}`,
  ]
  return [
    ['id', trace.id],
    ['source', trace.source],
    ['session', trace.session_id],
    ['group', family.filter(Boolean).join(', ')],
    ['agent', trace.agent],
    ['model', trace.model],
    ['started', trace.started_at],
    ['outcome', verdict.filter(Boolean).join(', ')],
    ['usage', used.filter(Boolean).join(', ')],
    ['tools', tools === undefined ? undefined : count(tools.length)],
    ['tags', trace.tags.join(' ')],
  ]
}

/** Of what a session does not say itself, what its tags say; those of one that only stops say `ongoing`. */
function statusOf({ outcome, tags }: TraceLine): string {
  if (outcome.status !== 'unknown') return outcome.status
  const tagged = tags.find((tag) => END.test(tag))
  return tagged === undefined ? 'ongoing' : tagged.slice('outcome:'.length)
}

const END = /^outcome:(?:completed|errored|limit|interrupted|ongoing|unknown)$/

function messageText(message: MessageLine, names: ReadonlyMap<string, string>): string {
  const colour = COLOURS[message.role] ?? pc.white
  const { tool_call_id: answers } = message
  const notes = [
    message.name,
    answers && `${names.get(answers) ?? 'no call'} ${answers}`,
    message.timestamp,
    message.copied === true
      ? 'copied'
      : message.role === 'assistant' && message.train === false && 'not learned',
  ].filter(Boolean)
  const lines = [
    '',
    colour(pc.bold(message.role)) + (notes.length > 0 ? pc.dim(` (${visible(notes.join(', '))})`) : ''),
  ]
  if (message.reasoning !== undefined)
    lines.push(pc.dim(`  thinking:\n${indent(visible(message.reasoning))}`))
  const content =
    typeof message.content === 'string'
      ? message.content
      : message.content.map((part) => part.text ?? `[${part.type} ${part.uri ?? ''}]`).join('\n')
  if (content !== '') lines.push(indent(visible(content)))
  for (const call of message.tool_calls ?? []) {
    const args = call.arguments_text ?? JSON.stringify(call.arguments)
    lines.push(`  ${pc.cyan('→')} ${visible(call.name)} ${pc.dim(visible(args))}`)
  }
  return lines.join('\n')
}

/** A trace's text must not move the cursor or colour the terminal. */
export function visible(text: string): string {
  return stripVTControlCharacters(text).replaceAll(CONTROL, '')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ')
}
