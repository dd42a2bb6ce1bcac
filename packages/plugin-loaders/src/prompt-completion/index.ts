import type { LoadContext, LoadedTrace, Plugin, SourceRecord } from '@sftkit/core'
import { promptDrafts, promptTask, readSide, unlearned } from '../chat/sides.ts'
import { createToolsReader, type ToolsReader, withTools } from '../chat/tools.ts'
import { detectAs } from '../detect/detect-as.ts'
import { recordFields } from '../ledger/record.ts'
import { loaderPlugin } from '../loader-plugin.ts'
import { createLosses, type LossLedger } from '../losses.ts'
import { pairCalls } from '../pairing.ts'
import { readOwnRow } from '../row-metadata.ts'
import { describeType, pick, readText } from '../values.ts'
import { row } from './fields.ts'
import { columnsOf } from './signature.ts'

/** Rows of a prompt and its answer, as texts or as messages. A `label` says whether the answer is a good one (KTO). */
export function promptCompletion(): Plugin {
  const readTools = createToolsReader()
  return loaderPlugin({
    name: 'prompt-completion',
    looksFor: 'prompt and completion (or response), or question and answer, as texts or messages',
    detect: detectAs('prompt-completion'),
    read: (record, context) => readRow(record, context, readTools),
  })
}

const METADATA = ['id', 'source', 'dataset', 'category', 'metadata']

function readRow({ value }: SourceRecord, context: LoadContext, readTools: ToolsReader): LoadedTrace {
  const columns = columnsOf(value)
  if (columns === undefined) return context.unreadable('No prompt stands beside a completion.')
  const losses = createLosses()
  recordFields(value, row, losses)
  for (const key of ['completion', 'response', 'answer', 'prompt', 'question', 'query'])
    if (!columns.some((name) => name === key) && value[key] != null)
      losses.loss(key, 'dropped', `beside ${columns.join(' and ')}`)
  const [prompt, answer] = [
    readSide(value[columns[0]], columns[0], 'user', losses),
    readSide(value[columns[1]], columns[1], 'assistant', losses),
  ]
  const good = readLabel(value.label, losses)
  const before = promptDrafts(value, prompt, losses)
  const task = good === undefined ? undefined : promptTask(before)
  const after = good === false ? answer.drafts.map(unlearned) : answer.drafts
  const fields = { callId: `${columns[1]}[].tool_calls[].id`, resultId: `${columns[1]}[].tool_call_id` }
  const messages = pairCalls([...before, ...after], fields, losses)
  const tools = readTools(value.tools, 'tools', losses)
  const model = readText(value.model)
  const metadata = pick(value, METADATA)
  const own = readOwnRow(value.metadata)
  losses.flush(context)
  return {
    ...(task !== undefined && { group: { task } }),
    ...own,
    ...(model !== undefined && { model }),
    messages,
    ...withTools(tools, [...prompt.tools, ...answer.tools]),
    ...(good !== undefined && { outcome: { status: 'unknown', resolved: good } }),
    ...(metadata !== undefined && { metadata: { 'prompt-completion': metadata } }),
  }
}

/** Only a truth value says that an answer is good; a number or a name may be anything. */
function readLabel(value: unknown, losses: LossLedger): boolean | undefined {
  if (value == null) return undefined
  if (typeof value === 'boolean') {
    losses.loss('label', 'changed', 'read as the outcome')
    return value
  }
  losses.loss('label', 'dropped', `no truth value: ${describeType(value)}`)
  return undefined
}
