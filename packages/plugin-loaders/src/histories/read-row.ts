import {
  type FieldLedger,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LoadContext,
  type LoadedTrace,
  type LossRecorder,
  type Message,
  type Outcome,
} from '@sftkit/core'
import { createToolsReader, type ToolsReader, withTools } from '../chat/tools.ts'
import { readListColumn } from '../json-column.ts'
import { list } from '../ledger/fields.ts'
import { recordFields } from '../ledger/record.ts'
import { createLosses, recordUnknownKeys } from '../losses.ts'
import { describeType, pick, readId, readText } from '../values.ts'
import { itemFields } from './item-fields.ts'
import { type ReadItems, readItems, recordNoItems } from './items.ts'
import { readReferenceMessages } from './reference-messages.ts'

export interface HistoryOptions {
  /** `reference`: the messages are exactly those of the reference's exporter, its losses included. */
  readonly compat?: 'reference'
  /** Whether system messages are carried. Default true. */
  readonly includeSystem?: boolean
}

/** Reads a history row (`{session_id, history, …}`), from whatever it was stored in. */
export type HistoryReader = (row: JsonObject, context: LoadContext) => LoadedTrace

/** A reader of history rows; equal lists of tools are read once. */
export function historyReader(options: HistoryOptions = {}): HistoryReader {
  const readTools = createToolsReader()
  return (row, context) => readRow(row, context, readTools, options)
}

const METADATA = ['project', 'judgment', 'passed', 'archived']
const KNOWN = new Set([
  ...METADATA,
  'session_id',
  'history',
  'model',
  'tools',
  'instructions',
  'agent',
  'created_at',
])

function readRow(
  value: JsonObject,
  context: LoadContext,
  readTools: ToolsReader,
  { compat, includeSystem = true }: HistoryOptions,
): LoadedTrace {
  const losses = createLosses()
  recordUnknownKeys(value, KNOWN, '', losses)
  const history = withInstructions(value, readListColumn(value, 'history', context, losses), losses)
  const { messages, tools: among } =
    compat === 'reference'
      ? { messages: readReferenceMessages(history, losses, includeSystem), tools: [] }
      : readHistory(history, losses)
  const kept = includeSystem ? messages : withoutSystem(messages, losses)
  const { tools } = withTools(readTools(value.tools, 'tools', losses), among)
  const metadata = { ...pick(value, METADATA), ...(compat !== undefined && { compat }) }
  const outcome = readOutcome(value, losses)
  const session = readId(value.session_id)
  const model = readText(value.model)
  const agent = readText(value.agent)
  const startedAt = readText(value.created_at)
  losses.flush(context)
  return {
    ...(session !== undefined && { session, group: { session } }),
    ...(agent !== undefined && { agent }),
    ...(model !== undefined && { model }),
    ...(startedAt !== undefined && { startedAt }),
    messages: kept,
    ...(tools !== undefined && { tools }),
    ...(outcome !== undefined && { outcome }),
    ...(Object.keys(metadata).length > 0 && { metadata: { histories: metadata } }),
  }
}

function readHistory(history: readonly JsonValue[], losses: FieldLedger): ReadItems {
  recordFields(history.filter(isJsonObject), list(itemFields), losses, 'history')
  recordNoItems(history, 'history[]', losses)
  return readItems(history, { path: 'history[]', pointer: '/history' }, losses)
}

function withoutSystem(messages: readonly Message[], losses: LossRecorder): readonly Message[] {
  const kept = messages.filter(({ role }) => role !== 'system')
  if (kept.length < messages.length)
    losses.loss('history[](system)', 'dropped', 'asked for', messages.length - kept.length)
  return kept
}

function withInstructions(
  row: JsonObject,
  history: readonly JsonValue[],
  losses: LossRecorder,
): readonly JsonValue[] {
  const content = readText(row.instructions)
  if (content === undefined) return history
  losses.loss('instructions', 'changed', 'read as the first message')
  return [{ role: 'system', content }, ...history]
}

/** A measure's verdict is what resolved means here; a judgment is a reader's word, and stays in the metadata. */
function readOutcome({ passed }: JsonObject, losses: LossRecorder): Outcome | undefined {
  if (passed == null) return undefined
  if (typeof passed === 'boolean') return { status: 'unknown', resolved: passed }
  losses.loss('passed', 'dropped', `as an outcome: ${describeType(passed)}`)
  return undefined
}
