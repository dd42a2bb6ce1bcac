import type { Example, FormatContext, Plugin, Row } from '@sftkit/core'
import { z } from 'zod'
import { lossTally } from '../losses.ts'
import { writableMetadata } from '../metadata.ts'
import { openAiRefusal } from '../openai-checks.ts'
import { openAiMessage } from '../openai-messages.ts'
import { type ChatFormatOptions, chatOptions, formatPlugin } from '../options.ts'
import { isReferenceRow } from '../reference-row.ts'
import { failureOf, hasTrainedTurn, hasUntrainedTurn, selectMessages } from '../select-messages.ts'
import { writableTools } from '../tools.ts'
import { createResultIds } from '../unknown-ids.ts'

export interface OpenAiOptions extends ChatFormatOptions {
  /**
   * Leave out what OpenAI's fine-tuning checks refuse: keys they do not know (`metadata` too), and whole
   * conversations that they would send back. Default false.
   */
  strict?: boolean
  /** Leave out conversations in which no assistant turn is learned. Default true. */
  requireAssistant?: boolean
}

const schema = z.strictObject({
  ...chatOptions,
  strict: z.boolean().default(false),
  requireAssistant: z.boolean().default(true),
})

/** OpenAI's fine-tuning rows: `{messages, tools?, metadata}`, arguments as JSON text. */
export function formatOpenAi(options?: OpenAiOptions): Plugin {
  return formatPlugin(
    'openai',
    schema,
    options,
    ['chat'],
    ({ strict }) => (strict ? strictColumns : { ...strictColumns, metadata: 'json' }),
    (parsed) => (example, context) => openAiRow(example, parsed, context),
  )
}

const strictColumns = { messages: 'json-list', tools: 'json-list' } as const

function openAiRow(
  example: Example,
  options: z.output<typeof schema>,
  context: FormatContext,
): Row | undefined {
  if (example.kind !== 'chat') return undefined
  const { strict } = options
  const losses = lossTally(context)
  const messages = selectMessages(example.messages, options, losses)
  const required = strict || (options.requireAssistant && !isReferenceRow(example))
  if (required && !hasTrainedTurn(messages)) return context.drop('no-assistant', failureOf(example))
  const tools = options.textOnly ? undefined : writableTools(example, losses)
  const refusal = strict ? openAiRefusal(messages, tools) : undefined
  if (refusal !== undefined) return context.drop(refusal.reason, refusal.detail)
  const withWeight = hasUntrainedTurn(messages)
  const resultIds = createResultIds(messages)
  const row: Row = {
    messages: messages.map((message) => openAiMessage(message, losses, strict, withWeight, resultIds)),
  }
  if (tools !== undefined) row.tools = tools
  if (!strict) row.metadata = writableMetadata(example, losses)
  losses.report()
  return row
}
