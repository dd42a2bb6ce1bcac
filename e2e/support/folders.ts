import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'

const made: string[] = []
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder of the test's own with these files; it is removed after the tests of the file. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'sftkit-e2e-'))
  made.push(folder)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

/** Every file below a folder with its content. */
export function contentsOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  const files = paths.filter((path) => statSync(join(folder, path)).isFile())
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), 'utf8')]))
}

// biome-ignore lint/suspicious/noExplicitAny: rows of whatever the run wrote
export type AnyRow = Record<string, any>

/** The rows of a JSON-lines file. */
export function rowsOf(file: string): AnyRow[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as AnyRow)
}

/** The rows of all splits of a format. */
export function datasetRows(out: string, format = 'messages'): AnyRow[] {
  const folder = join(out, 'dataset', format)
  return readdirSync(folder)
    .sort()
    .flatMap((file) => rowsOf(join(folder, file)))
}

export function jsonOf(file: string): AnyRow {
  return JSON.parse(readFileSync(file, 'utf8')) as AnyRow
}

/** What two runs over the same input have to have in common, byte for byte. */
export function outcomeOf(out: string): { dataset: Record<string, string>; manifest: string } {
  return {
    dataset: contentsOf(join(out, 'dataset')),
    manifest: readFileSync(join(out, 'manifest.json'), 'utf8'),
  }
}
