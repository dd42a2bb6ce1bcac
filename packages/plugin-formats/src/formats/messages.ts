import type { Example, FormatContext, Plugin, Row } from '@sftkit/core'
import { z } from 'zod'
import { lossTally } from '../losses.ts'
import { writableMetadata } from '../metadata.ts'
import { objectMessages } from '../object-messages.ts'
import { type ChatFormatOptions, chatOptions, formatPlugin } from '../options.ts'
import { isReferenceRow } from '../reference-row.ts'
import { failureOf, hasTrainedTurn, hasUntrainedTurn, selectMessages } from '../select-messages.ts'
import { writableTools } from '../tools.ts'

export interface MessagesOptions extends ChatFormatOptions {
  /** Leave out conversations in which no assistant turn is learned; TRL refuses them. Default true. */
  requireAssistant?: boolean
}

const schema = z.strictObject({ ...chatOptions, requireAssistant: z.boolean().default(true) })

/**
 * TRL's conversational rows: `{session_id, model, timestamp, tags, messages, tools, metadata}`, arguments as
 * objects. `model`, `timestamp` and `tools` are null where unknown.
 */
export function formatMessages(options?: MessagesOptions): Plugin {
  return formatPlugin(
    'messages',
    schema,
    options,
    ['chat'],
    () => columns,
    (parsed) => {
      return (example, context) => messagesRow(example, parsed, context)
    },
  )
}

const columns = {
  session_id: 'string',
  model: 'string',
  timestamp: 'string',
  tags: 'string-list',
  messages: 'json-list',
  tools: 'json-list',
  metadata: 'json',
} as const

function messagesRow(
  example: Example,
  options: z.output<typeof schema>,
  context: FormatContext,
): Row | undefined {
  if (example.kind !== 'chat') return undefined
  const losses = lossTally(context)
  const messages = selectMessages(example.messages, options, losses)
  if (options.requireAssistant && !isReferenceRow(example) && !hasTrainedTurn(messages))
    return context.drop('no-assistant', failureOf(example))
  const row = {
    session_id: example.session,
    model: example.model ?? null,
    timestamp: example.startedAt ?? null,
    tags: example.tags,
    messages: objectMessages(messages, losses, hasUntrainedTurn(messages)),
    // Not []: Llama 3.1's template tells the model about functions as soon as there is a list.
    tools: (options.textOnly ? undefined : writableTools(example, losses)) ?? null,
    metadata: writableMetadata(example, losses),
  }
  losses.report()
  return row
}
