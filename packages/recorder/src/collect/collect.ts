import { realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { errorText, makeFolders, sftError } from '@sftkit/core'
import { agents } from './agents.ts'
import { databaseStamp } from './copy-database.ts'
import { stampOf } from './copy-file.ts'
import { type FoundFile, findSessions } from './find-sessions.ts'
import { readManifestFile, writeManifestFile } from './manifest.ts'
import { takeFile } from './take-file.ts'

export interface CollectOptions {
  /** The archive's folder; made where it is not there. */
  readonly to: string
  /** Names of agents; default all. */
  readonly from?: readonly string[]
  /** Copies nothing. */
  readonly dryRun?: boolean
  /** Default: this process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Default: the user's. */
  readonly home?: string
  /** For agents that keep sessions beside a project; default the current folder. */
  readonly project?: string
}

/** What was found of an agent. */
export interface CollectedOf {
  readonly agent: string
  /** Where. */
  readonly folders: readonly string[]
  readonly found: number
  /** Bytes of what was found. */
  readonly bytes: number
  readonly fresh: number
  readonly changed: number
  readonly unchanged: number
  /** Files of the archive whose source is no longer there. */
  readonly gone: number
  readonly failed: readonly { readonly source: string; readonly reason: string }[]
}

/** See `collectSessions`. */
export async function collect(options: CollectOptions): Promise<CollectedOf[]> {
  const { to, from = [], dryRun = false, environment = process.env } = options
  const chosen = chooseAgents(from)
  const places = { home: options.home ?? homedir(), project: options.project ?? process.cwd(), environment }
  const searched = chosen.map((agent) => ({ agent: agent.name, roots: findSessions(agent, places) }))
  refuseAmong(
    to,
    searched.flatMap(({ roots }) => roots.flatMap(({ folder, deep }) => (deep ? [folder] : []))),
  )
  const before = readManifestFile(to)
  const nothing =
    before.length === 0 && searched.every(({ roots }) => roots.every(({ files }) => files.length === 0))
  const writes = !dryRun && !nothing
  if (writes) makeArchive(to)
  const known = new Map(before.map((file) => [file.path, file]))
  const now = new Date().toISOString()
  const reports: CollectedOf[] = []
  try {
    for (const { agent, roots } of searched) {
      const found = roots.flatMap(({ files }) => files)
      const there = new Set(found.map(({ target }) => target))
      const counts = { bytes: 0, fresh: 0, changed: 0, unchanged: 0 }
      const failed: { source: string; reason: string }[] = []
      for (const file of found) {
        try {
          const { bytes, stamp } = lookAt(file)
          counts.bytes += bytes
          const old = known.get(file.target)
          const state = old === undefined ? 'fresh' : old.stamp === stamp ? 'unchanged' : 'changed'
          if (state !== 'unchanged' && !dryRun) {
            for (const entry of await takeFile(file, old, to, now)) known.set(entry.path, entry)
          } else if (old?.source_gone !== undefined) {
            const { source_gone: _, ...back } = old
            known.set(file.target, back)
          }
          counts[state]++
        } catch (error) {
          if (isArchiveError(error, to)) throw unwritable(to, error)
          failed.push({ source: file.source, reason: errorText(error) })
        }
      }
      const gone = before.filter(
        (file) => file.agent === agent && !there.has(file.path) && file.superseded === undefined,
      )
      for (const file of gone) known.set(file.path, { source_gone: now, ...file })
      reports.push({
        agent,
        folders: roots.map(({ folder }) => folder),
        found: found.length,
        ...counts,
        gone: gone.length,
        failed,
      })
    }
  } finally {
    // Also what was copied before something went wrong.
    if (writes) writeManifestFile(to, [...known.values()])
  }
  return reports
}

function chooseAgents(names: readonly string[]): typeof agents {
  const unknown = names.find((name) => !agents.some((agent) => agent.name === name))
  if (unknown !== undefined)
    throw sftError(
      'SFT_USAGE',
      `No agent is called ${unknown}. Known: ${agents.map(({ name }) => name).join(', ')}.`,
    )
  return names.length === 0 ? agents : agents.filter(({ name }) => names.includes(name))
}

function makeArchive(to: string): void {
  try {
    makeFolders(to, 0o700)
  } catch (error) {
    throw unwritable(to, error)
  }
}

/** An archive inside what is collected would collect itself. */
function refuseAmong(to: string, folders: readonly string[]): void {
  const real = realPlace(resolve(to))
  const around = folders.find((folder) => `${real}${sep}`.startsWith(`${folder}${sep}`))
  if (around !== undefined)
    throw sftError(
      'SFT_USAGE',
      `The archive ${to} lies among the sessions of ${around}. Choose another folder.`,
    )
}

/** Where a folder is, or would be made: links followed as far as there is something. */
function realPlace(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(realPlace(parent), basename(path))
  }
}

function lookAt({ source, kind }: FoundFile): { bytes: number; stamp: string } {
  const { size, mtimeMs } = statSync(source)
  return { bytes: size, stamp: kind === 'database' ? databaseStamp(source) : stampOf(size, mtimeMs) }
}

/** A full disk or a folder that may not be written ends it; a source that cannot be read does not. */
function isArchiveError(error: unknown, archive: string): boolean {
  const { code, path } = error as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS' || path?.startsWith(archive) === true
}

function unwritable(to: string, error: unknown): Error {
  return sftError('SFT_COLLECT_WRITE', `The archive ${to} cannot be written: ${errorText(error)}.`, {
    cause: error,
  })
}
