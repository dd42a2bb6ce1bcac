import { isJsonObject, type TraceEvent } from '@sftkit/core'
import type { Session } from '../tag-session.ts'

/** The loader whose traces' events say how turns ended, what was called and what it cost. */
const ML_INTERN = 'ml-intern'

/** How the logs of other formats say that the conversation was summed up to fit again. */
export const COMPACTIONS: ReadonlySet<string> = new Set([
  'compacted',
  'compaction',
  'compact_boundary',
  'context.apply_compaction',
])

/**
 * The session's events where they are a whole log of the ml-intern kind. Other formats list under `events` only what is
 * no message, so that the absence of a call or an ending there says nothing. A session that was not loaded has no
 * format: its events are such a log.
 */
export function eventLogOf(session: Session): readonly TraceEvent[] | undefined {
  const format = formatOf(session)
  return format === undefined || format === ML_INTERN ? session.events : undefined
}

/** Of a trace that sftkit wrote and read again: the format it was first read from. */
function formatOf({ source, metadata }: Session): string | undefined {
  const { canonical } = metadata
  const first = source?.format === 'canonical' && isJsonObject(canonical) ? canonical.format : undefined
  return typeof first === 'string' ? first : source?.format
}
