import {
  isJsonObject,
  type JsonObject,
  type LoadContext,
  type LoadedTrace,
  type Plugin,
  type SourceRecord,
} from '@sftkit/core'
import { promptTask, unlearned } from '../chat/sides.ts'
import { createToolsReader, type ToolsReader, withTools } from '../chat/tools.ts'
import { detectAs } from '../detect/detect-as.ts'
import { recordFields } from '../ledger/record.ts'
import { loaderPlugin } from '../loader-plugin.ts'
import { createLosses, type LossLedger } from '../losses.ts'
import { pairCalls } from '../pairing.ts'
import { readOwnRow } from '../row-metadata.ts'
import { pick, readId, readNumber, readText } from '../values.ts'
import { row } from './fields.ts'
import { readPair } from './pair.ts'

/**
 * Rows of two answers to one prompt, of which one is preferred. Each answer is a trace, and the two are attempts at one
 * task: the chosen one resolved it, the rejected one did not, and is not learned. `runPairs()` makes pairs of them again.
 */
export function preference(): Plugin {
  const readTools = createToolsReader()
  return loaderPlugin({
    name: 'preference',
    looksFor: 'chosen and rejected (or preferred_output and non_preferred_output), as texts or messages',
    detect: detectAs('preference'),
    read: (record, context) => readRow(record, context, readTools),
  })
}

const METADATA = ['id', 'prompt_id', 'source', 'dataset', 'category', 'metadata']

function readRow({ value }: SourceRecord, context: LoadContext, readTools: ToolsReader): LoadedTrace[] {
  const losses = createLosses()
  recordFields(isJsonObject(value.input) ? { ...value, input: null } : value, row, losses)
  const { prompt, chosen, rejected, tools: moved } = readPair(value, losses)
  if (chosen.length + rejected.length === 0) return context.unreadable('Neither answer holds a message.')
  const tools = withTools(toolsOf(value, readTools, losses), moved)
  const own = readOwnRow(value.metadata)
  const task = readId(value.prompt_id) ?? promptTask(prompt)
  const metadata = pick(value, METADATA)
  const shared = {
    ...(own !== undefined && { session: own.session }),
    ...tools,
    ...(metadata !== undefined && { metadata: { preference: metadata } }),
  }
  const traces = (['chosen', 'rejected'] as const).map((side): LoadedTrace => {
    const answer = side === 'chosen' ? chosen : rejected.map(unlearned)
    const model = readText(value[`${side}_model`])
    const reward = rewardOf(value, side, losses)
    return {
      ...shared,
      group: { task, ...own?.group, attempt: side },
      ...(model !== undefined && { model }),
      // Pairing changes its drafts, and both answers share the prompt's.
      messages: pairCalls(structuredClone([...prompt, ...answer]), pathsOf(side), losses),
      outcome: {
        status: 'unknown',
        ...(reward !== undefined && { reward }),
        resolved: side === 'chosen',
      },
    }
  })
  losses.flush(context)
  return traces
}

function pathsOf(side: string): { readonly callId: string; readonly resultId: string } {
  return { callId: `${side}[].tool_calls[].id`, resultId: `${side}[].tool_call_id` }
}

function toolsOf(row: JsonObject, readTools: ToolsReader, losses: LossLedger): ReturnType<ToolsReader> {
  if (!isJsonObject(row.input)) return readTools(row.tools, 'tools', losses)
  for (const key of Object.keys(row.input))
    if (!['messages', 'tools'].includes(key))
      losses.loss(`input.${key}`, 'dropped', 'a setting of the request')
  return readTools(row.input.tools ?? row.tools, 'input.tools', losses)
}

function rewardOf(row: JsonObject, side: string, losses: LossLedger): number | undefined {
  for (const key of [`score_${side}`, `${side}_score`, `${side}_rating`]) {
    if (row[key] == null) continue
    const reward = readNumber(row[key])
    if (reward !== undefined) return reward
    losses.loss(key, 'dropped', 'no number')
  }
  return undefined
}
