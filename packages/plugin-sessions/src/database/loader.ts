import { hash } from 'node:crypto'
import {
  type Drop,
  type FileLoader,
  foldRepeats,
  isJsonObject,
  isSftError,
  type JsonObject,
  type LoadContext,
  type LoadedTrace,
  type SourceSet,
  sftError,
} from '@sftkit/core'
import { historyReader } from '@sftkit/plugin-loaders'
import type { Judgments } from '../selection/judgments.ts'
import { databaseError, isDamage, isDatabaseError } from './errors.ts'
import { knownLayout } from './layout.ts'
import type { SessionMapping } from './mapping.ts'
import type { SessionFacts } from './session.ts'
import { type OpenSession, openStore, type SessionStore } from './store.ts'

export interface DatabaseLoaderOptions {
  readonly name: string
  readonly mapping: SessionMapping | undefined
  readonly compat: 'reference' | undefined
  readonly includeSystem: boolean
  /** Why a session is not read. */
  leaveOut(facts: SessionFacts): Drop | undefined
  /** What is said of the sessions of a database; undefined where nobody says anything. */
  judgments(path: string, root: string): Judgments | undefined
  /** @throws where a database cannot say what the selection asks */
  check(store: SessionStore, path: string, source: string, root: string): void
  /** Whether somebody named the file: what is wrong with it then ends the run. */
  isNamed(path: string, root: string): boolean
}

/** Reads sessions from SQLite databases: our own tables, those of the Agents SDK, any others by a mapping. */
export function databaseLoader(options: DatabaseLoaderOptions): FileLoader {
  const { mapping, compat, includeSystem } = options
  const readHistory = historyReader({ ...(compat !== undefined && { compat }), includeSystem })
  const open = (path: string, source: string, root: string): SessionStore => {
    const judgments = options.judgments(path, root)
    return openStore(path, source, mapping, (session) => judgments?.get(session))
  }
  return {
    name: options.name,
    looksFor: 'a SQLite database with the tables sessions and items, or agent_sessions and agent_messages',
    detect: ({ record, container }) =>
      container === 'sqlite' && isJsonObject(record) ? detected(record, mapping) : undefined,
    async parts(file, context) {
      const path = await file.path()
      const { root } = context.config
      try {
        const store = openStore(path, file.uri, mapping, () => undefined)
        try {
          options.check(store, path, file.uri, root)
          return store.cut()
        } finally {
          store.close()
        }
      } catch (error) {
        if (!isSftError(error) && !isDatabaseError(error)) throw error
        const known = databaseError(error, file.uri)
        if (options.isNamed(path, root)) throw known
        return context.unreadable(known.message)
      }
    },
    async *hashes(file, { config }) {
      const { part = sftPart() } = file
      const store = open(await file.path(), file.uri, config.root)
      try {
        for (const session of store.sessions(part)) yield hashOf(session, options.leaveOut(session.facts))
      } finally {
        store.close()
      }
    },
    async *open(file, context) {
      const { part = sftPart() } = file
      let store: SessionStore | undefined
      try {
        store = open(await file.path(), file.uri, context.config.root)
        for (const session of store.sessions(part)) {
          const left = options.leaveOut(session.facts)
          if (left !== undefined) {
            file.count(session.factsHash(), 0)
            context.drop(left.reason, detailOf(session.facts, left.detail))
          } else yield* tracesOf(session, file, context, readHistory)
        }
      } catch (error) {
        if (isDamage(error)) file.unreadable(databaseError(error, file.uri).message)
        else if (isDatabaseError(error)) throw databaseError(error, file.uri)
        else throw error
      } finally {
        store?.close()
      }
    },
  }
}

function detected(record: JsonObject, mapping: SessionMapping | undefined): string | undefined {
  const tables = Array.isArray(record.tables) ? record.tables.map(String) : []
  if (mapping === undefined) {
    const known = knownLayout(tables)
    if (known === 'agents-sdk') return 'has the tables agent_sessions and agent_messages'
    return known === undefined ? undefined : 'has the tables sessions and items'
  }
  const { sessions, items } = mapping
  const named = [sessions, items].flatMap((one) => (typeof one === 'object' ? [one.table] : []))
  return named.every((table) => tables.includes(table)) ? 'has the tables of the mapping' : undefined
}

/** A session that is not read has no other trace of its name. */
function detailOf({ id }: SessionFacts, detail: string | undefined): string {
  return detail === undefined ? id : `${id}: ${detail}`
}

/** Core asks for parts before it opens one. */
function sftPart(): never {
  throw sftError('SFT_INTERNAL', 'A database was opened without a part.')
}

function hashOf(session: OpenSession, left: Drop | undefined): string {
  if (left !== undefined) return session.factsHash()
  try {
    return session.items().hash
  } catch {
    return session.factsHash()
  }
}

function* tracesOf(
  session: OpenSession,
  file: SourceSet,
  context: LoadContext,
  readHistory: ReturnType<typeof historyReader>,
): Generator<LoadedTrace> {
  const { facts, row, updatedAt } = session
  const stored = itemsOf(session, file)
  if (stored === undefined) return
  file.count(stored.hash, stored.bytes)
  const branches = stored.branches()
  const broken = branches.reduce((sum, branch) => sum + branch.broken, 0)
  if (branches.every(({ items }) => items.length === 0)) {
    if (broken > 0) file.unreadable(`The session ${facts.id} has no item that is JSON.`)
    else context.drop('empty', detailOf(facts, 'it has no items'))
    return
  }
  if (broken > 0) context.loss('history[]', 'dropped', 'an item that is no JSON object', broken)
  const traces = branches.map(({ name, items, usage }): LoadedTrace => {
    const trace = readHistory({ ...row, history: items }, context)
    const attempt = name === undefined ? {} : { group: { ...trace.group, attempt: name } }
    return {
      ...trace,
      ...attempt,
      ...(updatedAt !== undefined && { endedAt: updatedAt }),
      ...(usage !== undefined && { usage }),
    }
  })
  yield* traces.length === 1 ? traces : foldRepeats(traces.filter(({ messages }) => messages.length > 0))
}

/** A session that cannot be read is listed; the others are read. */
function itemsOf(session: OpenSession, file: SourceSet): ReturnType<OpenSession['items']> | undefined {
  try {
    return session.items()
  } catch (error) {
    if (isDatabaseError(error) && !isDamage(error) && !isTooLong(error)) throw error
    file.count(hash('sha256', session.facts.id), 0)
    const why = error instanceof Error ? error.message : String(error)
    file.unreadable(`The session ${session.facts.id} cannot be read: ${why}.`)
    return undefined
  }
}

const TOO_BIG = 18

function isTooLong(error: unknown): boolean {
  const { errcode, code } = error as { errcode?: unknown; code?: unknown }
  return errcode === TOO_BIG || code === 'ERR_STRING_TOO_LONG'
}
