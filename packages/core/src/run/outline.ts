import type { Message } from '../data/message.ts'
import type { Trace } from '../data/trace.ts'
import type { Plugin } from '../plugin/types.ts'

/** What `sft inspect` counts of a trace, where the trace is: it may be as long as all the rest of the input. */
export interface TraceOutline {
  readonly messages: number
  readonly toolCalls: number
  /** Results that answer a call. */
  readonly toolResults: number
  /** Fields that a trace may have, and this one has not. */
  readonly missing: readonly string[]
}

/** The key of a trace's metadata that holds its outline. */
export const OUTLINE = 'sftkit-outline'

/** Whether the outline stands in the trace's place, or beside it. */
export type OutlineMode = 'alone' | 'beside'

/** Puts the outline of each trace into its metadata, after everything else that tags. */
export function outlinePlugin(mode: OutlineMode): Plugin {
  return {
    name: OUTLINE,
    version: '1',
    options: mode,
    setup(api) {
      api.defineStage(OUTLINE, { after: 'tag' })
      api.stage(OUTLINE, async (traces) =>
        traces.map((trace) => {
          const outline = outlineOf(trace)
          if (mode === 'beside') return { ...trace, metadata: { ...trace.metadata, [OUTLINE]: outline } }
          const { tools: _tools, events: _events, ...rest } = eventless(trace)
          return { ...rest, messages: [], metadata: { [OUTLINE]: outline } }
        }),
      )
    },
  }
}

/** Events may be a getter, which a copy of the trace would ask. */
function eventless(trace: Trace): Trace {
  return Object.defineProperties({} as Trace, {
    ...Object.getOwnPropertyDescriptors(trace),
    events: { value: undefined, enumerable: true },
  })
}

function outlineOf({ messages, tools, model, outcome, startedAt, usage }: Trace): JsonOutline {
  const toolCalls = messages.reduce((sum, message) => sum + (message.toolCalls?.length ?? 0), 0)
  const absent = {
    tools: tools === undefined,
    'system prompt': !messages.some(({ role }) => role === 'system'),
    model: model === undefined,
    outcome: outcome.status === 'unknown' && outcome.reward === undefined,
    times: startedAt === undefined,
    cost: usage?.costUsd === undefined,
  }
  return {
    messages: messages.length,
    toolCalls,
    toolResults: messages.filter(answersCall).length,
    missing: Object.entries(absent).flatMap(([field, lacks]) => (lacks ? [field] : [])),
  }
}

function answersCall({ role, toolCallId }: Message): boolean {
  return role === 'tool' && toolCallId !== undefined
}

/** An interface is no JSON object to the compiler. */
type JsonOutline = { readonly [key in keyof TraceOutline]: TraceOutline[key] }
