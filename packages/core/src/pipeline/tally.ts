import type { UnreadableRecord } from '../load/records.ts'
import type { DropRow, ExampleRow, LossRow, Sidecar } from './task.ts'

/** Counts of a run, gathered while the sidecars come in. */
export interface Tally {
  take(sidecar: Sidecar): void
  addUnreadable(code: string): void
  addDrop(drop: Pick<DropRow, 'stage' | 'plugin' | 'reason'>, count?: number): void
  /** The first row that could not be read, in the order of the input. */
  firstUnreadable(): UnreadableRecord | undefined
  readonly counts: Counts
}

export interface Counts {
  readonly traces: number
  readonly messages: number
  readonly toolCalls: number
  readonly examples: number
  readonly tokens: number
  readonly unreadable: number
  /** Records of the input, readable or not; a file of unknown format is one. */
  readonly records: number
  readonly byFormat: Readonly<Record<string, number>>
  readonly messagesByFormat: Readonly<Record<string, number>>
  readonly callsByFormat: Readonly<Record<string, number>>
  readonly byTag: Readonly<Record<string, number>>
  readonly byCode: Readonly<Record<string, number>>
  /** `stage plugin reason` → count. */
  readonly byReason: Readonly<Record<string, number>>
  /** `plugin field kind` → count. */
  readonly losses: Readonly<Record<string, number>>
  readonly lossCount: number
  /** Of them, values that were not carried in any form. */
  readonly droppedValues: number
  /** What became of each field, by plugin and field. */
  readonly ledger: readonly LedgerLine[]
  readonly drops: number
  /** Milliseconds of all threads by stage. */
  readonly timings: Readonly<Record<string, number>>
}

/** What became of the values of one field. */
export interface LedgerLine {
  readonly plugin: string
  readonly field: string
  /** Carried as they are. */
  readonly kept: number
  /** Carried in another form. */
  readonly changed: number
  /** Not carried, and known to the plugin. */
  readonly dropped: number
  /** Not carried, because the plugin has never heard of the field. */
  readonly unknown: number
  /** Why the first value was changed or dropped. */
  readonly detail?: string
}

type MutableLine = { -readonly [K in keyof LedgerLine]: LedgerLine[K] }

/** The detail of a value whose field no table names. */
const UNKNOWN = 'unknown'

export function createTally(): Tally {
  const ledger = new Map<string, MutableLine>()
  const lineOf = (plugin: string, field: string): MutableLine => {
    const key = `${plugin}\n${field}`
    let line = ledger.get(key)
    if (line === undefined) {
      line = { plugin, field, kept: 0, changed: 0, dropped: 0, unknown: 0 }
      ledger.set(key, line)
    }
    return line
  }
  const addLoss = ({ plugin, field, kind, count, detail }: LossRow): void => {
    counts.lossCount += count
    bump(counts.losses, `${plugin} ${field} ${kind}`, count)
    if (kind === 'dropped') counts.droppedValues += count
    const line = lineOf(plugin, field)
    line[detail === UNKNOWN ? 'unknown' : kind] += count
    if (detail !== undefined && detail !== UNKNOWN) line.detail ??= detail
  }
  const counts = {
    traces: 0,
    messages: 0,
    toolCalls: 0,
    examples: 0,
    tokens: 0,
    unreadable: 0,
    records: 0,
    byFormat: emptyCounts(),
    messagesByFormat: emptyCounts(),
    callsByFormat: emptyCounts(),
    byTag: emptyCounts(),
    byCode: emptyCounts(),
    byReason: emptyCounts(),
    losses: emptyCounts(),
    lossCount: 0,
    droppedValues: 0,
    get ledger() {
      return [...ledger.values()].map(withoutLosses).sort(byPluginAndField)
    },
    drops: 0,
    timings: emptyCounts(),
  }
  const addDrop: Tally['addDrop'] = ({ stage, plugin, reason }, count = 1) => {
    counts.drops += count
    bump(counts.byReason, `${stage} ${plugin} ${reason}`, count)
  }
  let firstUnreadable: UnreadableRecord | undefined
  const addUnreadable = (code: string): void => {
    counts.unreadable++
    bump(counts.byCode, code)
  }
  return {
    counts,
    addDrop,
    addUnreadable(code) {
      counts.records++
      addUnreadable(code)
    },
    firstUnreadable: () => firstUnreadable,
    take(sidecar) {
      firstUnreadable ??= sidecar.unreadable[0]
      counts.records += recordsOf(sidecar)
      for (const trace of sidecar.traces) {
        counts.traces++
        counts.messages += trace.messages
        counts.toolCalls += trace.toolCalls
        bump(counts.byFormat, trace.format)
        bump(counts.messagesByFormat, trace.format, trace.messages)
        bump(counts.callsByFormat, trace.format, trace.toolCalls)
        for (const tag of trace.tags) bump(counts.byTag, tag)
      }
      for (const example of sidecar.examples) addExample(counts, example)
      for (const drop of sidecar.drops) addDrop(drop)
      for (const loss of sidecar.losses) addLoss(loss)
      for (const [plugin, field, count] of sidecar.kept) lineOf(plugin, field).kept += count
      for (const { code } of sidecar.unreadable) addUnreadable(code)
      for (const [stage, ms] of Object.entries(sidecar.timings)) bump(counts.timings, stage, ms)
    },
  }
}

/**
 * How many records a task read. Of files that a loader reads by itself (archives, databases, texts) each trace is one, and each
 * piece that could not be read.
 */
function recordsOf({ segments, traces, drops, unreadable }: Sidecar): number {
  const counted = new Set(segments.flatMap(({ uri, records }) => (records > 0 ? [uri] : [])))
  const own = new Set(segments.flatMap(({ uri }) => (counted.has(uri) ? [] : [uri])))
  const read = [...traces, ...drops.filter(({ stage }) => stage === 'load'), ...unreadable]
  const pieces = own.size === 0 ? 0 : read.filter(({ uri }) => own.has(uri)).length
  return segments.reduce((sum, { records }) => sum + records, pieces)
}

/** Without a prototype: a tag may be called `constructor`. */
function emptyCounts(): Record<string, number> {
  return Object.create(null) as Record<string, number>
}

function addExample(counts: { examples: number; tokens: number }, example: ExampleRow): void {
  counts.examples++
  counts.tokens += example.tokens
}

/** A value that is counted as carried and turns out to be changed or dropped is only that. */
function withoutLosses(line: LedgerLine): LedgerLine {
  return { ...line, kept: Math.max(0, line.kept - line.changed - line.dropped - line.unknown) }
}

/** By name: the order in which things were met says nothing. */
function byPluginAndField(a: LedgerLine, b: LedgerLine): number {
  if (a.plugin !== b.plugin) return a.plugin < b.plugin ? -1 : 1
  return a.field < b.field ? -1 : 1
}

function bump(counts: Record<string, number>, key: string, by = 1): void {
  counts[key] = (counts[key] ?? 0) + by
}
