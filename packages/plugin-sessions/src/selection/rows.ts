import { type Drop, isJsonObject, type JsonObject, type RowLoader } from '@sftkit/core'
import { type HistoryOptions, historyReader } from '@sftkit/plugin-loaders'
import { judgmentOf } from '../database/facts.ts'
import type { SessionFacts } from '../database/session.ts'
import type { Judgments } from './judgments.ts'

/** Reads history rows as `histories` does, and leaves out those that are not asked for. */
export function historyRowLoader(
  name: string,
  options: HistoryOptions,
  leaveOut: (facts: SessionFacts) => Drop | undefined,
  judgments: (root: string) => Judgments | undefined,
): RowLoader {
  const readHistory = historyReader(options)
  return {
    name,
    looksFor: 'session_id beside a list history of items, selected as sessions says',
    detect: ({ record }) => (isHistoryRow(record) ? 'has session_id and history' : undefined),
    read({ value }, context) {
      const facts = factsOfRow(value, judgments(context.config.root))
      const left = leaveOut(facts)
      if (left !== undefined)
        return context.drop(left.reason, left.detail === undefined ? facts.id : `${facts.id}: ${left.detail}`)
      const { judgment } = facts
      return readHistory(judgment === undefined ? value : { ...value, judgment }, context)
    },
  }
}

function isHistoryRow(record: unknown): boolean {
  if (!isJsonObject(record) || record.session_id == null || record.messages != null) return false
  const { history } = record
  return Array.isArray(history) || (typeof history === 'string' && history.trimStart().startsWith('['))
}

function factsOfRow(row: JsonObject, judgments: Judgments | undefined): SessionFacts {
  const { session_id: session, project, agent, history, archived } = row
  const id = typeof session === 'string' || typeof session === 'number' ? String(session) : ''
  const judgment = judgments?.get(id) ?? judgmentOf(row.judgment)
  return {
    id,
    ...(typeof project === 'string' && { project }),
    ...(typeof agent === 'string' && { agent }),
    archived: archived === true,
    ...(Array.isArray(history) && history.length === 0 && { messageCount: 0 }),
    ...(judgment !== undefined && { judgment }),
  }
}
