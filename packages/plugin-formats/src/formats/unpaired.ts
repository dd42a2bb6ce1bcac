import type { Example, FormatContext, Plugin, Row } from '@sftkit/core'
import { z } from 'zod'
import { lossTally } from '../losses.ts'
import { writableMetadata } from '../metadata.ts'
import { objectMessages } from '../object-messages.ts'
import { type ChatFormatOptions, chatOptions, formatPlugin } from '../options.ts'
import { selectMessages } from '../select-messages.ts'
import { writableTools } from '../tools.ts'
import { endsWithAssistant } from './preference.ts'

export type UnpairedOptions = ChatFormatOptions

const schema = z.strictObject(chatOptions)

/** TRL's KTO rows: `{prompt, completion, label, tools?, metadata}`; `label` is a boolean. */
export function formatUnpaired(options?: UnpairedOptions): Plugin {
  return formatPlugin(
    'unpaired',
    schema,
    options,
    ['unpaired'],
    () => columns,
    (parsed) => {
      return (example, context) => unpairedRow(example, parsed, context)
    },
  )
}

const columns = {
  prompt: 'json-list',
  completion: 'json-list',
  label: 'boolean',
  tools: 'json-list',
  metadata: 'json',
} as const

function unpairedRow(
  example: Example,
  options: z.output<typeof schema>,
  context: FormatContext,
): Row | undefined {
  if (example.kind !== 'unpaired') return undefined
  const losses = lossTally(context)
  const prompt = selectMessages(example.prompt, options, losses)
  const completion = selectMessages(example.completion, options, losses)
  if (prompt.length === 0) return context.drop('no-prompt')
  if (!endsWithAssistant(completion)) return context.drop('end-not-assistant', 'completion')
  const row: Row = {
    prompt: objectMessages(prompt, losses, false),
    completion: objectMessages(completion, losses, false),
    label: example.label,
  }
  const tools = options.textOnly ? undefined : writableTools(example, losses)
  if (tools !== undefined) row.tools = tools
  row.metadata = writableMetadata(example, losses)
  losses.report()
  return row
}
