import { createHash } from 'node:crypto'
import { isSftError, sftError } from '../errors/error.ts'
import { fileStamp } from '../load/file-stamp.ts'
import { describeFileError, isFileError, isUnreadable } from '../load/unreadable.ts'
import type { FileLoader, RowLoader } from '../plugin/types.ts'
import type { Bench } from './bench.ts'
import { readRows } from './read-rows.ts'
import { readSet } from './read-set.ts'
import type { SegmentRun, SegmentTally } from './segment-run.ts'
import { type OpenedSet, openSet } from './source-file.ts'
import { filesOfTask, type SegmentResult, type TaskSegment } from './task.ts'

/** Reads a segment's traces. What cannot be read is reported; the rest is read. */
export async function readSegment(run: SegmentRun): Promise<{ results: SegmentResult[]; loaded: number }> {
  const { segment, report } = run
  const { value: loader, plugin } = loaderOf(run.bench, segment.format)
  const tally: SegmentTally = { digest: createHash('sha256'), records: 0, lines: 0, loaded: 0 }
  const files = filesOfTask({ segments: [segment] })
  let set: OpenedSet | undefined
  try {
    if ('read' in loader) await readRows(run, loader, plugin, tally)
    else {
      set = openSet(segment, run.bench.reuse, (file, row) => report(row, file))
      await readSet(run, loader, plugin, tally, set)
    }
    for (const [number, file] of files.entries()) {
      // What is added to a file after it was cut into parts is not read, and changes nothing.
      if ('part' in file || fileStamp(file.path, file.head.container) === file.stamp) continue
      const message = 'The file changed while it was read; what was read of it is kept.'
      report({ uri: file.uri, code: 'SFT_FILE_CHANGED', message }, number)
    }
  } catch (error) {
    if (isUnreadable(error)) report({ uri: segment.uri, code: 'SFT_ROW_SHAPE', message: error.message })
    else if (!isSftError(error) && isFileError(error))
      report({ uri: segment.uri, ...describeFileError(error, segment) })
    else throw error
  }
  return { loaded: tally.loaded, results: resultsOf(segment, tally, set) }
}

function resultsOf(segment: TaskSegment, tally: SegmentTally, set: OpenedSet | undefined): SegmentResult[] {
  const { uri, start, end, stamp } = segment
  const { records, lines } = tally
  if (set === undefined)
    return [{ uri, start, end, stamp, digest: tally.digest.digest('hex'), records, lines }]
  try {
    return set.results()
  } catch {
    // A file that vanished has been reported.
    const gone = { digest: '', records: 0, lines: 0 }
    return filesOfTask({ segments: [segment] }).map(({ uri, start, end, stamp }) => ({
      uri,
      start,
      end,
      stamp,
      ...gone,
    }))
  }
}

function loaderOf(bench: Bench, format: string): { value: RowLoader | FileLoader; plugin: string } {
  const found = bench.session.registry.loaders.all().find(({ value }) => value.name === format)
  if (found === undefined || 'refuses' in found.value)
    throw sftError('SFT_INTERNAL', `The loader ${format} is missing in this thread.`)
  return { plugin: found.plugin, value: found.value }
}
