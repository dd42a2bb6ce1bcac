import type { DropRow, ExampleRow, LossRow, Sidecar } from './task.ts'

/** Counts of a run, gathered while the sidecars come in. */
export interface Tally {
  take(sidecar: Sidecar): void
  addUnreadable(code: string): void
  addDrop(drop: Pick<DropRow, 'stage' | 'plugin' | 'reason'>, count?: number): void
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
  readonly byTag: Readonly<Record<string, number>>
  readonly byCode: Readonly<Record<string, number>>
  /** `stage plugin reason` → count. */
  readonly byReason: Readonly<Record<string, number>>
  /** `plugin field kind` → count. */
  readonly losses: Readonly<Record<string, number>>
  readonly lossCount: number
  readonly drops: number
  /** Milliseconds of all threads by stage. */
  readonly timings: Readonly<Record<string, number>>
}

export function createTally(): Tally {
  const counts = {
    traces: 0,
    messages: 0,
    toolCalls: 0,
    examples: 0,
    tokens: 0,
    unreadable: 0,
    records: 0,
    byFormat: emptyCounts(),
    byTag: emptyCounts(),
    byCode: emptyCounts(),
    byReason: emptyCounts(),
    losses: emptyCounts(),
    lossCount: 0,
    drops: 0,
    timings: emptyCounts(),
  }
  const addDrop: Tally['addDrop'] = ({ stage, plugin, reason }, count = 1) => {
    counts.drops += count
    bump(counts.byReason, `${stage} ${plugin} ${reason}`, count)
  }
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
    take(sidecar) {
      for (const segment of sidecar.segments) counts.records += segment.records
      for (const trace of sidecar.traces) {
        counts.traces++
        counts.messages += trace.messages
        counts.toolCalls += trace.toolCalls
        bump(counts.byFormat, trace.format)
        for (const tag of trace.tags) bump(counts.byTag, tag)
      }
      for (const example of sidecar.examples) addExample(counts, example)
      for (const drop of sidecar.drops) addDrop(drop)
      for (const loss of sidecar.losses) addLoss(counts, loss)
      for (const { code } of sidecar.unreadable) addUnreadable(code)
      for (const [stage, ms] of Object.entries(sidecar.timings)) bump(counts.timings, stage, ms)
    },
  }
}

/** Without a prototype: a tag may be called `constructor`. */
function emptyCounts(): Record<string, number> {
  return Object.create(null) as Record<string, number>
}

function addExample(counts: { examples: number; tokens: number }, example: ExampleRow): void {
  counts.examples++
  counts.tokens += example.tokens
}

function addLoss(counts: { lossCount: number; losses: Record<string, number> }, loss: LossRow): void {
  counts.lossCount += loss.count
  bump(counts.losses, `${loss.plugin} ${loss.field} ${loss.kind}`, loss.count)
}

function bump(counts: Record<string, number>, key: string, by = 1): void {
  counts[key] = (counts[key] ?? 0) + by
}
