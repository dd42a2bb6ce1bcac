import { type Dirent, readdirSync, realpathSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { CollectedAgent, Places, SessionRoot } from './agents.ts'

/** A file of an agent's sessions, where it is and where it goes. */
export interface FoundFile {
  readonly agent: string
  readonly source: string
  /** Below the archive, with `/`. */
  readonly target: string
  readonly kind: 'file' | 'database'
}

/** A folder that an agent's sessions are in. */
export interface SearchedRoot {
  readonly folder: string
  /** Whether the folders in it were searched too. */
  readonly deep: boolean
  readonly files: readonly FoundFile[]
}

/**
 * The files of an agent's sessions, in order. A folder may itself be a symbolic link; links inside it are not
 * followed. Folders that are not there, or may not be read, have none.
 */
export function findSessions(agent: CollectedAgent, places: Places): SearchedRoot[] {
  const seen = new Set<string>()
  return agent.roots(places).flatMap((root) => {
    const folder = realFolder(root.folder)
    if (folder === undefined || seen.has(`${folder}\n${root.files.source}`)) return []
    const as = nameInArchive(folder, places.home)
    seen.add(`${folder}\n${root.files.source}`)
    return [
      { folder, deep: root.flat !== true, files: [...walk({ agent: agent.name, root, folder, as }, '')] },
    ]
  })
}

function realFolder(folder: string): string | undefined {
  try {
    return realpathSync(folder)
  } catch {
    return undefined
  }
}

interface Search {
  readonly agent: string
  readonly root: SessionRoot
  readonly folder: string
  /** The folder's path in the archive. */
  readonly as: readonly string[]
}

function* walk(search: Search, below: string): Generator<FoundFile> {
  const { agent, root, folder, as } = search
  for (const entry of entriesOf(join(folder, below))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory() && root.flat !== true) yield* walk(search, path)
    if (!entry.isFile()) continue
    const kind = root.databases?.test(path) ? 'database' : root.files.test(path) ? 'file' : undefined
    if (kind !== undefined)
      yield {
        agent,
        source: join(folder, path),
        target: [agent, ...as, ...path.split('/').map(shown)].join('/'),
        kind,
      }
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return []
  }
}

/** Where a folder's files go: its path from the home folder, else its whole path. */
function nameInArchive(folder: string, home: string): string[] {
  const fromHome = relative(realFolder(home) ?? home, folder)
  const path = fromHome.startsWith('..') ? folder : fromHome
  return path
    .split(/[\\/]+/)
    .filter((part) => part !== '')
    .map(shown)
}

/** What is hidden is not read below a folder: in the archive nothing of a session is. */
function shown(name: string): string {
  return name.replace(/^\./, '_').replaceAll(':', '')
}
