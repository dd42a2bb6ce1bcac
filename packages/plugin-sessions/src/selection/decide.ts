import type { Drop } from '@sftkit/core'
import type { SessionFacts } from '../database/session.ts'
import type { Judgment } from '../schema/tables.ts'

/** What is asked of a session before its items are looked at. */
export interface FactSelection {
  readonly project?: string | undefined
  readonly agent?: string | undefined
  readonly judgment?: Judgment | undefined
}

/** Why a session is left out by what is known of it without its items. The first reason wins. */
export function leftOutByFacts(
  { project, agent, archived, messageCount, judgment }: SessionFacts,
  wanted: FactSelection,
): Drop | undefined {
  if (wanted.project !== undefined && project !== wanted.project)
    return { reason: 'other-project', ...(project !== undefined && { detail: project }) }
  if (wanted.agent !== undefined && agent !== wanted.agent)
    return { reason: 'other-agent', ...(agent !== undefined && { detail: agent }) }
  if (archived) return { reason: 'archived' }
  if (messageCount === 0) return { reason: 'empty', detail: 'its message count is 0' }
  return leftOutByJudgment(judgment, wanted.judgment)
}

export function leftOutByJudgment(
  judgment: Judgment | undefined,
  wanted: Judgment | undefined,
): Drop | undefined {
  if (wanted === undefined || judgment === wanted) return undefined
  return { reason: `judgment-${judgment ?? 'missing'}` }
}
