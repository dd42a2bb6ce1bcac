import {
  type Example,
  type FormatContext,
  type Message,
  messageText,
  type Plugin,
  type Row,
} from '@sftkit/core'
import { z } from 'zod'
import { type LossTally, lossTally } from '../losses.ts'
import { writableMetadata } from '../metadata.ts'
import { type ChatFormatOptions, chatOptions, formatPlugin } from '../options.ts'
import { isReferenceRow } from '../reference-row.ts'
import { responsesItems } from '../responses-items.ts'
import { responsesTools } from '../responses-tools.ts'
import { failureOf, hasTrainedTurn, hasUntrainedTurn, selectMessages } from '../select-messages.ts'
import { writableTools } from '../tools.ts'
import { writableText } from '../writable.ts'

export interface ResponsesOptions extends ChatFormatOptions {
  /** Leave out keys that the Responses interface does not know: names, weights and `metadata`. Default false. */
  strict?: boolean
  /** Leave out conversations in which no assistant turn is learned. Default true. */
  requireAssistant?: boolean
}

const schema = z.strictObject({
  ...chatOptions,
  strict: z.boolean().default(false),
  requireAssistant: z.boolean().default(true),
})

/**
 * Rows in the shape of OpenAI's Responses requests: `{instructions?, input, tools?, metadata}`. `instructions` is the
 * first system message; `input` is a list of items: messages, reasoning, function calls and their outputs, arguments
 * as JSON text; tools are flat. Where some turns are not learned, each of an assistant's items has a `weight` of 0
 * or 1, as OpenAI's fine-tuning rows have it.
 */
export function formatResponses(options?: ResponsesOptions): Plugin {
  return formatPlugin(
    'responses',
    schema,
    options,
    ['chat'],
    ({ strict }) => (strict ? strictColumns : { ...strictColumns, metadata: 'json' }),
    (parsed) => (example, context) => responsesRow(example, parsed, context),
  )
}

const strictColumns = { instructions: 'string', input: 'json-list', tools: 'json-list' } as const

function responsesRow(
  example: Example,
  options: z.output<typeof schema>,
  context: FormatContext,
): Row | undefined {
  if (example.kind !== 'chat') return undefined
  const { strict } = options
  const losses = lossTally(context)
  const messages = selectMessages(example.messages, options, losses)
  const required = options.requireAssistant && !isReferenceRow(example)
  if (required && !hasTrainedTurn(messages)) return context.drop('no-assistant', failureOf(example))
  const tools = options.textOnly ? undefined : writableTools(example, losses)
  const instructions = instructionsOf(messages, losses)
  const items = instructions === undefined ? messages : messages.slice(1)
  const row: Row = {}
  if (instructions !== undefined) row.instructions = instructions
  row.input = responsesItems(items, { strict, withWeight: hasUntrainedTurn(messages) }, losses)
  if (tools !== undefined) row.tools = responsesTools(tools, losses)
  if (!strict) row.metadata = writableMetadata(example, losses)
  losses.report()
  return row
}

/** The first message's text, where it is a system message that a text can carry. */
function instructionsOf(messages: readonly Message[], losses: LossTally): string | undefined {
  const [first] = messages
  if (first?.role !== 'system' || first.name !== undefined || typeof first.content !== 'string')
    return undefined
  const text = messageText(first)
  if (text === '') return undefined
  if (first.timestamp !== undefined) losses.add('messages[].timestamp', 'dropped', 'items have no times')
  return writableText(text, 'messages[].content', losses)
}
