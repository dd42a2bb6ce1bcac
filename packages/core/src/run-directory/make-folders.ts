import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and the folders above it that are missing, from the nearest that is there downwards. Node's own
 * `recursive` tries for ever where a system says that a folder is missing whose parent is there, as /proc does.
 *
 * @param mode of the folders that it makes
 * @throws the system's error, also where a file stands at the path
 */
export function makeFolders(path: string, mode?: number): void {
  const missing: string[] = []
  let at = resolve(path)
  for (; statSync(at, { throwIfNoEntry: false }) === undefined; at = dirname(at)) missing.push(at)
  // What is there already may be a file: then the system says so.
  if (missing.length === 0 && !isFolder(at)) missing.push(at)
  for (const folder of missing.reverse()) {
    try {
      mkdirSync(folder, { mode })
    } catch (error) {
      // Another process may have made it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(folder)) throw error
    }
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
