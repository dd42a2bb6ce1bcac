import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { LoadedTrace } from '@sftkit/core'
import { traceToRow } from './test-plugin.ts'

/** A file of the test's input: text or bytes as they are, or records, one a line. */
export type TestFile = string | Uint8Array | readonly unknown[]

/** What a test run reads. At least one of the three. */
export interface TestInput {
  /** Records in the format of a loader that is tested, as one JSON-lines file `rows.jsonl`. */
  readonly rows?: readonly unknown[]
  /** Files by their path below the input folder. */
  readonly files?: Readonly<Record<string, TestFile>>
  /** Traces for plugins that load nothing themselves, for example from `buildTrace`. Core gives them their ids. */
  readonly traces?: readonly LoadedTrace[]
}

/** Writes the input below a folder. */
export function writeInput(folder: string, { rows, files, traces }: TestInput): void {
  const all: Record<string, TestFile> = {
    ...files,
    ...(rows !== undefined && { 'rows.jsonl': rows }),
    ...(traces !== undefined && { 'traces.jsonl': traces.map(traceToRow) }),
  }
  mkdirSync(folder, { recursive: true })
  for (const [path, content] of Object.entries(all)) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(
      file,
      typeof content === 'string' || content instanceof Uint8Array ? content : lines(content),
    )
  }
}

function lines(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('')
}
