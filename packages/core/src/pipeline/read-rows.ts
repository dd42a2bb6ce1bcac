import type { LoadedTrace } from '../data/trace.ts'
import { errorText, isSftError, sftError } from '../errors/error.ts'
import { isStackOverflow, isTooDeep } from '../load/depth.ts'
import { readRecords, TOO_DEEP } from '../load/records.ts'
import { isUnreadable, unreadable } from '../load/unreadable.ts'
import type { LoadContext, RowLoader, SourceRecord } from '../plugin/types.ts'
import { canonicalTrace, type OpenTrace } from './canonical.ts'
import { checkLoaded } from './check-loaded.ts'
import { traceId } from './derive.ts'
import { collectFates } from './fates.ts'
import type { SegmentRun, SegmentTally } from './segment-run.ts'

/** Reads the records of a range, one after the other. */
export async function readRows(
  run: SegmentRun,
  loader: RowLoader,
  plugin: string,
  tally: SegmentTally,
): Promise<void> {
  const { bench, segment, limit, timings, report } = run
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
      const { traces, settle } = read(found.record, found.line)
      timings.add('load', since)
      let taken = traces.length === 0
      for (const [number, trace] of traces.entries()) {
        if (tally.loaded >= limit) break
        const place = { record: tally.records - 1, number, value: found.record.value }
        if (!(await run.take(trace, place, found.bytes))) continue
        taken = true
        tally.loaded++
      }
      if (taken) settle()
      since = timings.now()
    }
  }
}

/** A record's traces. */
interface ReadRow {
  readonly traces: readonly OpenTrace[]
  /** Enters what became of the record's fields into the ledgers. Not for a record that another one repeats whole. */
  settle(): void
}

const NOTHING: ReadRow = { traces: [], settle() {} }

/** Reads one record; a loader that throws makes that record unreadable, and nothing else. */
function rowReader(
  run: SegmentRun,
  loader: RowLoader,
  plugin: string,
): (record: SourceRecord, line: number) => ReadRow {
  const { bench, segment, report } = run
  const { activity } = bench.session
  // Attributed once the record's traces, and so their ids, are known.
  const fates = collectFates(run.sink, run.kept, plugin)
  const context: LoadContext = {
    ...bench.base,
    log: bench.base.log.fork(plugin),
    ...fates.recorder,
    unreadable,
    drop(reason, detail) {
      const why = { reason, ...(detail !== undefined && { detail }) }
      run.sink.drops.push({ id: reading, uri: segment.uri, stage: 'load', plugin, ...why })
      return undefined
    },
  }
  let reading = ''
  return (record, line) => {
    fates.forget()
    reading = traceId(record.hash, 0)
    const slot = activity.enter(plugin, 'load')
    const place = {
      uri: segment.uri,
      line,
      ...(record.byteOffset !== undefined && { byteOffset: record.byteOffset }),
    }
    try {
      const loaded = loader.read(record, context)
      if (loaded === undefined) {
        const id = traceId(record.hash, 0)
        return { traces: [], settle: () => fates.settle({ id, uri: segment.uri }) }
      }
      refusePromise(loaded, plugin, segment.uri)
      const where = () => ({ plugin, source: segment.uri, line, id: reading })
      const list = ((Array.isArray(loaded) ? loaded : [loaded]) as readonly LoadedTrace[]).map((one) =>
        checkLoaded(one, fates.recorder.loss, where),
      )
      if (list.some(isTooDeep)) {
        report({ ...place, code: 'SFT_ROW_TOO_DEEP', message: TOO_DEEP })
        return NOTHING
      }
      const traces = list.map((one, number) => canonicalTrace(one, record, loader.name, number))
      const about = { id: traces[0]?.id ?? traceId(record.hash, 0), uri: segment.uri }
      return { traces, settle: () => fates.settle(about) }
    } catch (error) {
      if (isSftError(error)) throw error
      if (isStackOverflow(error)) {
        report({ ...place, code: 'SFT_ROW_TOO_DEEP', message: TOO_DEEP })
        return NOTHING
      }
      const message = isUnreadable(error)
        ? error.message
        : `The loader ${plugin} failed on it: ${errorText(error)}`
      report({ ...place, code: 'SFT_ROW_SHAPE', message })
      return NOTHING
    } finally {
      activity.leave(slot)
    }
  }
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
