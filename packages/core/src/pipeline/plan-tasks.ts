import { hash } from 'node:crypto'
import { MAX_RECORD_BYTES } from '../load/lines.ts'
import type { FileSet } from '../load/sets.ts'
import type { FilePart } from '../plugin/types.ts'
import { bucketOf } from './spill.ts'
import type { GroupTask, MapTask, SegmentFile, Sidecar, Spill, TaskSegment } from './task.ts'

/** Fixed, so that nothing in the output depends on the number of workers. */
const RANGE_BYTES = 8 << 20
/** Small files share a task; one file in so many begins a new one, so that a new file shifts few others. */
const FILES_PER_BOUNDARY = 32
/** Memory of one group task. */
const PARTITION_BYTES = 32 << 20

/** Cuts the input into tasks: big files of rows into ranges, small files together. */
export function planMapTasks(sets: readonly FileSet[]): MapTask[] {
  const tasks: TaskSegment[][] = []
  let open: TaskSegment[] = []
  let openBytes = 0
  const close = (): void => {
    if (open.length > 0) tasks.push(open)
    open = []
    openBytes = 0
  }
  for (const file of sets) {
    const segments = segmentsOf(file)
    const bytes = Math.min(bytesOf(file), MAX_RECORD_BYTES)
    if (segments.length > 1 || bytes > RANGE_BYTES / 2) {
      close()
      tasks.push(...segments.map((segment) => [segment]))
      continue
    }
    if (openBytes + bytes > RANGE_BYTES || beginsTask(file.uri)) close()
    open.push(...segments)
    openBytes += bytes
  }
  close()
  // Two arguments may have the same base name, and so may what lies below them.
  const known = new Map<string, number>()
  return tasks.map((segments, index) => {
    const place = locationOf(segments)
    const count = (known.get(place) ?? 0) + 1
    known.set(place, count)
    return { kind: 'map', index, segments, location: count === 1 ? place : `${place}-${count}` }
  })
}

function segmentsOf(set: FileSet): TaskSegment[] {
  const { head, loader, bytes, others, companions, parts } = set
  const segment = (start: number, end: number, part?: FilePart): TaskSegment => ({
    ...segmentFile(set, start, end),
    format: loader.value.name,
    ...(part !== undefined && { part }),
    ...(others.length > 0 && { others: others.map((file) => segmentFile(file, 0, file.bytes)) }),
    ...(companions.length > 0 && { companions: companions.map((file) => segmentFile(file, 0, file.bytes)) }),
  })
  if (parts !== undefined) {
    const share = (number: number): number => Math.floor((bytes * number) / parts.length)
    return parts.map((part, number) => segment(share(number), share(number + 1), part))
  }
  const inRanges = 'read' in loader.value && head.container === 'jsonl' && head.compression === undefined
  if (!inRanges || bytes <= RANGE_BYTES) return [segment(0, bytes)]
  return Array.from({ length: Math.ceil(bytes / RANGE_BYTES) }, (_, number) =>
    segment(number * RANGE_BYTES, Math.min(bytes, (number + 1) * RANGE_BYTES)),
  )
}

function segmentFile(
  { path, uri, stamp, head }: FileSet['companions'][number],
  start: number,
  end: number,
): SegmentFile {
  const { compression, container } = head
  return { path, uri, stamp, head: { compression, container }, start, end }
}

function bytesOf({ bytes, others, companions }: FileSet): number {
  return [...others, ...companions].reduce((sum, file) => sum + file.bytes, bytes)
}

function beginsTask(uri: string): boolean {
  return hash('sha256', uri, 'buffer').readUInt32LE(0) % FILES_PER_BOUNDARY === 0
}

function locationOf(segments: readonly TaskSegment[]): string {
  const places = segments.map(({ uri, format, start, end, part, others = [], companions = [] }) => {
    // Shares of the bytes move when the file grows, its first parts do not.
    if (part !== undefined) return [uri, format, part.range]
    const more = [...others, ...companions].map((file) => file.uri)
    return [uri, format, start, end, ...(more.length > 0 ? [more] : [])]
  })
  return hash('sha256', JSON.stringify(places)).slice(0, 24)
}

/** One task for some buckets of each group handler, as many buckets as fit into memory. */
export function planGroupTasks(
  sidecars: Iterable<Pick<Sidecar, 'spills' | 'segments'>>,
  firstIndex: number,
  /** By handler: the groups that it takes, where it does not take all. */
  chosen: ReadonlyMap<number, readonly string[]>,
): GroupTask[] {
  const contents = new Map<string, string>()
  const spills = [...sidecars].flatMap((sidecar) => {
    for (const { file } of sidecar.spills)
      contents.set(file, sidecar.segments.map(({ digest }) => digest).join())
    return sidecar.spills
  })
  const handlers = [...new Set(spills.map((spill) => spill.handler))].sort((a, b) => a - b)
  return handlers
    .flatMap((handler) => {
      const only = chosen.get(handler)
      const all = spills.filter((spill) => spill.handler === handler)
      const own = only === undefined ? all : inBuckets(all, new Set(only.map(bucketOf)))
      return partitions(own).map(([from, to]) => ({ handler, only, spills: slicesOf(own, from, to) }))
    })
    .map(({ handler, only, spills: part }, number) => {
      const key = part.map(({ file, slices }) => [
        file.slice(file.lastIndexOf('/') + 1),
        contents.get(file),
        slices,
      ])
      const location = `g-${hash('sha256', JSON.stringify(only === undefined ? [handler, key] : [handler, key, only])).slice(0, 22)}`
      return {
        kind: 'group',
        index: firstIndex + number,
        location,
        handler,
        spills: part,
        ...(only && { only }),
      }
    })
}

function inBuckets(spills: readonly Spill[], buckets: ReadonlySet<number>): Spill[] {
  return spills.map((spill) => ({ ...spill, slices: spill.slices.filter(([bucket]) => buckets.has(bucket)) }))
}

/** Runs of buckets, each run's traces small enough to be held. */
function partitions(
  spills: readonly { readonly slices: readonly (readonly [number, number, number])[] }[],
): [number, number][] {
  const sizes = new Map<number, number>()
  for (const { slices } of spills) {
    for (const [bucket, , bytes] of slices) sizes.set(bucket, (sizes.get(bucket) ?? 0) + bytes)
  }
  const runs: [number, number][] = []
  let filled = 0
  for (const bucket of [...sizes.keys()].sort((a, b) => a - b)) {
    const bytes = sizes.get(bucket) ?? 0
    const last = runs.at(-1)
    if (last === undefined || filled + bytes > PARTITION_BYTES) {
      runs.push([bucket, bucket + 1])
      filled = bytes
    } else {
      last[1] = bucket + 1
      filled += bytes
    }
  }
  return runs
}

function slicesOf(spills: readonly Sidecar['spills'][number][], from: number, to: number): Sidecar['spills'] {
  return spills
    .map((spill) => ({ ...spill, slices: spill.slices.filter(([bucket]) => bucket >= from && bucket < to) }))
    .filter((spill) => spill.slices.length > 0)
}
