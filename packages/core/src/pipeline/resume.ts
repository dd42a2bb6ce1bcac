import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { stampOf } from '../load/inputs.ts'
import { readRecords } from '../load/records.ts'
import { readSidecar } from './run-task.ts'
import type { MapTask, SegmentResult, Sidecar, TaskPlan, TaskSegment } from './task.ts'

/**
 * What an earlier run left of a task, if its input is still the same: by size, time and inode, else by content.
 */
export async function finishedWork(
  plan: TaskPlan,
  task: MapTask,
  reuse: { buffer: Buffer },
): Promise<Sidecar | undefined> {
  const sidecar = readSidecar(plan, task.location)
  if (sidecar === undefined || sidecar.segments.length !== task.segments.length) return undefined
  // A file that could not be read, or changed while it was, is tried again.
  if (sidecar.unreadable.some(({ code }) => code.startsWith('SFT_FILE_'))) return undefined
  for (const [number, segment] of task.segments.entries()) {
    const before = sidecar.segments[number]
    if (before === undefined || !(await isUnchanged(segment, before, reuse))) return undefined
  }
  return sidecar
}

async function isUnchanged(
  segment: TaskSegment,
  before: SegmentResult,
  reuse: { buffer: Buffer },
): Promise<boolean> {
  try {
    if (segment.stamp === before.stamp && stampOf(statSync(segment.path)) === before.stamp) return true
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
