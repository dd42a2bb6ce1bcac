import type { JsonValue, Outcome } from '@sftkit/core'

/** Ways in which an event log says that a turn ended. */
export type EndSignal = 'completed' | 'errored' | 'interrupted'

/** Everything the rules ask of a session, gathered in one pass. */
export interface Facts {
  readonly model: string | undefined
  readonly messages: number
  userTurns: number
  readonly tools: Set<string>
  /** The `script`, else the `command`, of each call of the jobs tool. */
  readonly scripts: JsonValue[]
  /** In the log's order. */
  readonly endSignals: EndSignal[]
  /** The outcome that the trace states, where there is no event log of the ml-intern kind. */
  readonly stated: Outcome | undefined
  /** The texts of errors: of the log's, or the one that the trace states. */
  readonly errors: string[]
  compacted: boolean
  doomLoop: boolean
  outOfMemory: boolean
  readonly job: {
    submitted: number
    pushed: boolean
    readonly flavors: Set<string>
    /** The final statuses, in lower case. */
    readonly endings: string[]
  }
  readonly sandbox: {
    created: boolean
    /** Of the sandbox created last. */
    hardware: string | undefined
    /** Seconds, as the log gives them. */
    readonly lifetimes: JsonValue[]
  }
  readonly ratings: { up: number; down: number }
  readonly cost: {
    /** Of the model calls in the log, in US dollars. */
    calls: number
    /** Whether any model call gave its cost. */
    given: boolean
    /** The trace's own total. */
    readonly total: number | undefined
  }
}

/** What rules can choose about the reading of a session. */
export interface Reading {
  /** Whether tools, scripts and ratings outside the log count even where there is a log. */
  readonly messagesBesideEvents: boolean
  /** Whether the running logs of tools count as their output. */
  readonly logsAreOutput: boolean
  isOutOfMemory(output: string): boolean
  /** Whether running out of memory can show in this tool's output. Undefined: the tool is not named. */
  readsOutputOf(tool: string | undefined): boolean
}

/** The tool that submits jobs. */
export const JOBS_TOOL = 'hf_jobs'
