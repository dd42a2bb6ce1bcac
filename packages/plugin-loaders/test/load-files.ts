import { existsSync } from 'node:fs'
import type { Plugin, Trace } from '@sftkit/core'
import { type DropLine, type LossLine, type TestFile, testRun, type UnreadableLine } from '@sftkit/testing'
import { loaders } from '../src/index.ts'

export interface LoadedFiles {
  /** In the order of their files and places. */
  readonly traces: readonly Trace[]
  readonly losses: readonly LossLine[]
  readonly unreadable: readonly UnreadableLine[]
  readonly drops: readonly DropLine[]
}

/**
 * Loads files as a run does: detection among all loaders, sets, ranges, ledgers.
 *
 * @param input paths of files or folders, or the files themselves by their path below the input folder
 * @param plugins default: all loaders of this package
 */
export async function loadFiles(
  input: string | readonly string[] | Readonly<Record<string, TestFile>>,
  plugins: readonly Plugin[] = loaders(),
): Promise<LoadedFiles> {
  const paths = typeof input === 'string' ? [input] : Array.isArray(input) ? (input as string[]) : undefined
  for (const path of paths ?? []) if (!existsSync(path)) throw new Error(`no such file: ${path}`)
  const { traces, losses, unreadable, drops } = await testRun({
    plugins,
    ...(paths === undefined && { files: input as Readonly<Record<string, TestFile>> }),
    config: { maxUnreadable: 1, ...(paths !== undefined && { input: paths }) },
    until: 'tag',
  })
  return { traces, losses, unreadable, drops }
}
