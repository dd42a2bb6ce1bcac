import { type JsonObject, type JsonValue, type LossRecorder, parseJson, type Usage } from '@sftkit/core'
import { pick, readNumber } from '../values.ts'
import type { EventLog } from './events.ts'

/** Where a row may say what the session cost, the most telling first. */
const COSTS = ['total_cost_usd', 'usage_total_usd', 'usage_app_total_usd'] as const
const COUNTS = [
  'usage_total_usd_source',
  'usage_hf_billing_total_usd',
  'usage_hf_job_submits',
  'usage_hf_job_status_snapshots',
  'usage_sandbox_creates',
  'usage_sandbox_pairs',
]
export const USAGE_KEYS: readonly string[] = [
  ...COSTS,
  ...COUNTS,
  'usage_llm_calls',
  'usage_total_tokens',
  'usage_metrics',
]

/** A session's usage: the row's totals, and where they are absent the sums over its `llm_call` events. */
export function readUsage(row: JsonObject, log: EventLog): Usage | undefined {
  const cost = readNumber(row[costKey(row) ?? ''])
  const totalTokens = readNumber(row.usage_total_tokens)
  const llmCalls = readNumber(row.usage_llm_calls)
  const summed = cost === undefined && log.mayHave('llm_call') ? sumOfCalls(log) : undefined
  const usage: Usage = {
    ...summed,
    ...(totalTokens !== undefined && { totalTokens }),
    ...(llmCalls !== undefined && { llmCalls }),
    ...(cost !== undefined && { costUsd: cost }),
  }
  return Object.keys(usage).length === 0 ? undefined : usage
}

function costKey(row: JsonObject): string | undefined {
  return COSTS.find((key) => readNumber(row[key]) !== undefined)
}

function sumOfCalls(log: EventLog): Usage | undefined {
  const calls = log.events().filter((event) => event.type === 'llm_call')
  if (calls.length === 0) return undefined
  const sum = (...keys: readonly string[]): number | undefined => {
    const values = calls.flatMap(
      ({ data }) => keys.map((key) => readNumber(data[key])).find((n) => n !== undefined) ?? [],
    )
    return values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0)
  }
  const inputTokens = sum('prompt_tokens', 'input_tokens')
  const outputTokens = sum('completion_tokens', 'output_tokens')
  const totalTokens = sum('total_tokens')
  const costUsd = sum('cost_usd')
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    ...(totalTokens !== undefined && { totalTokens }),
    llmCalls: calls.length,
    ...(costUsd !== undefined && { costUsd }),
  }
}

/** What has no place in the canonical form, under the source's names; `cost_source` is the field of the cost. */
export function readMetadata(row: JsonObject, losses: LossRecorder): JsonObject | undefined {
  const cost = costKey(row)
  const others = COSTS.filter((key) => key !== cost)
  const metrics = readMetrics(row.usage_metrics, losses)
  const metadata: JsonObject = {
    ...(cost !== undefined && { cost_source: cost }),
    ...pick(row, [...others, ...COUNTS, 'last_save_time']),
    ...(metrics != null && { usage_metrics: metrics }),
  }
  return Object.keys(metadata).length === 0 ? undefined : metadata
}

function readMetrics(value: JsonValue | undefined, losses: LossRecorder): JsonValue | undefined {
  if (typeof value !== 'string' || value === '') return value === '' ? undefined : value
  try {
    const metrics = parseJson(value)
    losses.loss('usage_metrics', 'changed', 'JSON text read')
    return metrics
  } catch {
    return value
  }
}
