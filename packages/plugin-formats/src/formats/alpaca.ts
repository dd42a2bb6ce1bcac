import {
  type Example,
  type FormatContext,
  isTrained,
  type Message,
  type Plugin,
  type Row,
} from '@sftkit/core'
import { z } from 'zod'
import { textContent } from '../content.ts'
import { type LossTally, lossTally } from '../losses.ts'
import { writableMetadata } from '../metadata.ts'
import { type ChatFormatOptions, chatOptions, formatPlugin } from '../options.ts'
import { failureOf, hasTrainedTurn, selectMessages } from '../select-messages.ts'

export interface AlpacaOptions extends ChatFormatOptions {
  /** A conversation of more than one exchange: keep its last one, or leave the row out. Default `last`. */
  longer?: 'last' | 'drop'
}

const schema = z.strictObject({ ...chatOptions, longer: z.enum(['last', 'drop']).default('last') })

/**
 * Alpaca rows: `{instruction, input, output, metadata}`, one exchange each. `instruction` is the system message,
 * a blank line and the user message; `input` is empty.
 */
export function formatAlpaca(options?: AlpacaOptions): Plugin {
  return formatPlugin(
    'alpaca',
    schema,
    options,
    ['chat'],
    () => columns,
    (parsed) => {
      return (example, context) => alpacaRow(example, parsed, context)
    },
  )
}

const columns = { instruction: 'string', input: 'string', output: 'string', metadata: 'json' } as const

function alpacaRow(
  example: Example,
  options: z.output<typeof schema>,
  context: FormatContext,
): Row | undefined {
  if (example.kind !== 'chat') return undefined
  const losses = lossTally(context)
  const messages = selectMessages(example.messages, options, losses)
  if (!hasTrainedTurn(messages)) return context.drop('no-assistant', failureOf(example))
  const exchange = lastExchange(messages)
  if (exchange === undefined) return context.drop('not-one-turn', 'no learned text follows a user message')
  const others = messages.length - exchange.used
  if (others > 0 && options.longer === 'drop')
    return context.drop('not-one-turn', `${others} further messages`)
  losses.add('messages[]', 'dropped', 'beside the last exchange', others)
  losses.add('tools', 'dropped', 'the format has no tools', example.tools?.length ?? 0)
  countAnswer(exchange.answer, losses)
  const texts = [...exchange.system, exchange.user].map((message) => textContent(message, losses))
  const row = {
    instruction: texts.join('\n\n'),
    input: '',
    output: textContent(exchange.answer, losses),
    metadata: writableMetadata(example, losses),
  }
  losses.report()
  return row
}

interface Exchange {
  readonly system: readonly Message[]
  readonly user: Message
  readonly answer: Message
  /** How many of the messages it is made of. */
  readonly used: number
}

/** The last learned assistant text, the user message before it, and the system messages before both. */
function lastExchange(messages: readonly Message[]): Exchange | undefined {
  const end = messages.findLastIndex((message) => isTrained(message) && message.content.length > 0)
  const answer = messages[end]
  const before = messages.slice(0, Math.max(end, 0))
  const user = before.findLast((message) => message.role === 'user')
  if (answer === undefined || user === undefined) return undefined
  const system = before.filter((message) => message.role === 'system')
  return { system, user, answer, used: system.length + 2 }
}

function countAnswer(answer: Message, losses: LossTally): void {
  losses.add('messages[].toolCalls', 'dropped', 'the format has no calls', answer.toolCalls?.length ?? 0)
  if (answer.reasoning) losses.add('messages[].reasoning', 'dropped', 'the format has no place for it')
}
