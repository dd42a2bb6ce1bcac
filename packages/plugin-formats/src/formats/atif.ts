import {
  type ChatExample,
  type Example,
  type FormatContext,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Plugin,
  type Row,
} from '@sftkit/core'
import { z } from 'zod'
import { type AtifStep, atifSteps } from '../atif-steps.ts'
import { type LossTally, lossTally } from '../losses.ts'
import { type ChatFormatOptions, chatOptions, formatPlugin } from '../options.ts'
import { isReferenceRow } from '../reference-row.ts'
import { failureOf, hasTrainedTurn, selectMessages } from '../select-messages.ts'
import { writableTools } from '../tools.ts'
import { writableJson } from '../writable.ts'

export interface AtifOptions extends ChatFormatOptions {
  /** Leave out conversations in which no assistant turn is learned. Default true. */
  requireAssistant?: boolean
}

const schema = z.strictObject({ ...chatOptions, requireAssistant: z.boolean().default(true) })

/**
 * ATIF trajectories, one document a row: v1.6, or v1.7 where a result needs fields of its own. What the format has no
 * field for stands in `extra.sftkit`.
 */
export function formatAtif(options?: AtifOptions): Plugin {
  return formatPlugin(
    'atif',
    schema,
    options,
    ['chat'],
    () => columns,
    (parsed) => (example, context) => atifRow(example, parsed, context),
  )
}

const columns = {
  schema_version: 'string',
  session_id: 'string',
  agent: 'json',
  steps: 'json-list',
  notes: 'string',
  final_metrics: 'json',
  extra: 'json',
} as const

function atifRow(
  example: Example,
  options: z.output<typeof schema>,
  context: FormatContext,
): Row | undefined {
  if (example.kind !== 'chat') return undefined
  const losses = lossTally(context)
  const messages = selectMessages(example.messages, options, losses)
  if (options.requireAssistant && !isReferenceRow(example) && !hasTrainedTurn(messages))
    return context.drop('no-assistant', failureOf(example))
  const steps = atifSteps(messages, losses)
  if (steps.length === 0) return context.drop('no-messages')
  const { atif, ...metadata } = example.metadata
  const source = isJsonObject(atif) ? atif : {}
  const { agent_version: version, agent_extra: agentExtra, notes, ...rest } = source
  // An empty list says that there were none.
  const tools = options.textOnly ? undefined : (writableTools(example, losses) ?? example.tools)
  const row: Row = {
    schema_version: steps.some(needsV17) ? 'ATIF-v1.7' : 'ATIF-v1.6',
    session_id: example.session,
    agent: {
      name: example.agent ?? 'unknown',
      version: typeof version === 'string' ? version : 'unknown',
      ...(example.model !== undefined && { model_name: example.model }),
      ...(tools !== undefined && { tool_definitions: tools }),
      ...(isJsonObject(agentExtra) && { extra: writableJson(agentExtra, 'metadata.atif', losses) }),
    },
    steps,
    ...(typeof notes === 'string' && { notes }),
    final_metrics: finalMetrics(example, steps),
    extra: {
      sftkit: ownFields(
        example,
        { ...metadata, ...(Object.keys(rest).length > 0 && { atif: rest }) },
        steps,
        losses,
      ),
    },
  }
  losses.report()
  return row
}

/** Results have fields of their own from v1.7 on. */
function needsV17({ observation }: AtifStep): boolean {
  return observation?.results.some(({ extra }) => extra !== undefined) === true
}

function finalMetrics({ usage }: ChatExample, steps: readonly AtifStep[]): JsonObject {
  return {
    ...(usage?.inputTokens !== undefined && { total_prompt_tokens: usage.inputTokens }),
    ...(usage?.outputTokens !== undefined && { total_completion_tokens: usage.outputTokens }),
    ...(usage?.costUsd !== undefined && { total_cost_usd: usage.costUsd }),
    total_steps: steps.length,
  }
}

/** What a trace has beside its messages, where the format has no field for it. */
function ownFields(
  example: ChatExample,
  metadata: Record<string, JsonValue | undefined>,
  steps: readonly AtifStep[],
  losses: LossTally,
): JsonObject {
  const { id, parents, source, group, tags, outcome, usage, startedAt } = example
  return writableJson(
    {
      id,
      ...(parents.length > 0 && { parents }),
      source: source.uri,
      group: { ...group },
      ...(tags.length > 0 && { tags }),
      ...(startedAt !== undefined && startedAt !== steps[0]?.timestamp && { started_at: startedAt }),
      ...(outcome !== undefined && { outcome: { ...outcome } }),
      ...(usage !== undefined && { usage: { ...usage } }),
      ...(Object.keys(metadata).length > 0 && { metadata }),
    },
    'metadata',
    losses,
  )
}
