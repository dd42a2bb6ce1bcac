import {
  definePlugin,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LoadContext,
  type LoadedTrace,
  type Message,
  type Outcome,
  type Plugin,
  parseOptions,
  type Trace,
} from '@sftkit/core'
import { z } from 'zod'

// Patchbot is an agent of our own that answers tickets. It appends one line to its log for each ticket:
//
//   {"patchbot": 2, "run": "r-104", "ticket": "SHOP-31", "repo": "shop/web", "model": "…", "began": "…",
//    "steps": [{"who": "person", "says": "…"}, {"who": "bot", "thinks": "…", "says": "…", "does": {…}}, …],
//    "review": "merged", "dollars": 0.07, "worker": "w3"}

/** The tags of this plugin: from here on `tag('review:merged')` compiles, and `tag('review:mergd')` does not. */
declare module '@sftkit/core' {
  interface TagNamespaces {
    review: Review
    patchbot: 'tool_failed'
  }
}

const REVIEWS = ['merged', 'declined', 'open'] as const
type Review = (typeof REVIEWS)[number]

const patchbotOptions = z.strictObject({
  /** Runs with more failed tool calls than this are left out. Default: any number is fine. */
  maxFailures: z.int().min(0).optional(),
})
export type PatchbotOptions = z.input<typeof patchbotOptions>

/**
 * Patchbot's logs: reads them, tags what the review said, and leaves out runs in which too many tools failed.
 *
 * @throws SFT_PLUGIN_OPTIONS where an option is not known
 */
export function patchbot(options?: PatchbotOptions): Plugin {
  const { maxFailures = Number.POSITIVE_INFINITY } = parseOptions('patchbot', patchbotOptions, options)
  return definePlugin({
    name: 'patchbot',
    version: '1.0.0',
    // Part of the key by which finished work is found again: with another limit it is done anew.
    options: { maxFailures: String(maxFailures) },
    setup(api) {
      api.load({
        name: 'patchbot',
        looksFor: 'patchbot (the version of its log) and steps',
        detect: ({ record }) =>
          isJsonObject(record) && record.patchbot === 2 && 'steps' in record ? 'has patchbot: 2' : undefined,
        read: ({ value }, context) => readRun(value, context),
      })
      api.tag((traces, context) => {
        for (const trace of traces) {
          if (trace.source.format !== 'patchbot') continue
          context.tag(trace, `review:${reviewOf(trace)}`)
          if (failures(trace) > 0) context.tag(trace, 'patchbot:tool_failed')
        }
      })
      api.filter((trace) => {
        const failed = failures(trace)
        return failed > maxFailures ? { reason: 'tools-failed', detail: `${failed} calls failed` } : undefined
      })
    },
  })
}

/** Keys of a line that end up in the trace. The others are counted as lost, so that nothing vanishes unseen. */
const READ = new Set(['patchbot', 'run', 'ticket', 'repo', 'model', 'began', 'steps', 'review', 'dollars'])

function readRun(line: JsonObject, context: LoadContext): LoadedTrace {
  if (!Array.isArray(line.steps)) context.unreadable('steps is not a list.')
  for (const key of Object.keys(line)) if (!READ.has(key)) context.loss(key, 'dropped')
  const messages = line.steps.map((step, number) => readStep(step, number, context))
  const { run, ticket, repo, model, began, dollars } = line
  return {
    agent: 'patchbot',
    ...(typeof run === 'string' && { session: run }),
    ...(typeof model === 'string' && { model }),
    ...(typeof began === 'string' && { startedAt: began }),
    // Several runs at one ticket are attempts at one task: they never stand in two splits.
    group: { ...(typeof ticket === 'string' && { task: ticket }), ...(typeof repo === 'string' && { repo }) },
    messages,
    outcome: outcomeOf(line.review),
    ...(typeof dollars === 'number' && { usage: { costUsd: dollars } }),
    metadata: { patchbot: { review: line.review ?? 'open', failures: countFailures(line.steps) } },
  }
}

function readStep(step: JsonValue, number: number, context: LoadContext): Message {
  if (!isJsonObject(step)) context.unreadable(`Step ${number + 1} is not an object.`)
  const says = typeof step.says === 'string' ? step.says : ''
  if (step.who === 'person') return { role: 'user', content: says }
  // A tool answers the step before it; Patchbot does one thing at a time.
  if (step.who === 'tool') return { role: 'tool', content: says, toolCallId: `step-${number - 1}` }
  if (step.who !== 'bot') context.unreadable(`Step ${number + 1} is by ${String(step.who)}.`)
  const does = isJsonObject(step.does) ? step.does : undefined
  return {
    role: 'assistant',
    content: says,
    ...(typeof step.thinks === 'string' && { reasoning: step.thinks }),
    ...(does !== undefined && {
      toolCalls: [{ id: `step-${number}`, name: String(does.tool), arguments: does.with ?? {} }],
    }),
  }
}

function outcomeOf(review: JsonValue | undefined): Outcome {
  if (review === 'merged') return { status: 'completed', resolved: true }
  return review === 'declined' ? { status: 'completed', resolved: false } : { status: 'unknown' }
}

function countFailures(steps: readonly JsonValue[]): number {
  return steps.filter((step) => isJsonObject(step) && step.who === 'tool' && step.ok === false).length
}

/** What the loader noted of a trace; other loaders' traces have none of it. */
function noted(trace: Trace): JsonObject {
  return isJsonObject(trace.metadata.patchbot) ? trace.metadata.patchbot : {}
}

function failures(trace: Trace): number {
  const { failures: count } = noted(trace)
  return typeof count === 'number' ? count : 0
}

function reviewOf(trace: Trace): Review {
  const { review } = noted(trace)
  return REVIEWS.find((one) => one === review) ?? 'open'
}
