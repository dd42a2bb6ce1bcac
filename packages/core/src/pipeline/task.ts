import type { FileHead } from '../load/head.ts'
import type { UnreadableRecord } from '../load/records.ts'
import type { FilePart, GroupMember } from '../plugin/types.ts'

/** The stages that `--until` names. */
export const stageNames = ['load', 'tag', 'filter', 'augment', 'format', 'split', 'train', 'convert'] as const
export type StageName = (typeof stageNames)[number]

/** What is the same for all tasks of a run; JSON, so that any executor can send it. */
export interface TaskPlan {
  readonly planKey: string
  /** Where the tasks write. */
  readonly work: string
  readonly until: StageName
  /** Whether a group's split is known from its key alone: rows then go straight to their split. */
  readonly pureSplit: boolean
}

/** A range of a file, or a whole one. */
export interface SegmentFile {
  readonly path: string
  readonly uri: string
  readonly stamp: string
  readonly head: Pick<FileHead, 'compression' | 'container'>
  readonly start: number
  readonly end: number
}

/** What a loader reads at a time: a range, a file, or a set of files. */
export interface TaskSegment extends SegmentFile {
  /** Name of the loader. */
  readonly format: string
  /** What of the file, where its loader cuts files itself; `start` and `end` are then its share of the bytes. */
  readonly part?: FilePart
  /** The other files of the set, in their order. */
  readonly others?: readonly SegmentFile[]
  /** Files of no format that stand with the set. */
  readonly companions?: readonly SegmentFile[]
}

/** Every file of a task: its results are listed in this order. */
export function filesOfTask(task: Pick<MapTask, 'segments'>): SegmentFile[] {
  return task.segments.flatMap((segment) => [
    segment,
    ...(segment.others ?? []),
    ...(segment.companions ?? []),
  ])
}

/** One unit of phase 1: some segments of the input, always the same ones whatever the number of workers. */
export interface MapTask {
  readonly kind: 'map'
  readonly index: number
  /** From the segments' places: where the task's outputs lie. */
  readonly location: string
  readonly segments: readonly TaskSegment[]
  /** Stop after so many traces. */
  readonly limit?: number
  /** The sha256 of what the survey decided about its traces; absent where it decided nothing. */
  readonly folds?: string
}

/** One unit of phase 2: the complete groups of some buckets of one group handler. */
export interface GroupTask {
  readonly kind: 'group'
  readonly index: number
  readonly location: string
  /** The handler's number, in the order of registration. */
  readonly handler: number
  /** What phase 1 spilled for these groups, in input order. */
  readonly spills: readonly Spill[]
  /** The keys of the handler's groups, where it takes only the first ones. */
  readonly only?: readonly string[]
}

/** Reads records that may repeat others, and writes down their turns: which of them are repeats is told over all. */
export interface SurveyTask {
  readonly kind: 'survey'
  readonly index: number
  readonly location: string
  readonly segments: readonly TaskSegment[]
}

export type Task = MapTask | GroupTask | SurveyTask

/** Traces are spilled into so many buckets by the hash of their group. */
export const SPILL_BUCKETS = 256

/** A spilled trace; its line in a spill file. */
export interface SpilledTrace extends GroupMember {
  readonly key: string
  /** Its number among those that its task spilled: groups stand in the order of their first trace. */
  readonly ordinal: number
}

export type SpillSlice = readonly [bucket: number, offset: number, bytes: number]

/** The traces that a task spilled for one group handler. */
export interface Spill {
  readonly handler: number
  readonly file: string
  readonly slices: readonly SpillSlice[]
}

export interface SegmentResult {
  readonly uri: string
  readonly start: number
  readonly end: number
  readonly stamp: string
  /** sha256 over the digests of its records, as hex. */
  readonly digest: string
  readonly records: number
  /** Lines of the range, for the line numbers of the ranges after it. */
  readonly lines: number
}

/** A loaded trace, as the index keeps it. */
export interface TraceRow {
  readonly id: string
  readonly uri: string
  readonly line?: number
  readonly format: string
  readonly session: string
  readonly group: string
  readonly task?: string
  readonly repo?: string
  readonly attempt?: string
  readonly parent?: string
  readonly agent?: string
  readonly model?: string
  readonly startedAt?: string
  readonly status: string
  readonly reward?: number
  readonly costUsd?: number
  readonly turns: number
  readonly messages: number
  readonly toolCalls: number
  readonly tags: readonly string[]
}

/** Where a row stands: shard (by number in the task's list), first byte, bytes with its newline. */
export type RowPlace = readonly [shard: number, offset: number, bytes: number]

export interface ExampleRow {
  readonly id: string
  readonly uri: string
  readonly kind: string
  readonly trace: string
  readonly parents: readonly string[]
  readonly session: string
  readonly group: string
  readonly model?: string
  readonly startedAt?: string
  readonly tags: readonly string[]
  readonly tokens: number
  readonly fingerprint: string
  readonly measures?: Readonly<Record<string, string | number>>
  readonly rows: readonly RowPlace[]
}

export interface DropRow {
  readonly id: string
  readonly uri: string
  /** Where it is known: not of what was left out before it became a trace. */
  readonly session?: string
  readonly stage: string
  readonly plugin: string
  readonly reason: string
  readonly detail?: string
  /** Set where only a format left an example out. */
  readonly format?: string
}

export interface LossRow {
  readonly uri: string
  readonly id: string
  readonly field: string
  readonly kind: 'changed' | 'dropped'
  readonly count: number
  readonly plugin: string
  readonly detail?: string
}

export interface Shard {
  readonly format: string
  /** Undefined where the split is not known yet. */
  readonly split?: string
  readonly file: string
  readonly bytes: number
}

/** What a task leaves beside its shards: everything that the later phases need to know of it. */
export interface Sidecar {
  readonly planKey: string
  readonly location: string
  readonly folds?: string
  readonly segments: readonly SegmentResult[]
  readonly traces: readonly TraceRow[]
  readonly examples: readonly ExampleRow[]
  readonly drops: readonly DropRow[]
  readonly losses: readonly LossRow[]
  /** Values that were carried as they are, by plugin and field. */
  readonly kept: readonly (readonly [plugin: string, field: string, count: number])[]
  readonly unreadable: readonly (UnreadableRecord & { readonly segment: number })[]
  readonly shards: readonly Shard[]
  readonly spills: readonly Spill[]
  /** Milliseconds by stage. */
  readonly timings: Readonly<Record<string, number>>
}
