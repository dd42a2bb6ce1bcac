import type { Example, FormatContext, Plugin } from '@sftkit/core'
import { z } from 'zod'
import { chatmlText } from '../chatml-text.ts'
import { type LossTally, lossTally } from '../losses.ts'
import { writableMetadata } from '../metadata.ts'
import { type ChatFormatOptions, chatOptions, formatPlugin } from '../options.ts'
import { failureOf, hasTrainedTurn, selectMessages } from '../select-messages.ts'
import { writableText } from '../writable.ts'

export interface ChatmlOptions extends ChatFormatOptions {
  /**
   * `reference` writes a newline before each `<|im_end|>` and nothing after the last. `qwen` writes the bytes of
   * Qwen2.5's own template: no newline before, one after each. Default `reference`.
   */
  style?: 'reference' | 'qwen'
  /** A message that contains `<|im_start|>`, `<|im_end|>` or `<|endoftext|>`: leave the row out, or write `< |`. */
  markers?: 'drop' | 'escape'
}

const schema = z.strictObject({
  ...chatOptions,
  style: z.enum(['reference', 'qwen']).default('reference'),
  markers: z.enum(['drop', 'escape']).default('drop'),
})
type Options = z.output<typeof schema>

/** ChatML text: `{text, metadata}`. A text example stands as it is. */
export function formatChatml(options?: ChatmlOptions): Plugin {
  return formatPlugin(
    'chatml',
    schema,
    options,
    ['chat', 'text'],
    () => columns,
    (parsed) => {
      return (example, context) => {
        const losses = lossTally(context)
        const text = textOf(example, parsed, context, losses)
        if (text === undefined) return undefined
        const row = { text, metadata: writableMetadata(example, losses) }
        losses.report()
        return row
      }
    },
  )
}

const columns = { text: 'string', metadata: 'json' } as const

function textOf(
  example: Example,
  options: Options,
  context: FormatContext,
  losses: LossTally,
): string | undefined {
  if (example.kind === 'text') return writableText(example.text, 'text', losses)
  if (example.kind !== 'chat') return undefined
  const messages = selectMessages(example.messages, options, losses)
  if (!hasTrainedTurn(messages)) return context.drop('no-assistant', failureOf(example))
  const text = chatmlText(messages, options, losses)
  if (text === undefined) return context.drop('special-token', 'a message contains a ChatML marker')
  losses.add('tools', 'dropped', 'the text has no place for definitions', example.tools?.length ?? 0)
  return text
}
