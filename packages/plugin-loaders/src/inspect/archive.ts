import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LoadContext,
  type LossRecorder,
} from '@sftkit/core'
import { readId } from '../values.ts'
import { readChunkedSample } from './chunked.ts'
import { parsePythonJson } from './python-json.ts'
import { openZip, type ZipArchive } from './zip-archive.ts'

/** A log and its samples, one at a time. */
export interface OpenedLog {
  readonly header: JsonObject
  readonly samples: AsyncIterable<FoundSample> | Iterable<FoundSample>
}

export interface FoundSample {
  readonly value: JsonObject
  /** Its JSON pointer in the document, or its entry's name in the archive. */
  readonly place: string
}

const WHOLE = /^samples\/.+_epoch_\d+\.json$/
const CHUNKED = /^(samples\/.+_epoch_\d+)\/sample\.json$/
const NATURAL = new Intl.Collator('en', { numeric: true })

/** Says of one piece of a log that it cannot be read, and why. */
export type OnDamage = (reason: string) => void

/**
 * Opens a `.eval` archive. Its entries that cannot be read are listed; an archive that is none is unreadable. `named` is
 * the number of its samples, readable or not.
 */
export async function openArchive(
  path: string,
  context: LoadContext,
  losses: LossRecorder,
  damaged: OnDamage,
): Promise<OpenedLog & { readonly named: number; close(): void }> {
  const zip = await openZip(path).catch((error: unknown) =>
    context.unreadable(`The archive cannot be opened: ${reasonOf(error)}.`),
  )
  return openEntries(zip, losses, damaged)
}

/** The same of an archive's entries, wherever they are. */
export async function openEntries(
  zip: ZipArchive,
  losses: LossRecorder,
  damaged: OnDamage,
): Promise<OpenedLog & { readonly named: number; close(): void }> {
  const read = (name: string): Promise<JsonValue | undefined> => readEntry(zip, name, losses, damaged)
  return {
    header: await readHeader(zip, read),
    samples: samplesOf(zip, read, losses, damaged),
    named: sampleEntries(zip).length,
    close: () => zip.close(),
  }
}

type ReadEntry = (name: string) => Promise<JsonValue | undefined>

/** A run that was interrupted has no header yet: what it began with stands in the journal. */
async function readHeader(zip: ZipArchive, read: ReadEntry): Promise<JsonObject> {
  for (const name of ['header.json', '_journal/start.json']) {
    const header = zip.names.includes(name) ? await read(name) : undefined
    if (isJsonObject(header)) return header
  }
  return {}
}

function sampleEntries({ names }: ZipArchive): readonly string[] {
  return names.filter((name) => WHOLE.test(name) || CHUNKED.test(name)).sort(NATURAL.compare)
}

/** Samples stand in the order in which they were finished; they are read in that of their names. */
async function* samplesOf(
  zip: ZipArchive,
  read: ReadEntry,
  losses: LossRecorder,
  damaged: OnDamage,
): AsyncGenerator<FoundSample> {
  const names = sampleEntries(zip)
  for (const name of names) {
    const folder = CHUNKED.exec(name)?.[1]
    const value = folder === undefined ? await read(name) : await readChunkedSample(folder, zip.names, read)
    if (isJsonObject(value)) yield { value, place: `/${name}` }
    else if (value !== undefined) damaged(`The entry ${name} is no object.`)
  }
  const found = new Set(names.map((name) => name.replace(/^samples\/|\.json$|\/sample\.json$/g, '')))
  await recordMissing(zip, read, found, losses)
}

/** The journal names each sample that was finished, also one whose entry is not there. */
async function recordMissing(
  zip: ZipArchive,
  read: ReadEntry,
  found: ReadonlySet<string>,
  losses: LossRecorder,
): Promise<void> {
  const journal = zip.names.filter((name) => name.startsWith('_journal/summaries/'))
  const lists = journal.length > 0 ? journal : zip.names.filter((name) => name === 'summaries.json')
  for (const name of lists) {
    const summaries = await read(name)
    for (const summary of Array.isArray(summaries) ? (summaries as readonly JsonValue[]) : []) {
      if (!isJsonObject(summary)) continue
      const sample = `${readId(summary.id)}_epoch_${readId(summary.epoch)}`
      if (!found.has(sample))
        losses.loss('samples/*.json', 'dropped', 'in the journal, and not in the archive')
    }
  }
}

async function readEntry(
  zip: ZipArchive,
  name: string,
  losses: LossRecorder,
  damaged: OnDamage,
): Promise<JsonValue | undefined> {
  try {
    return parsePythonJson(await zip.text(name), losses)
  } catch (error) {
    damaged(`The entry ${name} cannot be read: ${reasonOf(error)}.`)
    return undefined
  }
}

/** Why an entry cannot be read, without anything of its content. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'no JSON'
  return error instanceof Error ? error.message.slice(0, 100) : 'unknown'
}
