import type { LoadContext, LoadedTrace, Plugin, SourceRecord } from '@sftkit/core'
import { withTools } from '../chat/tools.ts'
import { detectAs } from '../detect/detect-as.ts'
import { kept, object } from '../ledger/fields.ts'
import { recordFields } from '../ledger/record.ts'
import { loaderPlugin } from '../loader-plugin.ts'
import { createLosses } from '../losses.ts'
import { readOwnRow } from '../row-metadata.ts'
import { pick, readText } from '../values.ts'
import { readBlocks } from './blocks.ts'

/** Rows of one text each, a conversation rendered as ChatML: Qwen's template, or the same with plain newlines. */
export function chatml(): Plugin {
  return loaderPlugin({
    name: 'chatml',
    looksFor: 'a text that begins with <|im_start|>',
    detect: detectAs('chatml'),
    read: readRow,
  })
}

const row = object({ text: kept, id: kept, source: kept, metadata: kept })

function readRow({ value }: SourceRecord, context: LoadContext): LoadedTrace {
  const text = readText(value.text)
  if (text === undefined) return context.unreadable('The column text holds no text.')
  const losses = createLosses()
  recordFields(value, row, losses)
  const { messages, tools, cut } = readBlocks(text, losses)
  const own = readOwnRow(value.metadata)
  const metadata = pick(value, ['id', 'source', 'metadata'])
  losses.flush(context)
  return {
    ...own,
    messages,
    ...(cut && { outcome: { status: 'limit' } }),
    ...withTools(undefined, tools),
    ...(metadata !== undefined && { metadata: { chatml: metadata } }),
  }
}
