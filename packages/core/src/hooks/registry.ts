import {
  AsyncSeriesBailHook,
  AsyncSeriesHook,
  AsyncSeriesWaterfallHook,
  SyncBailHook,
  SyncHook,
} from 'tapable'
import type { ResolvedConfig, UserConfig } from '../config/types.ts'
import type { Example } from '../data/example.ts'
import type { Trace } from '../data/trace.ts'
import type { LlmProvider } from '../llm/types.ts'
import type {
  Checkpoint,
  ConvertHandler,
  Drop,
  Format,
  GroupAugmenter,
  InputSource,
  Loader,
  MeasureHandler,
  ProgressEvent,
  PublishHandler,
  RunStageContext,
  RunSummary,
  SelectContext,
  SplitHandler,
  StagePlace,
  TrainCheck,
  TrainPreview,
} from '../plugin/types.ts'
import type { Scope } from './scope.ts'

/** A filter's drop, with the plugin that gave the reason. */
export interface AttributedDrop extends Drop {
  readonly plugin: string
}

export interface Registered<T> {
  readonly plugin: string
  readonly value: T
}

/** A stage that a plugin defined, with the handlers of those that tap it. */
export interface CustomStage {
  readonly name: string
  readonly place: StagePlace
  readonly definedBy: string
  readonly hook: AsyncSeriesWaterfallHook<[readonly Trace[], Scope]>
}

/**
 * The hooks of one run, in one thread. Tapable keeps order and semantics; nothing of it shows in a public type.
 * Every handler in here is already wrapped by `hooks/attribute.ts`.
 */
export interface Registry {
  readonly modifyConfig: AsyncSeriesWaterfallHook<[UserConfig]>
  readonly configResolved: AsyncSeriesHook<[ResolvedConfig]>
  readonly inputs: OrderedList<InputSource>
  readonly loaders: OrderedList<Loader>
  readonly tag: AsyncSeriesHook<[readonly Trace[], Scope]>
  readonly filter: SyncBailHook<[Trace, Scope], AttributedDrop | undefined>
  readonly augment: AsyncSeriesWaterfallHook<[readonly (Trace | Example)[], Scope]>
  readonly augmentGroup: OrderedList<GroupAugmenter>
  readonly llm: OrderedList<LlmProvider>
  readonly measures: Map<string, Registered<MeasureHandler>>
  readonly formats: Map<string, Registered<Format>>
  readonly select: AsyncSeriesHook<[(plugin: string) => SelectContext]>
  readonly split: OrderedList<SplitHandler>
  readonly train: AsyncSeriesBailHook<[RunStageContext], Checkpoint | undefined>
  readonly trainChecks: OrderedList<TrainCheck>
  readonly trainPreviews: OrderedList<TrainPreview>
  readonly converters: Map<string, Registered<ConvertHandler>>
  readonly publish: AsyncSeriesHook<[Parameters<PublishHandler>[0]]>
  readonly progress: SyncHook<[ProgressEvent]>
  readonly done: AsyncSeriesHook<[RunSummary]>
  readonly failed: AsyncSeriesHook<[Error]>
  readonly stages: Map<string, CustomStage>
}

/** Values in the order of their hook: `pre`, then the array's order, then `post`. */
export interface OrderedList<T> {
  add(plugin: string, stage: number, value: T): void
  all(): readonly Registered<T>[]
}

function orderedList<T>(): OrderedList<T> {
  const entries: { plugin: string; stage: number; value: T }[] = []
  return {
    add(plugin, stage, value) {
      const later = entries.findIndex((entry) => entry.stage > stage)
      entries.splice(later === -1 ? entries.length : later, 0, { plugin, stage, value })
    },
    all: () => entries,
  }
}

export function createRegistry(): Registry {
  return {
    modifyConfig: new AsyncSeriesWaterfallHook(['config']),
    configResolved: new AsyncSeriesHook(['config']),
    inputs: orderedList(),
    loaders: orderedList(),
    tag: new AsyncSeriesHook(['traces', 'context']),
    filter: new SyncBailHook(['trace', 'context']),
    augment: new AsyncSeriesWaterfallHook(['items', 'context']),
    augmentGroup: orderedList(),
    llm: orderedList(),
    measures: new Map(),
    formats: new Map(),
    select: new AsyncSeriesHook(['context']),
    split: orderedList(),
    train: new AsyncSeriesBailHook(['context']),
    trainChecks: orderedList(),
    trainPreviews: orderedList(),
    converters: new Map(),
    publish: new AsyncSeriesHook(['context']),
    progress: new SyncHook(['event']),
    done: new AsyncSeriesHook(['summary']),
    failed: new AsyncSeriesHook(['error']),
    stages: new Map(),
  }
}

export function customStage(name: string, place: StagePlace, definedBy: string): CustomStage {
  return { name, place, definedBy, hook: new AsyncSeriesWaterfallHook(['traces', 'context']) }
}
