import { existsSync, statSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { type InputSource, type RemoteFile, sftError } from '@sftkit/core'
import type { SessionMapping } from './mapping.ts'
import { openStore } from './store.ts'

/**
 * The databases that a config names, as an input of their own. Each is looked at before anything is read: what is
 * wrong with one that somebody named is an error of the run, and not a file that nobody could read.
 *
 * @param scheme what stands before `://` in the input that stands for them
 * @param databases as they are written, relative to the config
 * @throws SFT_SESSIONS_UNREADABLE, SFT_SESSIONS_TABLES when they are listed
 */
export function namedDatabases(
  scheme: string,
  databases: readonly string[],
  mapping: SessionMapping | undefined,
): InputSource {
  return {
    scheme,
    list: (_input, { config }) => {
      const files = databases.map((written) => ({ written, path: resolve(config.root, written) }))
      const paths = files.map(({ path }) => path)
      return files.map(({ written, path }): RemoteFile => {
        if (!existsSync(path)) {
          throw sftError('SFT_SESSIONS_UNREADABLE', `${written} cannot be read: there is no such file.`, {
            source: written,
            fix: 'Check the path: it counts from the folder of the config.',
          })
        }
        openStore(path, written, mapping, () => undefined).close()
        return { uri: nameOf(path, paths), bytes: statSync(path).size, fetch: async () => path }
      })
    },
  }
}

/** A file's name, with the folders above it as far as it takes to tell it from the others. */
function nameOf(path: string, paths: readonly string[]): string {
  const parts = path.split(sep)
  const ending = (of: string, count: number): string => of.split(sep).slice(-count).join('/')
  for (let count = 1; count < parts.length; count++) {
    const name = ending(path, count)
    if (paths.every((other) => other === path || ending(other, count) !== name)) return name
  }
  return path
}
