import {
  type FieldLedger,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LoadContext,
  type LoadedTrace,
  type Plugin,
  type SourceSet,
} from '@sftkit/core'
import { detectAs } from '../detect/detect-as.ts'
import { hasMagic } from '../detect/magic.ts'
import { recordFields } from '../ledger/record.ts'
import { loaderPlugin } from '../loader-plugin.ts'
import { createLosses, type LossLedger } from '../losses.ts'
import { type FoundSample, openArchive, openEntries } from './archive.ts'
import { folderOf, openFolder } from './folder.ts'
import { type LogFacts, readLogFacts } from './log-facts.ts'
import { logFields } from './log-fields.ts'
import { readSample } from './sample.ts'

/** Logs of Inspect: `.eval` archives, also unpacked, JSON documents, and samples that stand alone. */
export function inspect(): Plugin {
  return loaderPlugin({
    name: 'inspect',
    looksFor: 'version, eval and status; a sample with epoch, input and target; an archive of such samples',
    detect: detectAs('inspect'),
    set: (uri) => folderOf(uri) ?? uri,
    companion: folderOf,
    open: openLog,
  })
}

async function* openLog(file: SourceSet, context: LoadContext): AsyncGenerator<LoadedTrace> {
  const losses = createLosses()
  const folder = folderOf(file.uri)
  if (folder !== undefined && file.files.length + file.companions.length > 1) {
    yield* readFolder(file, folder, context, losses)
    losses.flush(context)
    return
  }
  const path = await file.path()
  if (hasMagic(path, 'PK')) yield* readArchive(file, path, context, losses)
  else {
    for await (const { value } of file.records()) {
      if (isJsonObject(value.eval)) yield* readDocument(value, context, losses)
      else yield* tracesOf({ value, place: '' }, readLogFacts({}), context, losses)
    }
  }
  losses.flush(context)
}

/** The samples of an archive that was unpacked, each read from its own file. */
async function* readFolder(
  set: SourceSet,
  folder: string,
  context: LoadContext,
  losses: LossLedger,
): AsyncGenerator<LoadedTrace> {
  const files = openFolder(set, folder)
  const log = await openEntries(files, losses, (reason) => set.unreadable(reason))
  for await (const { entry, trace } of readEntries(log, context, losses, '')) {
    const uri = files.uriOf(entry)
    yield uri === undefined ? trace : { ...trace, uri }
  }
}

async function* readArchive(
  file: SourceSet,
  path: string,
  context: LoadContext,
  losses: LossLedger,
): AsyncGenerator<LoadedTrace> {
  const log = await openArchive(path, context, losses, (reason) => file.unreadable(reason))
  for await (const { trace } of readEntries(log, context, losses)) yield trace
}

/** @param place the samples' place in their file; default that of their entry in the archive */
async function* readEntries(
  { header, samples, named, close }: Awaited<ReturnType<typeof openArchive>>,
  context: LoadContext,
  losses: LossLedger,
  place?: string,
): AsyncGenerator<{ readonly entry: string; readonly trace: LoadedTrace }> {
  try {
    recordFields(header, logFields, losses)
    const facts = readLogFacts(header)
    let found = false
    for await (const sample of samples) {
      found = true
      const entry = sample.place.slice(1)
      for (const trace of tracesOf({ ...sample, place: place ?? sample.place }, facts, context, losses))
        yield { entry, trace }
    }
    // Each that cannot be read is listed.
    if (found || named > 0) return
    losses.loss('samples', 'dropped', NONE)
  } finally {
    close()
  }
}

function* readDocument(
  document: JsonObject,
  context: LoadContext,
  losses: LossLedger,
): Generator<LoadedTrace> {
  const { samples, ...header } = document
  recordFields(header, logFields, losses)
  const facts = readLogFacts(header)
  const list = Array.isArray(samples) ? (samples as readonly JsonValue[]) : []
  if (list.length === 0) losses.loss('samples', 'dropped', NONE)
  for (const [index, value] of list.entries()) {
    if (isJsonObject(value)) yield* tracesOf({ value, place: `/samples/${index}` }, facts, context, losses)
    else losses.loss('samples[]', 'dropped', 'no object')
  }
}

const NONE = 'the log has none: only its header was written'

function tracesOf(
  { value, place }: FoundSample,
  facts: LogFacts,
  context: FieldLedger,
  losses: LossLedger,
): readonly LoadedTrace[] {
  const traces = readSample(value, facts, place, losses)
  losses.flush(context)
  return traces
}
