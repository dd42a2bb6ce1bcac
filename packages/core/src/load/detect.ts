import type { Registered } from '../hooks/registry.ts'
import type { Loader, RecordHead } from '../plugin/types.ts'
import { fileStamp } from './file-stamp.ts'
import { archiveName, type FileHead, HEAD_BYTES, LONG_HEAD_BYTES, readHead } from './head.ts'
import type { InputFile } from './inputs.ts'
import { firstParquetRows } from './parquet-rows.ts'

/** A file with the loader that reads it. */
export interface DetectedFile extends InputFile {
  readonly head: Pick<FileHead, 'compression' | 'container'>
  readonly loader: Registered<Loader>
  /** Why it was taken for this format. */
  readonly why: string
}

export interface UndetectedFile {
  readonly uri: string
  readonly code: 'SFT_LOAD_UNKNOWN' | 'SFT_LOAD_REFUSED' | 'SFT_FILE_UNREADABLE'
  readonly message: string
  /** The file, where it could be opened: it may still stand with files of a format. */
  readonly file?: InputFile & { readonly head: Pick<FileHead, 'compression' | 'container'> }
}

/**
 * Finds the loader of a file: each of its first records is shown to the loaders in their order, the first that
 * claims it has its vote, and most votes win. One odd record does not change a file's format.
 *
 * @param only reads the file as this format, without asking
 * @throws the system's error where the file cannot be opened
 */
export async function detectFile(
  file: InputFile,
  loaders: readonly Registered<Loader>[],
  only?: string,
): Promise<DetectedFile | UndetectedFile> {
  let head = await readWholeHead(file.path, HEAD_BYTES)
  if (only !== undefined) {
    const loader = loaders.find(({ value }) => value.name === only)
    if (loader !== undefined) {
      const { compression, container } = head
      const stamp = fileStamp(file.path, container)
      return { ...file, stamp, head: { compression, container }, loader, why: 'the config names the format' }
    }
  }
  let winner = vote(file.uri, head, loaders)
  if (winner === undefined && head.cut) {
    head = await readWholeHead(file.path, LONG_HEAD_BYTES)
    winner = vote(file.uri, head, loaders)
  }
  const { compression, container } = head
  const found = { ...file, stamp: fileStamp(file.path, container), head: { compression, container } }
  if (winner === undefined && head.problem !== undefined) {
    const message = `The SQLite database cannot be read: ${head.problem}.`
    return { uri: file.uri, code: 'SFT_FILE_UNREADABLE', message, file: found }
  }
  if (winner === undefined) {
    const message = whatItIs(file, head, loaders)
    return { uri: file.uri, code: 'SFT_LOAD_UNKNOWN', message, file: found }
  }
  const { value } = winner.loader
  if ('refuses' in value) {
    const message = `${value.name} (${winner.why}): ${value.refuses}`
    return { uri: file.uri, code: 'SFT_LOAD_REFUSED', message, file: found }
  }
  return { ...found, ...winner }
}

/** The first rows of a parquet file stand anywhere in it. */
async function readWholeHead(path: string, limit: number): Promise<FileHead> {
  const head = readHead(path, limit)
  if (head.container !== 'parquet' || head.compression !== undefined) return head
  return { ...head, cut: false, records: await firstParquetRows(path) }
}

export function isDetected(file: DetectedFile | UndetectedFile): file is DetectedFile {
  return 'loader' in file
}

function vote(
  uri: string,
  head: FileHead,
  loaders: readonly Registered<Loader>[],
): { loader: Registered<Loader>; why: string } | undefined {
  const { container, bytes } = head
  const records = head.records.map((record) => record.value)
  const shown = head.records.length > 0 ? head.records : [{ value: undefined, partial: head.cut }]
  const votes = new Map<Registered<Loader>, { count: number; why: string }>()
  for (const { value, partial } of shown) {
    const claim = firstClaim({ record: value, partial, container, uri, bytes, records }, loaders)
    if (claim === undefined) continue
    const before = votes.get(claim.loader)
    votes.set(claim.loader, { count: (before?.count ?? 0) + 1, why: before?.why ?? claim.why })
  }
  const best = [...votes].reduce<[Registered<Loader>, { count: number; why: string }] | undefined>(
    (top, next) => (top === undefined || next[1].count > top[1].count ? next : top),
    undefined,
  )
  return best === undefined ? undefined : { loader: best[0], why: best[1].why }
}

function firstClaim(
  head: RecordHead,
  loaders: readonly Registered<Loader>[],
): { loader: Registered<Loader>; why: string } | undefined {
  for (const loader of loaders) {
    const why = loader.value.detect(head)
    if (why !== undefined) return { loader, why }
  }
  return undefined
}

function whatItIs(file: InputFile, head: FileHead, loaders: readonly Registered<Loader>[]): string {
  const tried = `Loaders tried: ${loaders.length} (\`sft plugins\` lists them and what each looks for).`
  if (file.bytes === 0) return 'The file is empty.'
  return `No loader claims it. It looks like ${describeHead(head)}. ${tried}`
}

function describeHead({ container, records, compression, bytes }: FileHead): string {
  const archive = archiveName(bytes)
  if (archive !== undefined) return archive
  const packed = compression === undefined ? '' : `${compression}-compressed `
  if (container === 'sqlite') return `a ${packed}SQLite database`
  if (container === 'zip' || container === 'parquet') return `a ${packed}${container} file`
  const first = records[0]?.value
  const keys =
    typeof first === 'object' && first !== null
      ? Object.keys(first)
          .slice(0, 5)
          .map((key) => key.slice(0, 30))
          .join(', ')
      : ''
  const names = {
    jsonl: 'JSON lines',
    'json-array': 'a JSON list',
    'json-object': 'one JSON object',
    other: 'no JSON',
  }
  const about = keys === '' ? '' : ` with the keys ${keys}`
  return `${packed}${names[container]}${about}`
}
