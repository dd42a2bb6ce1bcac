import { createHash, type Hash } from 'node:crypto'
import { statSync } from 'node:fs'
import type { LoadedTrace } from '../data/trace.ts'
import { errorText, isSftError, sftError } from '../errors/error.ts'
import { isTooDeep } from '../load/depth.ts'
import { stampOf } from '../load/inputs.ts'
import { readRecords, TOO_DEEP, type UnreadableRecord } from '../load/records.ts'
import { describeFileError, isFileError, isUnreadable, unreadable } from '../load/unreadable.ts'
import type { FileLoader, LoadContext, Loader, RowLoader, SourceRecord } from '../plugin/types.ts'
import type { BatchFlow } from './batch-flow.ts'
import type { BatchSink } from './batch-scope.ts'
import type { Bench } from './bench.ts'
import { canonicalTrace, type OpenTrace } from './canonical.ts'
import { traceId } from './derive.ts'
import type { Loss } from './losses.ts'
import { openFileSource } from './source-file.ts'
import type { SegmentResult, TaskSegment } from './task.ts'
import type { Timings } from './timings.ts'

export interface SegmentRun {
  readonly bench: Bench
  readonly segment: TaskSegment
  /** The most traces to load. */
  readonly limit: number
  readonly sink: BatchSink
  readonly timings: Timings
  readonly flow: BatchFlow
  report(row: UnreadableRecord): void
}

/** Reads a segment's traces into the flow. What cannot be read is reported; the rest is read. */
export async function readSegment(run: SegmentRun): Promise<{ result: SegmentResult; loaded: number }> {
  const { segment, report } = run
  const { value: loader, plugin } = loaderOf(run.bench, segment.format)
  const tally: Tally = { digest: createHash('sha256'), records: 0, lines: 0, loaded: 0 }
  try {
    if ('read' in loader) await readRows(run, loader, plugin, tally)
    else await readFile(run, loader, plugin, tally)
    if (stampOf(statSync(segment.path)) !== segment.stamp) {
      report({
        uri: segment.uri,
        code: 'SFT_FILE_CHANGED',
        message: 'The file changed while it was read; what was read of it is kept.',
      })
    }
  } catch (error) {
    if (isUnreadable(error)) report({ uri: segment.uri, code: 'SFT_ROW_SHAPE', message: error.message })
    else if (!isSftError(error) && isFileError(error))
      report({ uri: segment.uri, ...describeFileError(error, segment) })
    else throw error
  }
  const { uri, start, end, stamp } = segment
  const { records, lines, loaded } = tally
  return { loaded, result: { uri, start, end, stamp, digest: tally.digest.digest('hex'), records, lines } }
}

interface Tally {
  readonly digest: Hash
  records: number
  lines: number
  loaded: number
}

function loaderOf(bench: Bench, format: string): { value: Loader; plugin: string } {
  const found = bench.session.registry.loaders.all().find(({ value }) => value.name === format)
  if (found === undefined) throw sftError('SFT_INTERNAL', `The loader ${format} is missing in this thread.`)
  return found
}

async function readRows(run: SegmentRun, loader: RowLoader, plugin: string, tally: Tally): Promise<void> {
  const { bench, segment, limit, timings, flow, report } = run
  const read = rowReader(run, loader, plugin)
  let since = timings.now()
  for await (const found of readRecords(segment, bench.reuse)) {
    if (tally.loaded >= limit) break
    if (bench.base.signal.aborted) throw sftError('SFT_INTERRUPTED', 'The run was interrupted.')
    tally.digest.update(found.digest)
    tally.records++
    tally.lines = found.line
    if ('unreadable' in found) report(found.unreadable)
    else {
      const traces = read(found.record, found.line)
      timings.add('load', since)
      for (const trace of traces) {
        if (tally.loaded >= limit) break
        tally.loaded++
        await flow.add(trace, found.bytes)
      }
      since = timings.now()
    }
  }
}

/** Reads one record; a loader that throws makes that record unreadable, and nothing else. */
function rowReader(
  run: SegmentRun,
  loader: RowLoader,
  plugin: string,
): (record: SourceRecord, line: number) => OpenTrace[] {
  const { bench, segment, sink, report } = run
  const { activity } = bench.session
  // Attributed once the record's traces, and so their ids, are known.
  let losses: Loss[] = []
  const context: LoadContext = {
    ...bench.base,
    log: bench.base.log.fork(plugin),
    loss: (field, kind, detail, count) => losses.push({ field, kind, detail, count }),
    unreadable,
  }
  return (record, line) => {
    losses = []
    const slot = activity.enter(plugin, 'load')
    const place = {
      uri: segment.uri,
      line,
      ...(record.byteOffset !== undefined && { byteOffset: record.byteOffset }),
    }
    try {
      const loaded = loader.read(record, context)
      if (loaded === undefined) return []
      refusePromise(loaded, plugin, segment.uri)
      const list = (Array.isArray(loaded) ? loaded : [loaded]) as readonly LoadedTrace[]
      if (list.some(isTooDeep)) {
        report({ ...place, code: 'SFT_ROW_TOO_DEEP', message: TOO_DEEP })
        return []
      }
      const traces = list.map((one, number) => canonicalTrace(one, record, loader.name, number))
      const about = { id: traces[0]?.id ?? traceId(record.hash, 0), uri: segment.uri, plugin }
      for (const loss of losses) sink.losses.add(about, loss)
      return traces
    } catch (error) {
      if (isSftError(error)) throw error
      if (isStackOverflow(error)) {
        report({ ...place, code: 'SFT_ROW_TOO_DEEP', message: TOO_DEEP })
        return []
      }
      const message = isUnreadable(error)
        ? error.message
        : `The loader ${plugin} failed on it: ${errorText(error)}`
      report({ ...place, code: 'SFT_ROW_SHAPE', message })
      return []
    } finally {
      activity.leave(slot)
    }
  }
}

function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack')
}

function refusePromise(loaded: unknown, plugin: string, uri: string): void {
  if (!(loaded instanceof Promise)) return
  loaded.catch(() => {})
  throw sftError('SFT_PLUGIN_PROMISE', '`read` is synchronous, and it returned a promise.', {
    plugin,
    hook: 'load',
    source: uri,
  })
}

async function readFile(run: SegmentRun, loader: FileLoader, plugin: string, tally: Tally): Promise<void> {
  const { bench, segment, limit, sink, flow, report } = run
  const source = openFileSource(segment, bench.reuse, tally, report)
  const context: LoadContext = {
    ...bench.base,
    log: bench.base.log.fork(plugin),
    loss: (field, kind, detail, count) =>
      sink.losses.add(
        { id: traceId(source.hash(), 0), uri: segment.uri, plugin },
        { field, kind, detail, count },
      ),
    unreadable,
  }
  const share = Math.ceil((segment.end - segment.start) / 4)
  let number = 0
  for await (const loaded of attributed(() => loader.open(source.file, context), plugin, segment.uri)) {
    if (tally.loaded >= limit) break
    if (bench.base.signal.aborted) throw sftError('SFT_INTERRUPTED', 'The run was interrupted.')
    if (isTooDeep(loaded)) {
      report({ uri: segment.uri, code: 'SFT_ROW_TOO_DEEP', message: TOO_DEEP })
      continue
    }
    tally.loaded++
    const record: SourceRecord = { value: {}, uri: segment.uri, hash: source.hash() }
    await flow.add(canonicalTrace(loaded, record, loader.name, number++), share)
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
    const message = `The loader failed: ${errorText(error)}`
    throw sftError('SFT_PLUGIN_FAILED', message, { plugin, hook: 'load', source: uri, cause: error })
  }
}
