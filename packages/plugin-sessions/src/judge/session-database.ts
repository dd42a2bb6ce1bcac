import { foldRepeats, type JsonObject, type LoadContext, type Trace } from '@sftkit/core'
import { historyReader } from '@sftkit/plugin-loaders'
import type { SessionMapping } from '../database/mapping.ts'
import { type OpenSession, openStore, type SessionStore } from '../database/store.ts'
import type { Judgment } from '../schema/tables.ts'
import { readJudgments } from '../selection/judgments.ts'
import type { Candidate } from './queue.ts'

/** The sessions of a database, for somebody to look at one after the other. */
export interface SessionDatabase {
  /** Those that `sessions()` would read: neither archived nor empty. */
  readonly candidates: readonly StoredCandidate[]
  /**
   * A session's traces: one, or one for each branch.
   *
   * @throws Error where the session cannot be read
   */
  read(place: number): readonly Trace[]
}

export interface StoredCandidate extends Candidate {
  /** What the database itself, or an analysis in it, says of the session. */
  readonly judgment?: Judgment
}

/**
 * Lists the sessions of a database; nothing is kept open, so that programs that write to it are not held up.
 *
 * @param source the file as the user wrote it, for errors
 * @throws SFT_SESSIONS_UNREADABLE, SFT_SESSIONS_TABLES
 */
export function listSessions(path: string, source: string, mapping?: SessionMapping): SessionDatabase {
  const said = readJudgments(path, undefined, (file) => file)
  const open = (): SessionStore => openStore(path, source, mapping, (session) => said?.get(session))
  const candidates: StoredCandidate[] = []
  const parts: ReturnType<SessionStore['cut']>[number][] = []
  withStore(open(), (store) => {
    for (const part of store.cut()) {
      for (const { facts } of store.sessions(part)) {
        const { id, project, agent, archived, messageCount, judgment } = facts
        if (archived || messageCount === 0) continue
        candidates.push({
          key: id,
          ...(project !== undefined && { project }),
          ...(agent !== undefined && { agent }),
          ...(judgment !== undefined && { judgment }),
        })
        parts.push(part)
      }
    }
  })
  return {
    candidates,
    read: (place) =>
      withStore(open(), (store) => {
        const part = parts[place]
        const key = candidates[place]?.key
        for (const session of part === undefined ? [] : store.sessions(part))
          if (session.facts.id === key) return tracesOf(session, source)
        throw new Error(`the session ${key} is no longer there`)
      }),
  }
}

function withStore<T>(store: SessionStore, work: (store: SessionStore) => T): T {
  try {
    return work(store)
  } finally {
    store.close()
  }
}

const readHistory = historyReader()

function tracesOf({ facts, row, updatedAt, items }: OpenSession, source: string): readonly Trace[] {
  const { hash, branches } = items()
  const loaded = branches().map(({ name, items: list, usage }) => {
    const trace = readHistory({ ...row, history: list } as JsonObject, nobody)
    return {
      ...trace,
      group: { ...trace.group, ...(name !== undefined && { attempt: name }) },
      ...(updatedAt !== undefined && { endedAt: updatedAt }),
      ...(usage !== undefined && { usage }),
    }
  })
  const spoken =
    loaded.length === 1 ? loaded : foldRepeats(loaded.filter(({ messages }) => messages.length > 0))
  return spoken.map((trace) => ({
    outcome: { status: 'unknown' },
    metadata: {},
    ...trace,
    id: facts.id,
    session: facts.id,
    source: { uri: source, format: 'sessions', hash },
    group: { ...trace.group, key: facts.id },
    tags: [],
    parents: [],
  }))
}

/** Who looks at a session asks for no ledger. */
const nobody = {
  loss() {},
  kept() {},
  drop: () => undefined,
  unreadable(reason: string): never {
    throw new Error(reason)
  },
} as unknown as LoadContext
