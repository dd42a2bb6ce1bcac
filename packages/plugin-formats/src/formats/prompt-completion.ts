import {
  type Example,
  type FormatContext,
  isTrained,
  type Message,
  type Plugin,
  type Row,
} from '@sftkit/core'
import { z } from 'zod'
import { type LossTally, lossTally } from '../losses.ts'
import { writableMetadata } from '../metadata.ts'
import { objectMessages } from '../object-messages.ts'
import { type ChatFormatOptions, chatOptions, formatPlugin } from '../options.ts'
import { failureOf, hasTrainedTurn, selectMessages } from '../select-messages.ts'
import { writableTools } from '../tools.ts'
import { type TextPair, textPairs, transcript } from '../transcript.ts'
import { writableText } from '../writable.ts'

export interface PromptCompletionOptions extends ChatFormatOptions {
  /** Lists of messages (TRL applies the chat template), or one plain text each. Default `messages`. */
  mode?: 'messages' | 'text'
  /**
   * Which learned assistant turns become a row: each of them, or the last one only. Default: `each` for
   * messages, `last` for text.
   */
  turns?: 'each' | 'last'
}

const schema = z.strictObject({
  ...chatOptions,
  mode: z.enum(['messages', 'text']).default('messages'),
  turns: z.enum(['each', 'last']).optional(),
})
type Options = z.output<typeof schema>

/**
 * TRL's prompt-completion rows: `{prompt, completion, tools?, metadata}`. Only the completion is learned, so it
 * serves chat templates without generation markers. A row's `metadata.turn` is the completed message's place.
 */
export function formatPromptCompletion(options?: PromptCompletionOptions): Plugin {
  return formatPlugin(
    'prompt-completion',
    schema,
    options,
    ['chat', 'prompt-completion'],
    ({ mode }) => (mode === 'text' ? textColumns : messageColumns),
    (parsed) => (example, context) => {
      const losses = lossTally(context)
      const rows = promptCompletionRows(example, parsed, context, losses)
      if (rows !== undefined) losses.report()
      return rows
    },
  )
}

const textColumns = { prompt: 'string', completion: 'string', metadata: 'json' } as const
const messageColumns = {
  prompt: 'json-list',
  completion: 'json-list',
  tools: 'json-list',
  metadata: 'json',
} as const

function promptCompletionRows(
  example: Example,
  options: Options,
  context: FormatContext,
  losses: LossTally,
): readonly Row[] | undefined {
  if (example.kind === 'prompt-completion') return [passedThrough(example, options, losses)]
  if (example.kind !== 'chat') return undefined
  const messages = selectMessages(example.messages, options, losses)
  if (!hasTrainedTurn(messages)) return context.drop('no-assistant', failureOf(example))
  const rows =
    options.mode === 'text'
      ? textRows(example, messages, options, losses)
      : messageRows(example, messages, options, losses)
  return rows.length > 0 ? rows : context.drop('no-prompt', 'no learned turn has a prompt and a completion')
}

function messageRows(
  example: Example,
  messages: readonly Message[],
  { turns = 'each', textOnly }: Options,
  losses: LossTally,
): Row[] {
  const places = messages.flatMap((message, place) => (place > 0 && isTrained(message) ? [place] : []))
  const chosen = turns === 'last' ? places.slice(-1) : places
  const end = chosen.at(-1)
  if (end === undefined) return []
  losses.add('messages[]', 'dropped', 'after the last completion', messages.length - end - 1)
  const objects = objectMessages(messages.slice(0, end + 1), losses, false)
  const tools = textOnly ? undefined : writableTools(example, losses)
  const metadata = writableMetadata(example, losses)
  return chosen.map((place) => ({
    prompt: objects.slice(0, place),
    completion: [objects[place]],
    ...(tools !== undefined && { tools }),
    metadata: { ...metadata, turn: place },
  }))
}

function textRows(
  example: Example,
  messages: readonly Message[],
  { turns = 'last' }: Options,
  losses: LossTally,
): Row[] {
  const pairs = textPairs(messages, turns, losses)
  if (pairs.length === 0) return []
  losses.add('tools', 'dropped', 'the format carries text only', example.tools?.length ?? 0)
  const metadata = writableMetadata(example, losses)
  return pairs.map(({ prompt, completion, turn }: TextPair) => ({
    prompt,
    completion,
    metadata: { ...metadata, turn },
  }))
}

function passedThrough(
  example: Extract<Example, { kind: 'prompt-completion' }>,
  options: Options,
  losses: LossTally,
): Row {
  const side = (value: string | readonly Message[], role: 'user' | 'assistant', field: string) => {
    if (options.mode === 'text') {
      return typeof value === 'string'
        ? writableText(value, field, losses)
        : textOfSide(value, role, options, losses)
    }
    const messages = typeof value === 'string' ? [{ role, content: value }] : value
    return objectMessages(selectMessages(messages, options, losses), losses, false)
  }
  const row: Row = {
    prompt: side(example.prompt, 'user', 'prompt'),
    completion: side(example.completion, 'assistant', 'completion'),
  }
  const tools = options.mode === 'text' || options.textOnly ? undefined : writableTools(example, losses)
  if (tools !== undefined) row.tools = tools
  row.metadata = writableMetadata(example, losses)
  return row
}

function textOfSide(
  value: readonly Message[],
  role: 'user' | 'assistant',
  options: Options,
  losses: LossTally,
): string {
  const messages = selectMessages(value, options, losses)
  return transcript(messages, role === 'user', losses)
}
