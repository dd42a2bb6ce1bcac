import { errorText, isSftError, sftError } from '../errors/error.ts'
import { isStackOverflow, isTooDeep } from '../load/depth.ts'
import { TOO_DEEP } from '../load/records.ts'
import { isFileError, isUnreadable, unreadable } from '../load/unreadable.ts'
import type { FileLoader, LoadContext, SourceRecord } from '../plugin/types.ts'
import { canonicalTrace, type OpenTrace } from './canonical.ts'
import { checkLoaded } from './check-loaded.ts'
import { traceId } from './derive.ts'
import { collectFates } from './fates.ts'
import type { SegmentRun, SegmentTally } from './segment-run.ts'
import type { OpenedSet } from './source-file.ts'
import { filesOfTask } from './task.ts'

/** Reads the traces of a file, or of several that belong together. */
export async function readSet(
  run: SegmentRun,
  loader: FileLoader,
  plugin: string,
  tally: SegmentTally,
  source: OpenedSet,
): Promise<void> {
  const { bench, segment, limit, report } = run
  // A loss belongs to the trace that is yielded next; after the last one, to that.
  const fates = collectFates(run.sink, run.kept, plugin)
  let last: OpenTrace | undefined
  const context: LoadContext = {
    ...bench.base,
    log: bench.base.log.fork(plugin),
    ...fates.recorder,
    unreadable,
    drop(reason, detail) {
      const { id } = next()
      number++
      const why = { reason, ...(detail !== undefined && { detail }) }
      run.sink.drops.push({ id, uri: segment.uri, stage: 'load', plugin, ...why })
      fates.settle({ id, uri: segment.uri })
      return undefined
    },
  }
  const bytes = filesOfTask({ segments: [segment] }).reduce((sum, { start, end }) => sum + end - start, 0)
  const share = Math.ceil(bytes / 4)
  // Traces are numbered within what the loader counts as one record.
  let record = 0
  let number = 0
  const next = (): { hash: string; id: string } => {
    const { records } = source.counted()
    if (records !== record) number = 0
    record = records
    const hash = source.hash()
    return { hash, id: traceId(hash, number) }
  }
  try {
    for await (const made of attributed(() => loader.open(source.file, context), plugin, segment.uri)) {
      if (tally.loaded >= limit) break
      if (bench.base.signal.aborted) throw sftError('SFT_INTERRUPTED', 'The run was interrupted.')
      const loaded = checkLoaded(made, fates.recorder.loss, () => ({
        ...{ plugin, source: segment.uri, id: next().id },
        ...(record > 0 && { line: record }),
      }))
      if (isTooDeep(loaded)) {
        report({ uri: segment.uri, code: 'SFT_ROW_TOO_DEEP', message: TOO_DEEP })
        continue
      }
      const read: SourceRecord = { value: {}, uri: loaded.uri ?? segment.uri, hash: next().hash }
      const trace = canonicalTrace(loaded, read, loader.name, number)
      if (!(await run.take(trace, { record, number: number++ }, source.counted().bytes || share))) {
        fates.forget()
        continue
      }
      last = trace
      tally.loaded++
      fates.settle({ id: trace.id, uri: trace.source.uri })
    }
  } finally {
    if (fates.any())
      fates.settle({ id: last?.id ?? traceId(source.hash(), 0), uri: last?.source.uri ?? segment.uri })
  }
}

async function* attributed<T>(
  open: () => Iterable<T> | AsyncIterable<T>,
  plugin: string,
  uri: string,
): AsyncGenerator<T> {
  try {
    yield* open()
  } catch (error) {
    if (isUnreadable(error) || isFileError(error) || isSftError(error)) throw error
    if (isStackOverflow(error)) return unreadable(TOO_DEEP)
    const message = `The loader failed: ${errorText(error)}`
    throw sftError('SFT_PLUGIN_FAILED', message, { plugin, hook: 'load', source: uri, cause: error })
  }
}
