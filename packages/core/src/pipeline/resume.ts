import { createHash } from 'node:crypto'
import type { Registry } from '../hooks/registry.ts'
import { contentHash, fileStamp } from '../load/file-stamp.ts'
import { readRecords } from '../load/records.ts'
import type { Context } from '../plugin/types.ts'
import { readSidecar } from './run-task.ts'
import { partOf } from './source-file.ts'
import {
  filesOfTask,
  type MapTask,
  type SegmentFile,
  type SegmentResult,
  type Sidecar,
  type TaskPlan,
  type TaskSegment,
} from './task.ts'

/**
 * What an earlier run left of a task, if its input is still the same: by size, time and inode, else by content.
 */
export async function finishedWork(
  plan: TaskPlan,
  task: MapTask,
  { reuse, registry, context }: Reading,
): Promise<Sidecar | undefined> {
  const sidecar = readSidecar(plan, task.location)
  const files = filesOfTask(task)
  if (sidecar === undefined || sidecar.segments.length !== files.length) return undefined
  if (sidecar.folds !== task.folds) return undefined
  // A file that could not be read, or changed while it was, is tried again.
  if (sidecar.unreadable.some(({ code }) => code.startsWith('SFT_FILE_'))) return undefined
  for (const [number, file] of files.entries()) {
    const before = sidecar.segments[number]
    const same = isPart(file) ? isSamePart(file, before, registry, context) : isUnchanged(file, before, reuse)
    if (!(await same)) return undefined
  }
  return sidecar
}

/** What it takes to look at the input again. */
interface Reading {
  readonly reuse: { buffer: Buffer }
  readonly registry: Registry
  readonly context: Context
}

function isPart(file: SegmentFile | TaskSegment): file is TaskSegment {
  return 'part' in file
}

/** Of a part the loader says what is in it: the file around it may have changed. */
async function isSamePart(
  segment: TaskSegment,
  before: SegmentResult | undefined,
  { loaders }: Registry,
  context: Context,
): Promise<boolean> {
  if (before === undefined) return false
  try {
    if (isStamped(segment, before)) return true
    const loader = loaders.all().find(({ value }) => value.name === segment.format)?.value
    if (loader === undefined || !('open' in loader) || loader.hashes === undefined) return false
    const digest = createHash('sha256')
    let records = 0
    for await (const hash of loader.hashes(partOf(segment), context)) {
      digest.update(hash)
      records++
    }
    return records === before.records && digest.digest('hex') === before.digest
  } catch {
    return false
  }
}

function isStamped({ stamp, path, head }: SegmentFile, before: SegmentResult): boolean {
  return stamp === before.stamp && fileStamp(path, head.container) === before.stamp
}

async function isUnchanged(
  segment: SegmentFile,
  before: SegmentResult | undefined,
  reuse: { buffer: Buffer },
): Promise<boolean> {
  if (before === undefined) return false
  try {
    if (isStamped(segment, before)) return true
    // Of a file that is no JSON records, or was not read to its end, the bytes count.
    if (before.records === 0 && contentHash(segment.path, segment.head.container) === before.digest)
      return true
    const digest = createHash('sha256')
    let records = 0
    for await (const found of readRecords(segment, reuse)) {
      digest.update(found.digest)
      records++
    }
    return records === before.records && digest.digest('hex') === before.digest
  } catch {
    return false
  }
}
