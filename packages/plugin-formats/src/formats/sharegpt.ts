import {
  type Example,
  type FormatContext,
  isTrained,
  type Message,
  type Plugin,
  type Row,
  type ToolDefinition,
} from '@sftkit/core'
import { z } from 'zod'
import { objectArguments } from '../arguments.ts'
import { textContent } from '../content.ts'
import { type LossTally, lossTally } from '../losses.ts'
import { writableMetadata } from '../metadata.ts'
import { type ChatFormatOptions, chatOptions, formatPlugin } from '../options.ts'
import { failureOf, hasTrainedTurn, hasUntrainedTurn, selectMessages } from '../select-messages.ts'
import { writableTools } from '../tools.ts'

export type ShareGptOptions = ChatFormatOptions

const schema = z.strictObject(chatOptions)

/**
 * ShareGPT rows: `{conversations, tools?, metadata}`. Turns are `{from, value}`, with `weight` 0 or 1 on the
 * model's turns where some are not learned. Calls are `function_call` turns holding JSON (a list where several
 * are made at once), results are `observation` turns, `tools` is a JSON text.
 */
export function formatShareGpt(options?: ShareGptOptions): Plugin {
  return formatPlugin(
    'sharegpt',
    schema,
    options,
    ['chat'],
    () => columns,
    (parsed) => {
      return (example, context) => shareGptRow(example, parsed, context)
    },
  )
}

const columns = { conversations: 'json-list', tools: 'string', metadata: 'json' } as const

interface Turn {
  from: 'system' | 'human' | 'gpt' | 'function_call' | 'observation'
  value: string
  weight?: 0 | 1
}

function shareGptRow(
  example: Example,
  options: z.output<typeof schema>,
  context: FormatContext,
): Row | undefined {
  if (example.kind !== 'chat') return undefined
  const losses = lossTally(context)
  const messages = selectMessages(example.messages, options, losses)
  if (!hasTrainedTurn(messages)) return context.drop('no-assistant', failureOf(example))
  const withWeight = hasUntrainedTurn(messages)
  const row: Row = { conversations: messages.flatMap((message) => turnsOf(message, losses, withWeight)) }
  const tools = options.textOnly ? undefined : writableTools(example, losses)
  if (tools !== undefined) row.tools = toolsText(tools)
  row.metadata = writableMetadata(example, losses)
  losses.report()
  return row
}

const SPEAKER = { system: 'system', user: 'human', assistant: 'gpt', tool: 'observation' } as const

function turnsOf(message: Message, losses: LossTally, withWeight: boolean): Turn[] {
  const value = textContent(message, losses)
  if (message.toolCallId !== undefined)
    losses.add('messages[].toolCallId', 'dropped', 'the format has no ids')
  if (message.name !== undefined) losses.add('messages[].name', 'dropped', 'the format has no names')
  if (message.role !== 'assistant') return [{ from: SPEAKER[message.role], value }]
  if (message.reasoning) losses.add('messages[].reasoning', 'dropped', 'the format has no place for it')
  const weight = withWeight ? { weight: isTrained(message) ? (1 as const) : (0 as const) } : undefined
  const calls = message.toolCalls ?? []
  if (calls.length === 0) return [{ from: 'gpt', value, ...weight }]
  losses.add('messages[].toolCalls[].id', 'dropped', 'the format has no ids', calls.length)
  const objects = calls.map((call) => ({ name: call.name, arguments: objectArguments(call, losses) }))
  const call: Turn = {
    from: 'function_call',
    value: JSON.stringify(objects.length === 1 ? objects[0] : objects),
    ...weight,
  }
  // Text beside calls is a turn of its own: inside the call's JSON it would be lost.
  return value === '' ? [call] : [{ from: 'gpt', value, ...weight }, call]
}

const texts = new WeakMap<readonly ToolDefinition[], string>()

/** The definitions without their `type: "function"` wrapping, as readers of this format expect them. */
function toolsText(tools: readonly ToolDefinition[]): string {
  let text = texts.get(tools)
  if (text === undefined) {
    text = JSON.stringify(tools.map((tool) => tool.function))
    texts.set(tools, text)
  }
  return text
}
