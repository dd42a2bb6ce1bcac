import type { UserConfig } from '../config/types.ts'
import type { LlmProjection } from '../llm/types.ts'
import type { Logger } from '../log/logger.ts'
import type { Counts } from '../pipeline/tally.ts'
import type { StageName } from '../pipeline/task.ts'
import type { Artifact, Checkpoint, ProgressEvent, RunSummary, StagePreview } from '../plugin/types.ts'
import type { SplitFacts } from '../run-directory/card.ts'
import type { OutlineMode } from './outline.ts'

/** What a run is started with, beside its config. All of it may be left out. */
export interface RunOptions {
  /** The directory that relative paths of the options are relative to. Default: the process's. */
  readonly cwd?: string
  /** The run directory; replaces the config's. */
  readonly out?: string
  /** Files, folders and globs; replace the config's. */
  readonly input?: readonly string[]
  readonly format?: readonly string[]
  /** The last stage. Default: everything that some plugin does. */
  readonly until?: StageName
  /** Starts at a later stage, from what an earlier run left in the run directory. */
  readonly from?: 'train' | 'convert'
  /** `PATH=VALUE` entries, as `--set`. */
  readonly set?: readonly string[]
  /** Only the first so many traces. */
  readonly limit?: number
  /** Worker threads; 0 is this thread. */
  readonly workers?: number
  /** Any field that is dropped is an error. */
  readonly strict?: boolean
  /** Reads and counts, and leaves nothing behind. */
  readonly dryRun?: boolean
  /** Whether models may be asked, which costs. Default: not in a dry run. */
  readonly askModels?: boolean
  /** Ignores what an earlier run left. */
  readonly fresh?: boolean
  readonly signal?: AbortSignal
  readonly log?: Logger
  onProgress?(event: ProgressEvent): void
  /**
   * Told what the questions to models will take, before the first of them is paid for; `false` ends the run. To find
   * out, tasks are done once more in a thread aside, with nothing asked and nothing kept. Needs a config file.
   */
  onProjection?(projection: LlmProjection): boolean | Promise<boolean>
}

/** Where a run finds its config and its own installation; filled in by the `sftkit` package. */
export interface RunEnvironment {
  readonly config: { readonly file: string } | { readonly object: UserConfig }
  /** Module url of the running installation. */
  readonly installation: string
  /** Module url of the preset. */
  readonly preset?: string
  /** Set by `inspectInput`, which wants the traces' outlines. */
  readonly outline?: OutlineMode
  /** Set by tests of plugins, which may drop everything there is: the run then ends without rows. */
  readonly mayBeEmpty?: boolean
}

/** What was read of one format. */
export interface SourceCounts {
  /** The loader's name; absent for files that no loader reads. */
  readonly format?: string
  readonly files: number
  readonly traces: number
  readonly messages: number
  readonly toolCalls: number
}

export interface RunResult extends RunSummary {
  readonly sources: readonly SourceCounts[]
  /** Files whose bytes another file of the input has: they were read once. */
  readonly copies: number
  /** Hidden files and folders that were left out. */
  readonly hidden: number
  readonly counts: Counts
  readonly splits: Readonly<Record<string, SplitFacts>>
  /** Tasks done by an earlier run and taken up, and all of them. */
  readonly tasks: { readonly reused: number; readonly all: number }
  /** The trained model, where a plugin trained one. */
  readonly checkpoint?: Checkpoint
  /** What was made of it. */
  readonly artifacts?: readonly Artifact[]
  /** In a dry run: what the questions to models would take. What follows from their answers comes on top. */
  readonly questions?: LlmProjection
  /** In a dry run: what training would do. */
  readonly preview?: StagePreview
  readonly seconds: number
}
