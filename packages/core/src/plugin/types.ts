import type { ResolvedConfig, UserConfig } from '../config/types.ts'
import type { Example, ExampleKind } from '../data/example.ts'
import type { JsonObject } from '../data/json.ts'
import type { Tag } from '../data/tags.ts'
import type { LoadedTrace, Trace } from '../data/trace.ts'
import type { Llm, LlmProgress, LlmProvider } from '../llm/types.ts'
import type { Logger } from '../log/logger.ts'

type Awaitable<T> = T | Promise<T>

/**
 * A plugin: a plain object that a factory returns. `setup` registers handlers and has no other effect; it runs
 * once in the main thread and once in every worker.
 */
export interface Plugin {
  readonly name: string
  readonly version: string
  /** What the plugin was made with: part of the key by which finished work is found again. */
  readonly options?: unknown
  /** Roles that other plugins may require, for example `trainer`. */
  readonly provides?: readonly string[]
  /** Roles that must be provided by some listed plugin. */
  readonly requires?: readonly string[]
  /**
   * What its work depends on beside its options and the input, as text: the hash of a file in which it looks things
   * up. Part of the key by which finished work is found again; asked in every thread, before the work.
   */
  key?(config: ResolvedConfig): Awaitable<string>
  setup(api: PluginApi): void
}

/** What `plugins` takes: falsy entries are left out, lists are flattened, promises awaited. */
export type PluginEntry =
  | Plugin
  | false
  | null
  | undefined
  | ''
  | readonly PluginEntry[]
  | Promise<PluginEntry>

/** A handler, or a handler that runs before (`pre`) or after (`post`) the others of its hook. */
export type Tap<Handler> = Handler | { readonly order?: 'pre' | 'post'; readonly handler: Handler }

// ── contexts ──────────────────────────────────────────────────────────────────────────────────────────────

/** What every handler can reach. */
export interface Context {
  readonly config: ResolvedConfig
  readonly log: Logger
  /** Aborted when the run is interrupted. */
  readonly signal: AbortSignal
}

export type LossKind = 'changed' | 'dropped'

/** Records that a field could not be carried as it was. */
export interface LossRecorder {
  /**
   * @param field the field's path in the source (`message.content[].signature`)
   * @param detail one short sample or reason; never a secret
   * @param count how many values; default 1
   */
  loss(field: string, kind: LossKind, detail?: string, count?: number): void
}

/** Records what became of each field of a source. */
export interface FieldLedger extends LossRecorder {
  /** Counts values that are carried as they are: summed up by format and field, never listed one by one. */
  kept(field: string, count?: number): void
}

/** What a loader gets beside the record or file. */
export interface LoadContext extends Context, FieldLedger {
  /** Sends the record to unreadable.jsonl with this reason; the run goes on. */
  unreadable(reason: string): never
  /**
   * Leaves out what would become a trace: it stands in rejected.jsonl with this reason, at the stage `load`, and costs
   * no more than was read of it. For what somebody asked not to have; what a later stage may want is loaded.
   */
  drop(reason: string, detail?: string): undefined
}

/** What handlers have that may ask a model. */
export interface AskContext extends Context {
  /** The run's one engine, which keeps limits, budget and answers for all plugins and threads. */
  readonly llm: Llm
}

export interface TagContext extends AskContext {
  /** Adds tags to a trace. Adding one twice is the same as once. */
  tag(trace: Trace, ...tags: readonly Tag[]): void
}

export interface AugmentContext extends AskContext {
  /** A new trace made from others: it names them as parents, and has an id of its own, stable across runs. */
  deriveTrace(parents: Trace | readonly Trace[], changes: DerivedFields<Trace>): Trace
  /** A new example made from traces: it names them as parents, and has an id of its own, stable across runs. */
  deriveExample<E extends Example>(parents: Trace | readonly Trace[], example: NewExample<E>): E
  /** Leaves an item out, with its reason in rejected.jsonl. What is neither returned (itself, or a copy with changes under its id), derived from nor dropped is recorded as dropped, with the reason `not-returned`. */
  drop(item: Trace | Example, reason: string, detail?: string): void
  lossOf(item: Trace | Example, field: string, kind: LossKind, detail?: string): void
}

/** `key` tells several children of the same parents apart; default: their number. */
export type DerivedFields<T> = Partial<Omit<T, 'id' | 'parents' | 'source'>> & { readonly key?: string }

type ExampleShared =
  | 'id'
  | 'parents'
  | 'source'
  | 'session'
  | 'group'
  | 'model'
  | 'startedAt'
  | 'tags'
  | 'metadata'
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
/** An example without what it takes over from its first parent. */
export type NewExample<E extends Example = Example> = DistributiveOmit<E, ExampleShared> &
  Partial<Pick<E, 'session' | 'group' | 'model' | 'tags' | 'metadata'>> & { readonly key?: string }

export interface FormatContext extends Context, LossRecorder {
  /** Leaves the example out of this format, with its reason in rejected.jsonl. */
  drop(reason: string, detail?: string): undefined
}

// ── input ─────────────────────────────────────────────────────────────────────────────────────────────────

/** A file of an input that is no path, before it is here. */
export interface RemoteFile {
  /** Where it comes from, with what pins it (a revision). Rows, ledgers and the manifest name the file so. */
  readonly uri: string
  /** Its size, where it is known before. */
  readonly bytes?: number
  /**
   * Brings the file here, and returns its path. It is whole, nobody changes it, and no other file of the input has the
   * path. A file that was fetched by an earlier run is not fetched again.
   */
  fetch(signal: AbortSignal): Promise<string>
}

/** Answers for inputs that are addresses: `hf://datasets/ORG/NAME`. */
export interface InputSource {
  /** What stands before `://`. */
  readonly scheme: string
  /** The files of an input, in the order in which they are read. Only what is read is fetched. */
  list(input: string, context: Context): Awaitable<readonly RemoteFile[]>
}

// ── load ──────────────────────────────────────────────────────────────────────────────────────────────────

/** The container a file's records stand in. */
export type Container = 'jsonl' | 'json-array' | 'json-object' | 'sqlite' | 'zip' | 'parquet' | 'other'

/** One of a file's first records, as detection sees it. */
export interface RecordHead {
  /** The record; of a cut-off document, what could be read of it. Undefined for containers without JSON. */
  readonly record: unknown
  /** Whether the record was cut off. */
  readonly partial: boolean
  readonly container: Container
  /** The file's name below the input, for a hint at most: formats are told by content. */
  readonly uri: string
  /** The first bytes, decompressed. */
  readonly bytes: Uint8Array
  /** All first records of the file (up to 50). */
  readonly records: readonly unknown[]
}

/** One record of a file: a line of a JSON-lines file, an element of an array, or the whole document. */
export interface SourceRecord {
  /** The parsed record, always an object. */
  readonly value: JsonObject
  readonly uri: string
  /** 1-based. */
  readonly line?: number
  readonly byteOffset?: number
  /** sha256 of the record's bytes, as hex. */
  readonly hash: string
}

interface LoaderBase {
  /** The format's name. */
  readonly name: string
  /** One line: what it recognises. Shown where no loader claims a file. */
  readonly looksFor: string
  /** Says why the record is of this format, or nothing. A file's format is that of most of its first records. */
  detect(head: RecordHead): string | undefined
  /**
   * For formats in which a record may repeat messages of another one: a row for each step of a run, a session that
   * was resumed or forked. Names what such records share (a session's, trial's or first message's id); records that
   * share a key are compared, and a turn that several of them hold is learned once. A {@link FileLoader} is asked
   * with its file's first records. Undefined: not to be told from this much of the record.
   */
  repeats?(record: JsonObject): readonly string[] | undefined
}

/** A format whose records stand for themselves: files are cut into ranges and read in parallel. */
export interface RowLoader extends LoaderBase {
  /** Zero (the record is no trace of its own), one or several traces. Synchronous. */
  read(record: SourceRecord, context: LoadContext): LoadedTrace | readonly LoadedTrace[] | undefined
}

/** A whole file, for a {@link FileLoader}. */
export interface SourceFile {
  readonly uri: string
  /** Where the file is; of a compressed one, a decompressed copy when first asked for. */
  path(): Promise<string>
  /** Its records in order; records that are not readable are reported and left out. May be asked for again. */
  records(): AsyncIterable<SourceRecord>
}

/** A part of a file, as its loader cut it; anything that JSON can say. */
export interface FilePart {
  /** Which part it is: numbers of rows, ids. Finished work is found again by it. */
  readonly range: JsonObject
  /** How far the file went when it was cut: what another process adds afterwards is not read. */
  readonly end?: JsonObject
}

/** Files that are read together, the first of them being the one that `open` is called with. */
export interface SourceSet extends SourceFile {
  /** The part that is to be read, where the loader cuts files into parts. */
  readonly part?: FilePart
  /**
   * For a loader that reads the file itself and cuts it into parts: says that it goes on to the next record, with the
   * sha256 of its content, as hex, and about its bytes. The ids of the traces that follow, and the hash of the input in
   * the manifest, are made from it instead of from the file's bytes.
   */
  count(hash: string, bytes: number): void
  /** Says that a record of the file cannot be read, for unreadable.jsonl; reading goes on. */
  unreadable(reason: string): void
  /** The files of the format, this one first, in natural order of their paths (`event-2` before `event-10`). */
  readonly files: readonly SourceFile[]
  /** Files of no format that stand with them, see {@link FileLoader.companion}. */
  readonly companions: readonly SourceFile[]
}

/** A format whose trace is a whole file or several, or that is no JSON: one task for each set of files. */
export interface FileLoader extends LoaderBase {
  /**
   * The set that a file belongs to, from its path below the input (`uri`, with `/`): files of this format with one
   * set are opened together. Default: every file is a set of its own. The name is any text.
   */
  set?(uri: string): string
  /**
   * The set that a file stands with which no loader claims (a log, a report, a large result kept beside a session):
   * where that set is there, the file is handed to it and is not reported as unknown. Of several names, the first that
   * is there; a name that ends in `/*` stands for the folder's set (`a/`), else for the first one below it (`a/b/`).
   */
  companion?(uri: string): string | readonly string[] | undefined
  /**
   * Cuts a file into parts that are read in parallel and written in their order: each is a task, and `open` is called
   * with each as `file.part`. Where the cuts lie depends on the content and never on the machine, and a file that grows
   * keeps its first cuts: then their work is found again. Files that are compressed, or read together with others, are
   * not cut.
   *
   * @throws what {@link LoadContext.unreadable} throws: the file is then listed as unreadable
   */
  parts?(
    file: Pick<SourceFile, 'uri' | 'path'>,
    context: Context & Pick<LoadContext, 'unreadable'>,
  ): Awaitable<readonly FilePart[]>
  /**
   * The hashes that `open` would count for a part, without making traces: whether finished work is still that of the
   * file. Without it the parts of a file that changed are read again.
   */
  hashes?(file: SourceSet, context: Context): Iterable<string> | AsyncIterable<string>
  /**
   * Reads the set's traces. Losses that are recorded before a trace is yielded belong to it; those after the last
   * one, to the last.
   */
  open(file: SourceSet, context: LoadContext): Iterable<LoadedTrace> | AsyncIterable<LoadedTrace>
}

/** A format that is known and not read: its files are refused by name, instead of being taken for another one. */
export interface RefusedFormat extends LoaderBase {
  /** Why it is not read, and what to do instead. */
  readonly refuses: string
}

export type Loader = RowLoader | FileLoader | RefusedFormat

// ── handlers ──────────────────────────────────────────────────────────────────────────────────────────────

export interface Drop {
  /** Short, stable, kebab-case: statistics count by it. */
  readonly reason: string
  readonly detail?: string
}

export type TagHandler = (traces: readonly Trace[], context: TagContext) => Awaitable<void>
export type FilterHandler = (trace: Trace, context: Context) => Drop | undefined | void
export type AugmentHandler = (
  items: readonly (Trace | Example)[],
  context: AugmentContext,
) => Awaitable<readonly (Trace | Example)[]>

/** A trace as its group sees it. */
export interface GroupMember {
  readonly trace: Trace
  /** Set where a filter dropped the trace: it makes no row by itself, and is here to be learned from. */
  readonly dropped?: Drop & { readonly plugin: string }
}

export interface GroupAugmenter {
  /** Which traces take part; default all. */
  where?(trace: Trace): boolean
  /** What makes a group; default `trace.group.key`. */
  by?(trace: Trace): string
  /** Only so many groups: those whose first trace stands first in the input. Default all. */
  readonly first?: number
  /** Gets a complete group, in input order; what it returns is added to the dataset. */
  handler(
    group: { readonly key: string; readonly members: readonly GroupMember[] },
    context: AugmentContext,
  ): Awaitable<readonly (Trace | Example)[]>
}

/** A value of an example for the index, in table `measures`; undefined leaves it out. Synchronous. */
export type MeasureHandler = (example: Example, config: ResolvedConfig) => string | number | undefined

export type Row = Record<string, unknown>

/** The type of a dataset column; `json` is any JSON value, `json-list` a list of them. */
export type ColumnType = 'string' | 'boolean' | 'string-list' | 'json' | 'json-list'

export interface Format {
  /** The kinds of examples it takes. */
  readonly takes: readonly ExampleKind[]
  /**
   * The columns of its rows, in their order. Readers that guess types from the first rows fail on a later row that
   * differs, so parquet files and the dataset card declare these. Absent: guessed from the first rows.
   */
  readonly columns?: Readonly<Record<string, ColumnType>>
  /** The training row or rows of an example. Synchronous. */
  handler(example: Example, context: FormatContext): Row | readonly Row[] | undefined
  /** Where each row is also a folder of files. */
  readonly folders?: RowFolders
}

/** For formats whose rows are also folders of the run directory: called once the order of all rows is known. */
export interface RowFolders {
  /** The folder of the run directory that they stand in. */
  readonly in: string
  /**
   * @param number the row's number from 1 on, counted over all splits in their order
   * @param count how many rows there are
   * @returns the row as it is written, the name of its folder (every row has one of its own), and its files by path
   */
  place(row: Row, number: number, count: number): RowFolder
}

export interface RowFolder {
  readonly row: Row
  readonly name: string
  /** Texts by path below the folder, with `/`; those that begin with `#!` can be executed. */
  readonly files: Readonly<Record<string, string>>
}

/** The run's index: one row for each example, in SQLite. Tables: docs/run-directory.md. */
export interface RunIndex {
  query(sql: string, ...values: readonly (string | number | null)[]): Iterable<Record<string, unknown>>
}

export interface SelectContext extends Context {
  readonly index: RunIndex
  /** Leaves an example (a row of table `examples`, by `example_id`) out of the dataset. */
  drop(exampleId: string, reason: string, detail?: string): void
}
export type SelectHandler = (context: SelectContext) => Awaitable<void>

/** The split of a group, from nothing but its key: known while rows are read, and the same whatever else is read. */
export interface PureSplit {
  /** Whether it claims the split under this config; default yes. */
  when?(config: ResolvedConfig): boolean
  ofGroup(group: string, config: ResolvedConfig): string
}
/** A split's name for every group key, or for every example id. */
export interface SplitPlan {
  readonly by: 'group' | 'example'
  readonly assign: ReadonlyMap<string, string>
}
/** The split of everything, from the whole index. Undefined: left to the next plugin. */
export type PlannedSplit = (
  context: Context & { readonly index: RunIndex },
) => Awaitable<SplitPlan | undefined>
export type SplitHandler = PureSplit | PlannedSplit

/** Written files, with their hashes. */
export interface FileReference {
  readonly path: string
  readonly sha256: string
  readonly bytes: number
  readonly rows?: number
}
export interface DatasetReference {
  readonly format: string
  readonly splits: Readonly<Record<string, readonly FileReference[]>>
}
/** A trained model, as a folder of Hugging Face files. */
export interface Checkpoint {
  /** The folder that can be converted: of an adapter, that of the model it was merged into. */
  readonly path: string
  /** The folder of the adapter, where one was trained. */
  readonly adapter?: string
  readonly metrics?: JsonObject
  /** After what it was trained from: `Qwen2.5-0.5B`. No two of a run have the same. */
  readonly name?: string
  /** The models that were trained after it, in their order. */
  readonly others?: readonly Checkpoint[]
}
export interface Artifact {
  readonly target: string
  readonly files: readonly FileReference[]
  readonly metadata?: JsonObject
}

/** How far a stage is that comes after the dataset. */
export interface StageProgress {
  /** What `done` counts: `steps`, `bytes`. */
  readonly unit: string
  readonly done: number
  readonly total?: number
  readonly secondsLeft?: number
  /** Shown beside it, in this order: `{ loss: 0.42, 'tokens/s': 5120 }`. */
  readonly figures?: Readonly<Record<string, number | string>>
  /** The values so far of what is shown as a small curve. */
  readonly curve?: readonly number[]
}

/** What a stage after the dataset would do: the answer of `--dry-run`. */
export interface StagePreview {
  /** For a person, in several lines. */
  readonly text: string
  /** The same for programs. */
  readonly data: JsonObject
}

export interface RunStageContext extends Context {
  /** The run directory. */
  readonly out: string
  /** Whether to begin anew, instead of going on from what an earlier run left. */
  readonly fresh: boolean
  /** Tells whoever watches how far the stage is. */
  report(progress: StageProgress): void
  readonly datasets: readonly DatasetReference[]
  /** The run's other files: the dataset's card (`dataset/README.md`), folders of rows, ledgers. */
  readonly files: readonly FileReference[]
}
export type TrainHandler = (context: RunStageContext) => Awaitable<Checkpoint | undefined>
/** Says what training would do, over a dataset that is taken away afterwards; nothing is written, no weights are read. */
export type TrainPreview = (context: RunStageContext) => Awaitable<StagePreview | undefined>
/** What a trainer can be held against before there is a dataset. */
export interface TrainCheckContext extends Context {
  /** The run directory, where the model would go; it may not be there yet. */
  readonly out: string
  /** Whether the run ends with the preview, and trains nothing. */
  readonly dryRun: boolean
}
/** Refuses a training that could not begin, before anything is read or written. */
export type TrainCheck = (context: TrainCheckContext) => Awaitable<void>
/** Is called for each model that was trained. */
export type ConvertHandler = (
  context: RunStageContext & {
    readonly checkpoint: Checkpoint
    /** All models of the run, this one among them. */
    readonly checkpoints: readonly Checkpoint[]
  },
) => Awaitable<Artifact>
export type PublishHandler = (
  context: RunStageContext & { readonly checkpoint?: Checkpoint; readonly artifacts: readonly Artifact[] },
) => Awaitable<void>

export interface ProgressEvent {
  /** `read`, `write`, …, and after the dataset `train`, `convert`, `publish`. */
  readonly stage: string
  /** Bytes of the input that are done, and all of them. */
  readonly bytesDone: number
  readonly bytesTotal: number
  readonly traces: number
  readonly examples: number
  readonly dropped: number
  readonly unreadable: number
  /** Seconds since the stage began. */
  readonly seconds: number
  /** Where models are asked: how far the questions are. */
  readonly llm?: LlmProgress
  /** In a stage after the dataset: how far it is. */
  readonly work?: StageProgress
}

/** A stage of one's own, between two others: gets a batch of traces and returns what goes on. */
export type StageHandler = (traces: readonly Trace[], context: AugmentContext) => Awaitable<readonly Trace[]>

export interface StagePlace {
  /** The stage it follows. */
  readonly after: 'load' | 'tag' | 'filter' | (string & {})
}

// ── the api ───────────────────────────────────────────────────────────────────────────────────────────────

/** What `setup` registers with. See docs/reference/hooks.md for each hook's kind, order and contract. */
export interface PluginApi {
  readonly modifyConfig: (tap: Tap<(config: UserConfig) => Awaitable<UserConfig | undefined | void>>) => void
  readonly configResolved: (tap: Tap<(config: ResolvedConfig) => Awaitable<void>>) => void
  /** Answers for inputs of one scheme; the first one listed has it. */
  readonly input: (source: Tap<InputSource>) => void
  readonly load: (loader: Tap<Loader>) => void
  readonly tag: (tap: Tap<TagHandler>) => void
  readonly filter: (tap: Tap<FilterHandler>) => void
  readonly augment: (tap: Tap<AugmentHandler>) => void
  readonly augmentGroup: (tap: GroupAugmenter & { readonly order?: 'pre' | 'post' }) => void
  /** Adds a value to each example's row of the index, computed where the example is made. */
  readonly measure: (name: string, handler: MeasureHandler) => void
  readonly format: (name: string, format: Format) => void
  /** An engine that asks models for all plugins; the first one listed is the run's. */
  readonly llm: (tap: Tap<LlmProvider>) => void
  readonly select: (tap: Tap<SelectHandler>) => void
  readonly split: (tap: Tap<SplitHandler>) => void
  /**
   * The first one that returns a checkpoint trained the model; `preview` answers for it in a dry run. `check` is called
   * before anything else in every run that goes as far as training.
   */
  readonly train: (
    tap:
      | Tap<TrainHandler>
      | { order?: 'pre' | 'post'; handler: TrainHandler; preview?: TrainPreview; check?: TrainCheck },
  ) => void
  readonly convert: (target: string, handler: ConvertHandler) => void
  readonly publish: (tap: Tap<PublishHandler>) => void
  readonly progress: (tap: Tap<(event: ProgressEvent) => void>) => void
  readonly done: (tap: Tap<(result: RunSummary) => Awaitable<void>>) => void
  readonly failed: (tap: Tap<(error: Error) => Awaitable<void>>) => void
  /** Defines a stage that other plugins tap with {@link PluginApi.stage}. */
  readonly defineStage: (name: string, place: StagePlace) => void
  readonly stage: (name: string, tap: Tap<StageHandler>) => void
}

export interface RunSummary {
  readonly out: string
  readonly traces: number
  readonly examples: number
  readonly dropped: number
  readonly unreadable: number
  /** Rows per format and split. */
  readonly rows: Readonly<Record<string, Readonly<Record<string, number>>>>
}
