import { createHash } from 'node:crypto'
import type { Group, Trace, TraceSource } from '@sftkit/core'
import { assistant, user } from './messages.ts'

/** The fields of a trace that a test cares about; `source` and `group` may be given in part. */
export type TraceFields = Partial<Omit<Trace, 'source' | 'group'>> & {
  readonly source?: Partial<TraceSource>
  readonly group?: Partial<Group>
}

/**
 * A complete trace from the fields that matter to a test, filled in as core fills in what a loader leaves out:
 * session ← id, group.key ← task, else session, outcome ← unknown. Without messages it has a question and an answer.
 * The id depends on the fields alone.
 */
export function buildTrace(fields: TraceFields = {}): Trace {
  const { source, group, ...rest } = fields
  const hash = createHash('sha256').update(JSON.stringify(fields)).digest('hex')
  const id = fields.id ?? hash.slice(0, 20)
  const session = fields.session ?? group?.session ?? id
  return {
    messages: [user('What is 2 + 2?'), assistant('4')],
    outcome: { status: 'unknown' },
    parents: [],
    metadata: {},
    ...rest,
    id,
    session,
    source: { uri: 'test/traces.jsonl', format: 'test-trace', hash, ...source },
    group: { ...group, key: group?.key ?? group?.task ?? session },
    tags: [...new Set(fields.tags ?? [])].sort(),
  }
}
