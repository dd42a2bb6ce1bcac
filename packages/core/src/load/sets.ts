import type { FilePart } from '../plugin/types.ts'
import { type DetectedFile, isDetected, type UndetectedFile } from './detect.ts'
import type { FileHead } from './head.ts'
import type { InputFile } from './inputs.ts'

type OpenedFile = InputFile & { readonly head: Pick<FileHead, 'compression' | 'container'> }

/** Files that are read together: most often one. */
export interface FileSet extends DetectedFile {
  /** The set's other files, in natural order of their paths. */
  readonly others: readonly DetectedFile[]
  readonly companions: readonly OpenedFile[]
  /** What its loader cut it into; absent where it is read whole. */
  readonly parts?: readonly FilePart[]
}

/**
 * Puts files that a loader reads together into one set, which stands where its first file stood, and hands over the
 * files of no format that stand with it.
 *
 * @returns the sets, and the files that belong to none
 */
export function gatherSets(files: readonly (DetectedFile | UndetectedFile)[]): {
  readonly sets: readonly FileSet[]
  readonly undetected: readonly UndetectedFile[]
} {
  const members = new Map<string, DetectedFile[]>()
  for (const [number, file] of files.entries()) {
    if (!isDetected(file)) continue
    const key = setOf(file) ?? `\n${number}`
    const known = members.get(key)
    if (known === undefined) members.set(key, [file])
    else known.push(file)
  }
  const companions = new Map<string, OpenedFile[]>()
  const undetected: UndetectedFile[] = []
  const loaders = new Set(files.filter(isDetected).map((file) => file.loader))
  for (const file of files) {
    if (isDetected(file)) continue
    const opened = file.file
    const key =
      opened &&
      [...loaders]
        .flatMap(({ value }) => namesOf(value, opened.uri))
        .map((name) => setNamed(name, members))
        .find((name) => name !== undefined)
    if (opened === undefined || key === undefined) undetected.push(file)
    else companions.set(key, [...(companions.get(key) ?? []), opened])
  }
  const sets = [...members].map(([key, unsorted]): FileSet => {
    const [first, ...others] = unsorted.sort((a, b) => compareNaturally(a.uri, b.uri)) as [DetectedFile]
    return { ...first, others, companions: companions.get(key) ?? [] }
  })
  return { sets, undetected }
}

function setOf({ loader: { value }, uri }: DetectedFile): string | undefined {
  return 'open' in value && value.set !== undefined ? `${value.name}\n${value.set(uri)}` : undefined
}

function namesOf(loader: DetectedFile['loader']['value'], uri: string): string[] {
  const sets = 'open' in loader ? loader.companion?.(uri) : undefined
  const names = sets === undefined ? [] : typeof sets === 'string' ? [sets] : sets
  return names.map((set) => `${loader.name}\n${set}`)
}

/** The set of this name; of one that ends in `/*`, the folder's own set, else the first one below it. */
function setNamed(name: string, sets: ReadonlyMap<string, unknown>): string | undefined {
  if (sets.has(name)) return name
  if (!name.endsWith('/*')) return undefined
  const folder = name.slice(0, -1)
  return sets.has(folder) ? folder : sets.keys().find((set) => set.startsWith(folder))
}

/** Numbers inside names count as numbers: `event-2` stands before `event-10`. The same on every machine. */
function compareNaturally(a: string, b: string): number {
  const left = a.match(PARTS) ?? []
  const right = b.match(PARTS) ?? []
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const [x = '', y = ''] = [left[index], right[index]]
    if (x === y) continue
    const numbers = /^\d/.test(x) && /^\d/.test(y)
    if (numbers && Number(x) !== Number(y)) return Number(x) - Number(y)
    return x < y ? -1 : 1
  }
  return left.length - right.length
}

const PARTS = /\d+|\D+/g
