import type {
  JsonObject,
  JsonValue,
  LoadContext,
  LoadedTrace,
  LossRecorder,
  Plugin,
  SourceRecord,
} from '@sftkit/core'
import { promptDrafts } from '../chat/sides.ts'
import { detectAs } from '../detect/detect-as.ts'
import { type DraftMessage, draftMessage } from '../drafts.ts'
import { recordFields } from '../ledger/record.ts'
import { loaderPlugin } from '../loader-plugin.ts'
import { createLosses } from '../losses.ts'
import { readOwnRow } from '../row-metadata.ts'
import { describeType, pick } from '../values.ts'
import { row } from './fields.ts'
import { columnText, instructionText } from './instruction.ts'
import { answerOf } from './signature.ts'

/** Alpaca rows: `{instruction, input, output}`, with `system` and `history` where they are there; Dolly's rows too. */
export function alpaca(): Plugin {
  return loaderPlugin({
    name: 'alpaca',
    looksFor: 'instruction and output (or response), both texts',
    detect: detectAs('alpaca'),
    read: readRow,
  })
}

const METADATA = ['id', 'source', 'category', 'metadata']

function readRow({ value }: SourceRecord, context: LoadContext): LoadedTrace {
  const answer = answerOf(value)
  if (answer === undefined) return context.unreadable(withoutAnswer(value))
  const losses = createLosses()
  recordFields(value, row, losses)
  if (answer === 'output' && value.response != null) losses.loss('response', 'dropped', 'beside output')
  const before = readHistory(value.history, losses)
  const messages = [
    ...promptDrafts(value, { drafts: [], tools: [] }, losses),
    ...before,
    draftMessage('user', instructionText(value, losses)),
    // An empty answer is none: a model would learn to say nothing.
    ...(value[answer] === '' ? [] : [draftMessage('assistant', columnText(value, answer, losses))]),
  ]
  const metadata = pick(value, METADATA)
  const own = readOwnRow(value.metadata)
  losses.flush(context)
  return {
    ...own,
    messages,
    ...(metadata !== undefined && { metadata: { alpaca: metadata } }),
  }
}

function withoutAnswer({ output, response }: JsonObject): string {
  const [name, value] = output == null ? ['response', response] : ['output', output]
  if (value == null) return 'No output stands beside the instruction.'
  return `The ${name} beside the instruction is ${describeType(value)}, not a text.`
}

/** Earlier exchanges, each a question and its answer. */
function readHistory(value: JsonValue | undefined, losses: LossRecorder): DraftMessage[] {
  if (value == null) return []
  if (!Array.isArray(value)) {
    losses.loss('history', 'dropped', `no list: ${describeType(value)}`)
    return []
  }
  return value.flatMap((exchange: JsonValue) => {
    if (Array.isArray(exchange) && exchange.length === 2 && exchange.every((one) => typeof one === 'string'))
      return [
        draftMessage('user', String(exchange[0])),
        draftMessage('assistant', String(exchange[1]), exchange[1] === '' ? { train: false } : undefined),
      ]
    losses.loss('history[]', 'dropped', `no question with its answer: ${describeType(exchange)}`)
    return []
  })
}
