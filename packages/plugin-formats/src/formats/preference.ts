import type { Example, FormatContext, Message, Plugin, Row } from '@sftkit/core'
import { z } from 'zod'
import { lossTally } from '../losses.ts'
import { writableMetadata } from '../metadata.ts'
import { objectMessages } from '../object-messages.ts'
import { type ChatFormatOptions, chatOptions, formatPlugin } from '../options.ts'
import { selectMessages } from '../select-messages.ts'
import { writableTools } from '../tools.ts'

export type PreferenceOptions = ChatFormatOptions

const schema = z.strictObject(chatOptions)

/** TRL's DPO rows: `{prompt, chosen, rejected, tools?, metadata}`, each a list of messages. */
export function formatPreference(options?: PreferenceOptions): Plugin {
  return formatPlugin(
    'preference',
    schema,
    options,
    ['preference'],
    () => columns,
    (parsed) => {
      return (example, context) => preferenceRow(example, parsed, context)
    },
  )
}

const columns = {
  prompt: 'json-list',
  chosen: 'json-list',
  rejected: 'json-list',
  tools: 'json-list',
  metadata: 'json',
} as const

function preferenceRow(
  example: Example,
  options: z.output<typeof schema>,
  context: FormatContext,
): Row | undefined {
  if (example.kind !== 'preference') return undefined
  const losses = lossTally(context)
  const prompt = selectMessages(example.prompt, options, losses)
  const chosen = selectMessages(example.chosen, options, losses)
  const rejected = selectMessages(example.rejected, options, losses)
  if (prompt.length === 0) return context.drop('no-prompt')
  if (!endsWithAssistant(chosen)) return context.drop('end-not-assistant', 'chosen')
  if (!endsWithAssistant(rejected)) return context.drop('end-not-assistant', 'rejected')
  const row: Row = {
    prompt: objectMessages(prompt, losses, false),
    chosen: objectMessages(chosen, losses, false),
    rejected: objectMessages(rejected, losses, false),
  }
  const tools = options.textOnly ? undefined : writableTools(example, losses)
  if (tools !== undefined) row.tools = tools
  row.metadata = writableMetadata(example, losses)
  losses.report()
  return row
}

/** Whether a compared span ends on an assistant turn, as TRL needs. */
export function endsWithAssistant(messages: readonly Message[]): boolean {
  return messages.at(-1)?.role === 'assistant'
}
