import type { ConfigSession } from '../config/session.ts'
import { sftError } from '../errors/error.ts'
import { type FileCopy, leaveOutCopies } from '../load/copies.ts'
import { type DetectedFile, detectFile, type UndetectedFile } from '../load/detect.ts'
import { type EarlierVersion, leaveOutEarlierVersions } from '../load/earlier-versions.ts'
import { fetchFiles } from '../load/fetch-files.ts'
import { writeAheadLog } from '../load/file-stamp.ts'
import { findInputFiles, type InputFile } from '../load/inputs.ts'
import { cutIntoParts } from '../load/parts.ts'
import { type FileSet, gatherSets } from '../load/sets.ts'
import { describeFileError, isFileError } from '../load/unreadable.ts'
import type { Logger } from '../log/logger.ts'
import type { RemoteFile } from '../plugin/types.ts'
import { listRemote } from './remote-input.ts'

export interface RunInput {
  readonly files: readonly DetectedFile[]
  /** The files as they are read: most alone, some together. */
  readonly sets: readonly FileSet[]
  /** Files without a loader, and paths that could not be opened: unreadable rows. */
  readonly refused: readonly UndetectedFile[]
  readonly copies: readonly FileCopy[]
  /** Earlier states of other files of the input. */
  readonly earlier: readonly EarlierVersion[]
  /** Hidden files and folders that were left out. */
  readonly hidden: readonly string[]
}

/** The input, opened part by part. */
export interface InputParts {
  /**
   * The next part: everything, or of a limited run's remote files only so many as may be enough. At first one, then
   * twice as many each time.
   */
  next(): Promise<RunInput>
  /** Whether there is another part. */
  more(): boolean
  /** Bytes of the files that no part had yet, as far as they are known. */
  bytesLeft(): number
}

/**
 * Finds the input's files and their formats.
 *
 * @throws SFT_INPUT_NONE, SFT_INPUT_EMPTY, SFT_INPUT_SCHEME, SFT_FORMAT_UNKNOWN, and what an input plugin throws
 */
export async function openInput(
  session: ConfigSession,
  how: { readonly log: Logger; readonly signal: AbortSignal; readonly limited: boolean },
): Promise<InputParts> {
  const { config } = session
  requireFormat(session)
  const found = await findInputFiles(config.input, (input) => listRemote(session, input, how))
  let unreadable = found.unreadable
  let hidden = found.hidden
  let at = 0
  let remotes = how.limited ? 1 : Number.POSITIVE_INFINITY
  return {
    async next() {
      const part = found.files.slice(at, endOfPart(found.files, at, remotes))
      at += part.length
      remotes *= 2
      const opened = await openFiles(session, await fetchFiles(part, how), unreadable, how)
      const result = { ...opened, hidden }
      unreadable = []
      hidden = []
      return result
    },
    more: () => at < found.files.length,
    bytesLeft: () => found.files.slice(at).reduce((sum, { bytes = 0 }) => sum + bytes, 0),
  }
}

function requireFormat({ config, registry }: ConfigSession): void {
  const only = config.load.format
  const loaders = registry.loaders.all()
  if (only === undefined || loaders.some(({ value }) => value.name === only)) return
  const names = loaders.map(({ value }) => value.name).join(', ')
  throw sftError(
    'SFT_FORMAT_UNKNOWN',
    `load.format names ${only}, and no loader has that name. Loaders: ${names || 'none'}.`,
  )
}

/** Where a part with so many remote files ends: behind the local files that follow them. */
function endOfPart(files: readonly (InputFile | RemoteFile)[], from: number, remotes: number): number {
  let left = remotes
  for (let at = from; at < files.length; at++) {
    const file = files[at]
    if (file !== undefined && 'fetch' in file && left-- === 0) return at
  }
  return files.length
}

async function openFiles(
  { config, registry }: ConfigSession,
  files: readonly InputFile[],
  unreadable: readonly { readonly uri: string; readonly message: string }[],
  { log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<Omit<RunInput, 'hidden'>> {
  const loaders = registry.loaders.all()
  const opened: (DetectedFile | UndetectedFile)[] = []
  const refused: UndetectedFile[] = unreadable.map(({ uri, message }) => ({
    uri,
    code: 'SFT_FILE_UNREADABLE',
    message,
  }))
  const { kept, earlier } = leaveOutEarlierVersions(files)
  for (const file of kept) {
    try {
      opened.push(await detectFile(file, loaders, config.load.format))
    } catch (error) {
      if (!isFileError(error)) throw error
      refused.push({
        uri: file.uri,
        code: 'SFT_FILE_UNREADABLE',
        message: describeFileError(error, file).message,
      })
    }
  }
  const gathered = gatherSets(opened)
  const read = leaveOutCopies(gathered.sets, (set) =>
    // A database whose latest changes stand in its log is not told by the bytes of its file.
    set.head.container === 'sqlite' && writeAheadLog(set.path) !== undefined
      ? []
      : [set, ...set.others, ...set.companions],
  )
  const cut = await cutIntoParts(read.kept, (plugin) => ({ config, log: log.fork(plugin), signal }))
  const left = leaveOutCopies(gathered.undetected, ({ file }) => (file === undefined ? [] : [file]))
  return {
    files: cut.sets.flatMap((set) => [set, ...set.others]),
    sets: cut.sets,
    refused: [...refused, ...left.kept, ...cut.refused],
    copies: [...read.copies, ...left.copies],
    earlier,
  }
}
