import { existsSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { globSync, isDynamicPattern } from 'tinyglobby'
import { errorText, sftError } from '../errors/error.ts'
import type { RemoteFile } from '../plugin/types.ts'
import { isOfDatabase, stampOf } from './file-stamp.ts'

/** A file of the input, before its content is looked at. */
export interface InputFile {
  readonly path: string
  /** The path below the input argument, prefixed by that argument's base name; `/` on every system. */
  readonly uri: string
  readonly bytes: number
  /** What changes when somebody writes to the file. */
  readonly stamp: string
}

/** Something below an input argument that could not be read. */
export interface UnreadablePath {
  readonly uri: string
  readonly message: string
}

export interface FoundInput {
  /** In the order in which they are read. */
  readonly files: readonly (InputFile | RemoteFile)[]
  readonly unreadable: readonly UnreadablePath[]
  /** Hidden files and folders that were left out; named themselves, they are read. */
  readonly hidden: readonly string[]
}

/**
 * Finds the files of the input: files, folders (recursively), globs and addresses, in a stable order. Below a folder
 * hidden entries, node_modules, run directories and sft.config files are left out; a symbolic link that leads back is
 * followed once.
 *
 * @param inputs absolute paths, globs or addresses
 * @param listRemote the files of an address (`hf://datasets/ORG/NAME`)
 * @throws SFT_INPUT_NONE, SFT_INPUT_EMPTY, and what `listRemote` throws
 */
export async function findInputFiles(
  inputs: readonly string[],
  listRemote: (input: string) => Promise<readonly RemoteFile[]>,
): Promise<FoundInput> {
  if (inputs.length === 0) {
    throw sftError(
      'SFT_INPUT_NONE',
      'No input was given: neither the command line nor the config names a file or folder.',
    )
  }
  const found: (InputFile | RemoteFile)[] = []
  const unreadable: UnreadablePath[] = []
  const hidden: string[] = []
  const taken = new Set<string>()
  for (const input of inputs) {
    if (isAddress(input)) {
      const remote = (await listRemote(input)).filter(({ uri }) => !taken.has(uri))
      for (const { uri } of remote) taken.add(uri)
      found.push(...remote)
      continue
    }
    const files: InputFile[] = []
    for (const { path, uri } of expand(input, unreadable, hidden)) {
      const file = describeFile(path, uri, unreadable)
      if (file === undefined || taken.has(path)) continue
      taken.add(path)
      files.push(file)
    }
    found.push(...files.sort((a, b) => compareUris(a.uri, b.uri)))
  }
  if (found.length === 0) throw emptyInput(inputs, unreadable)
  return { files: found, unreadable, hidden }
}

/** Whether an input is an address, such as `hf://datasets/ORG/NAME`, and no path. */
export function isAddress(input: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//.test(input)
}

interface FoundPath {
  readonly path: string
  readonly uri: string
}

function expand(input: string, unreadable: UnreadablePath[], hidden: string[]): FoundPath[] {
  const stats = statOf(input)
  if (stats?.isDirectory())
    return walk(input, basename(input), new Set([realpathSync(input)]), unreadable, hidden)
  if (stats !== undefined) return [{ path: input, uri: basename(input) }]
  if (!isDynamicPattern(input)) return []
  const base = staticPrefix(input)
  return globSync(relative(base, input).split(sep).join('/'), {
    cwd: base,
    onlyFiles: true,
    expandDirectories: false,
  })
    .filter((path) => !path.split('/').includes('node_modules') && !CONFIG_FILE.test(path))
    .filter((path) => !isInRunDirectory(base, path) && !isOfDatabase(join(base, path)))
    .map((path) => ({ path: join(base, path), uri: `${basename(base)}/${path}` }))
}

/** Hidden entries that nobody misses. `.recorder` holds the texts of the recordings beside it. */
const NOT_TRACES = new Set([
  '.git',
  '.gitignore',
  '.gitattributes',
  '.DS_Store',
  '.sft',
  '.venv',
  '.cache',
  '.recorder',
])

const CONFIG_FILE = /(^|\/)sft\.config\.m?[jt]s$/

/** Whether a folder is a run's output: it would be read as traces by the next run over the folder around it. */
function isRunDirectory(folder: string): boolean {
  return existsSync(join(folder, '.sft'))
}

function isInRunDirectory(base: string, path: string): boolean {
  const parts = path.split('/').slice(0, -1)
  return parts.some((_, index) => isRunDirectory(join(base, ...parts.slice(0, index + 1))))
}

function walk(
  folder: string,
  uri: string,
  visited: Set<string>,
  unreadable: UnreadablePath[],
  hidden: string[],
): FoundPath[] {
  const found: FoundPath[] = []
  for (const entry of entriesOf(folder, uri, unreadable)) {
    if (entry.startsWith('.')) {
      if (!NOT_TRACES.has(entry)) hidden.push(`${uri}/${entry}`)
      continue
    }
    if (entry === 'node_modules' || CONFIG_FILE.test(entry)) continue
    const path = join(folder, entry)
    const stats = statOf(path)
    if (stats === undefined)
      unreadable.push({ uri: `${uri}/${entry}`, message: 'the link leads nowhere, or access is denied' })
    else if (!stats.isDirectory()) {
      if (!isOfDatabase(path)) found.push({ path, uri: `${uri}/${entry}` })
    } else if (!isRunDirectory(path) && isNew(path, visited))
      found.push(...walk(path, `${uri}/${entry}`, visited, unreadable, hidden))
  }
  return found
}

function entriesOf(folder: string, uri: string, unreadable: UnreadablePath[]): string[] {
  try {
    return readdirSync(folder).sort(compareUris)
  } catch (error) {
    unreadable.push({ uri, message: errorText(error).replace(folder, uri) })
    return []
  }
}

function isNew(folder: string, visited: Set<string>): boolean {
  const real = realpathSync(folder)
  if (visited.has(real)) return false
  visited.add(real)
  return true
}

function describeFile(path: string, uri: string, unreadable: UnreadablePath[]): InputFile | undefined {
  const stats = statOf(path)
  if (stats === undefined) {
    unreadable.push({ uri, message: 'the file vanished, or access is denied' })
    return undefined
  }
  // Sockets, pipes and devices have no content to come back to.
  return stats.isFile() ? { path, uri, bytes: stats.size, stamp: stampOf(stats) } : undefined
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

/** The folder before the first part of a glob that has a wildcard. */
function staticPrefix(glob: string): string {
  const parts = glob.split(/[\\/]/)
  const firstDynamic = parts.findIndex((part) => isDynamicPattern(part))
  const base = parts.slice(0, firstDynamic).join(sep)
  return base === '' ? dirname(glob) : base
}

/** By code unit: the same on every machine, whatever its locale. */
function compareUris(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function emptyInput(inputs: readonly string[], unreadable: readonly UnreadablePath[]): Error {
  const looked = inputs.map((input) => {
    if (isAddress(input)) return `${input} (an address without files)`
    const stats = statOf(input)
    if (stats?.isDirectory())
      return `${input} (a folder without files; hidden entries and node_modules are left out)`
    return isDynamicPattern(input) ? `${input} (a glob that matches no file)` : `${input} (does not exist)`
  })
  const refused =
    unreadable.length === 0
      ? ''
      : ` Not readable: ${unreadable.map(({ uri, message }) => `${uri}: ${message}`).join('; ')}.`
  return sftError('SFT_INPUT_EMPTY', `There is no file to read. Looked for: ${looked.join('; ')}.${refused}`)
}
