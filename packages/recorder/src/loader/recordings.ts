import {
  type FieldLedger,
  type Group,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LoadContext,
  type LoadedTrace,
  type Message,
  type Outcome,
  type Plugin,
  type SourceSet,
  type ToolDefinition,
  type TraceEvent,
} from '@sftkit/core'
import { numberIn } from '../format/read-row.ts'
import { version } from '../version.ts'
import { detectRecording } from './detect.ts'
import { type EpisodeRows, readEpisodes } from './episode-rows.ts'
import { recordEpisodeFields } from './fields.ts'
import { observationText, stepMessages } from './step-messages.ts'
import { createTally } from './tally.ts'
import { isoTime } from './times.ts'

declare module '@sftkit/core' {
  interface TagNamespaces {
    /** What the recorder's security rules said of some step. */
    security:
      | 'path_traversal'
      | 'secrets_read'
      | 'network'
      | 'destructive_command'
      | 'test_edit'
      | (string & {})
  }
}

/**
 * Recordings of episodes, and trajectories in one JSON object: the task as what the user says, each step as a call with
 * its result, the final score as reward, security flags as tags (`security:network`), everything else of a step in the
 * trace's events.
 */
export function recordings(): Plugin {
  return {
    name: 'recordings',
    version,
    setup: (api) =>
      api.load({
        name: 'recordings',
        looksFor: 'rows of a recorded episode, or episode_id beside variant_id and steps',
        detect: detectRecording,
        open: readTraces,
      }),
  }
}

async function* readTraces(set: SourceSet, context: LoadContext): AsyncGenerator<LoadedTrace> {
  for (const file of set.files) {
    const tally = createTally()
    for await (const rows of readEpisodes(file, tally)) {
      const trace = traceOf(rows, tally)
      tally.flush(context)
      yield { uri: file.uri, ...trace }
    }
  }
}

function traceOf(rows: EpisodeRows, losses: FieldLedger): LoadedTrace {
  recordEpisodeFields(rows, losses)
  const { episode, steps, end } = rows
  const session = textIn(episode.episode_id)
  const task = textIn(episode.task)
  const model = isJsonObject(episode.metadata) ? textIn(episode.metadata.model) : undefined
  const startedAt = isoTime(episode.start_time)
  const endedAt = isoTime(end?.end_time ?? steps.at(-1)?.timestamp)
  const outcome = outcomeOf(rows)
  const group: Partial<Group> = {
    ...(task !== undefined && { task }),
    ...(session !== undefined && { session, attempt: session }),
  }
  return {
    ...(session !== undefined && { session }),
    group,
    ...(model !== undefined && { model }),
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
    messages: messagesOf(rows, losses),
    ...(Array.isArray(episode.tools) && { tools: episode.tools as readonly ToolDefinition[] }),
    events: [...steps.map(eventOf), ...endEvents(outcome, endedAt)],
    outcome,
    tags: [...new Set(steps.flatMap(flagsOf))].map((flag) => `security:${flag}`),
    metadata: { recordings: factsOf(rows) },
  }
}

function messagesOf({ episode, reset, steps, incomplete }: EpisodeRows, losses: FieldLedger): Message[] {
  const system = textIn(episode.system)
  const seen = reset?.observation_snapshot
  const opening = [
    textIn(episode.task),
    seen == null ? undefined : observationText(seen, 'reset.observation_snapshot', losses),
  ].filter((text) => text !== undefined && text !== '')
  return [
    ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
    ...(opening.length === 0 ? [] : [{ role: 'user' as const, content: opening.join('\n\n') }]),
    ...steps.flatMap((step, at) => stepMessages(step, at + 1, !incomplete.has(step), losses)),
  ]
}

const IN_EVENTS = [
  'step_number',
  'action_content_length',
  'reward',
  'cumulative_reward',
  'done',
  'error',
  'threw',
  'file_diff',
  'test_pass_rate',
  'duration_ms',
  'security_flags',
]

function eventOf(step: JsonObject): TraceEvent {
  const timestamp = isoTime(step.timestamp)
  return { type: 'step', ...(timestamp !== undefined && { timestamp }), data: pick(step, IN_EVENTS) }
}

/** How it ended, as event logs say it: taggers read the end of a trace with events from these. */
function endEvents({ status, error }: Outcome, timestamp: string | undefined): TraceEvent[] {
  const at = timestamp === undefined ? {} : { timestamp }
  if (status === 'completed') return [{ type: 'turn_complete', ...at, data: {} }]
  return error === undefined ? [] : [{ type: 'error', ...at, data: { error } }]
}

function outcomeOf({ steps, end }: EpisodeRows): Outcome {
  const last = steps.at(-1)
  const score = numberIn(end?.final_score)
  const reward = score ?? numberIn(last?.cumulative_reward)
  const error = textIn(last?.error)
  const failed = last?.threw === true && error !== undefined
  const over = last?.done === true || score !== undefined
  return {
    status: failed ? 'errored' : over ? 'completed' : 'unknown',
    ...(reward !== undefined && { reward }),
    ...(score !== undefined && { resolved: score >= 1 }),
    ...(failed && { error }),
  }
}

function flagsOf(step: JsonObject): string[] {
  const flags = Array.isArray(step.security_flags) ? (step.security_flags as readonly unknown[]) : []
  return flags.filter((flag) => typeof flag === 'string')
}

/** What is known of the whole episode: what was given as metadata stays together, at the beginning and at the end. */
function factsOf({ episode, reset, end }: EpisodeRows): JsonObject {
  const resetAt = isoTime(reset?.timestamp)
  return {
    ...pick(episode, ['episode_id', 'variant_id', 'metadata']),
    ...(resetAt !== undefined && { reset_at: resetAt }),
    ...pick(end ?? {}, ['duration_seconds', 'final_score', 'total_steps']),
    ...(end?.metadata != null && { end_metadata: end.metadata }),
  }
}

function pick(row: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name): [string, JsonValue][] => {
      const value = row[name]
      return value == null ? [] : [[name, value]]
    }),
  )
}

function textIn(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
