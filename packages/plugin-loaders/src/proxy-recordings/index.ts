import type { JsonObject, LoadContext, LoadedTrace, Plugin, SourceRecord } from '@sftkit/core'
import { createToolsReader, type ToolsReader } from '../chat/tools.ts'
import { detectAs } from '../detect/detect-as.ts'
import { recordFields } from '../ledger/record.ts'
import { loaderPlugin } from '../loader-plugin.ts'
import { createLosses, type LossLedger } from '../losses.ts'
import { readText } from '../values.ts'
import { readChat, readCompletion } from './chat.ts'
import { type ReadExchange, readExchange } from './exchange.ts'
import { exchangeFields } from './fields.ts'
import { readMessages } from './messages.ts'
import { readOllamaChat, readOllamaGenerate } from './ollama.ts'
import { exchangeRepeats } from './repeats.ts'
import { readResponse } from './responses.ts'
import { completionOf } from './streams/chat.ts'
import { messageOf } from './streams/messages.ts'
import { ollamaAnswerOf } from './streams/ollama.ts'
import { responseOf } from './streams/responses.ts'

/** What `sft record` writes: calls of OpenAI's, Anthropic's and Ollama's interfaces, streams among them. */
export function proxyRecordings(): Plugin {
  const readTools = createToolsReader()
  return loaderPlugin({
    name: 'proxy-recordings',
    looksFor: 'format sftkit-exchange: requests and answers that the proxy recorded',
    detect: detectAs('proxy-recordings'),
    repeats: exchangeRepeats,
    read: (record, context) => readLine(record, context, readTools),
  })
}

interface Interface {
  assemble(events: readonly JsonObject[]): JsonObject
  read(exchange: ReadExchange, readTools: ToolsReader, losses: LossLedger): LoadedTrace[]
}

const interfaces: Readonly<Record<string, Interface>> = {
  chat: { assemble: completionOf, read: readChat },
  completions: { assemble: completionOf, read: readCompletion },
  responses: { assemble: responseOf, read: readResponse },
  messages: { assemble: messageOf, read: readMessages },
  'ollama-chat': { assemble: ollamaAnswerOf, read: readOllamaChat },
  'ollama-generate': { assemble: ollamaAnswerOf, read: readOllamaGenerate },
}

function readLine(
  { value }: SourceRecord,
  context: LoadContext,
  readTools: ToolsReader,
): readonly LoadedTrace[] | undefined {
  if (value.format === 'sftkit-exchange-part') {
    context.loss('(part)', 'dropped', 'a piece of an answer that did not come to its end')
    return undefined
  }
  const api = readText(value.api) ?? ''
  const known = Object.hasOwn(interfaces, api) ? interfaces[api] : undefined
  const exchange = known && readExchange(value, known.assemble)
  if (known === undefined || exchange === undefined) {
    const why = known === undefined ? 'a request that is no conversation' : 'a request without a JSON body'
    context.loss('(exchange)', 'dropped', why)
    return undefined
  }
  const losses = createLosses()
  recordFields(value, exchangeFields, losses)
  const traces = known.read(exchange, readTools, losses).filter(({ messages }) => messages.length > 0)
  losses.flush(context)
  return traces.length === 0 ? undefined : traces
}
