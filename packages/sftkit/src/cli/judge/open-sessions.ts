import { resolve } from 'node:path'
import { describePlugins, isSftError, type TraceLine, traceToLine } from '@sftkit/core'
import { isDatabase, listSessions, type SessionDatabase, type SessionMapping } from '@sftkit/plugin-sessions'
import { findEnvironment } from '../environment.ts'
import type { Sessions } from './sessions.ts'
import { sessionsOfFiles } from './trace-file.ts'

interface Where {
  readonly cwd: string
  readonly config: string | undefined
}

/**
 * What is to be judged: a database's sessions, else the traces of files.
 *
 * @throws SFT_SESSIONS_UNREADABLE; of files what a run throws
 */
export async function sessionsOf(inputs: readonly string[], where: Where): Promise<Sessions> {
  const [input = '', ...others] = inputs
  const path = resolve(where.cwd, input)
  const database = others.length === 0 && isDatabase(path) ? await open(path, input, where) : undefined
  if (database === undefined) return sessionsOfFiles(inputs, where)
  return {
    candidates: database.candidates,
    read: (place) => database.read(place).map((trace) => traceToLine(trace) as unknown as TraceLine),
    close() {},
  }
}

/** A database of another program may be one that a loader of its own reads: then its traces are judged as those of files. */
async function open(path: string, input: string, where: Where): Promise<SessionDatabase | undefined> {
  const found = list(path, input)
  if (found !== undefined) return found
  const mapping = await mappingOf(where)
  return mapping === undefined ? undefined : list(path, input, mapping)
}

function list(path: string, input: string, mapping?: SessionMapping): SessionDatabase | undefined {
  try {
    return listSessions(path, input, mapping)
  } catch (error) {
    if (isSftError(error) && error.code === 'SFT_SESSIONS_TABLES') return undefined
    throw error
  }
}

/** The mapping of a plugin in the config. */
async function mappingOf({ cwd, config }: Where): Promise<SessionMapping | undefined> {
  const { config: resolved } = await describePlugins(await findEnvironment(config), { cwd })
  for (const { options } of resolved.plugins) {
    const { mapping } = (options ?? {}) as { readonly mapping?: SessionMapping | null }
    if (mapping != null) return mapping
  }
  return undefined
}
