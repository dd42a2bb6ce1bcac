import { hash } from 'node:crypto'
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { sftError } from '../errors/error.ts'
import type { Registry } from '../hooks/registry.ts'
import type { DatasetReference, FileReference, Row, RowFolder, RowFolders } from '../plugin/types.ts'
import { readJsonLines } from './json-lines.ts'
import { makeFolders } from './make-folders.ts'
import { openSplit } from './split-writer.ts'
import { attempt } from './write.ts'

/** The folders of the run directory that formats write rows into. */
export function foldersOf({ formats }: Pick<Registry, 'formats'>): string[] {
  return [...formats.values()].flatMap(({ value: { folders } }) =>
    folders === undefined ? [] : [folders.in],
  )
}

/**
 * Writes the rows of formats that have folders once more, each into a folder of its own, and the rows as they are
 * called there. A folder is whole or not there.
 *
 * @param folder where the dataset's files are, as JSON lines; their references begin with `dataset/`
 * @returns the references as they are now, and those of the files in the folders
 */
export function writeRowFolders(
  out: string,
  folder: string,
  datasets: readonly DatasetReference[],
  { formats }: Pick<Registry, 'formats'>,
): { datasets: DatasetReference[]; files: FileReference[] } {
  const files: FileReference[] = []
  const written = datasets.map((dataset) => {
    const format = formats.get(dataset.format)
    if (format?.value.folders === undefined) return dataset
    const { folders } = format.value
    const target = `${out}/.sft/${folders.in}`
    attempt(target, () => rmSync(target, { recursive: true, force: true }))
    const writer = createFolderWriter(target, folders.in, format.plugin)
    const changed = renumber(folder, dataset, folders, writer.write)
    files.push(...writer.files)
    attempt(out, () => {
      rmSync(`${out}/${folders.in}`, { recursive: true, force: true })
      if (existsSync(target)) renameSync(target, `${out}/${folders.in}`)
    })
    return changed
  })
  return { datasets: written, files }
}

function renumber(
  folder: string,
  { format, splits }: DatasetReference,
  { place }: RowFolders,
  write: (made: RowFolder) => void,
): DatasetReference {
  const parts = Object.values(splits).flat()
  const count = parts.reduce((sum, { rows = 0 }) => sum + rows, 0)
  let number = 0
  const again = (part: FileReference): FileReference => {
    const path = part.path.replace(/^dataset\//, '')
    const file = `${folder}/${path}`
    // One file for each that there was: their names say how many they are.
    const writer = openSplit(dirname(file), `${path.slice(path.lastIndexOf('/') + 1)}.placed`, Infinity)
    for (const row of readJsonLines(file)) {
      const made = place(row as Row, ++number, count)
      write(made)
      writer.appendRows(JSON.stringify(made.row), 1)
    }
    const [placed] = writer.finish(folder)
    if (placed === undefined) return part
    attempt(file, () => renameSync(`${folder}/${placed.path}`, file))
    return { ...placed, path: part.path }
  }
  return {
    format,
    splits: Object.fromEntries(Object.entries(splits).map(([split, own]) => [split, own.map(again)])),
  }
}

function createFolderWriter(
  target: string,
  shown: string,
  plugin: string,
): { readonly files: FileReference[]; write(made: RowFolder): void } {
  const files: FileReference[] = []
  const names = new Set<string>()
  const refuse = (path: string, why: string): never => {
    throw sftError('SFT_PLUGIN_RESULT', `A row cannot be written as the folder ${path}: ${why}.`, { plugin })
  }
  return {
    files,
    write({ name, files: contents }) {
      if (!staysInside(name) || /[\\/]/.test(name)) refuse(name, 'that is no name of a folder')
      if (names.has(name)) refuse(name, 'another row has that name')
      names.add(name)
      attempt(target, () => makeFolders(join(target, name)))
      for (const [path, text] of Object.entries(contents)) {
        if (!staysInside(path)) refuse(`${name}/${path}`, 'the path leaves the folder')
        const file = join(target, name, path)
        const bytes = Buffer.from(text, 'utf8')
        attempt(file, () => {
          makeFolders(dirname(file))
          writeFileSync(file, bytes, { mode: text.startsWith('#!') ? 0o755 : 0o644 })
        })
        files.push({ path: `${shown}/${name}/${path}`, sha256: hash('sha256', bytes), bytes: bytes.length })
      }
    },
  }
}

function staysInside(path: string): boolean {
  const plain = normalize(path)
  return !(
    path === '' ||
    plain === '.' ||
    /^([\\/]|[A-Za-z]:|\.\.([\\/]|$))/.test(plain) ||
    plain.includes('\0')
  )
}
