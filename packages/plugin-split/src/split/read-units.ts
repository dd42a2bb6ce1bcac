import type { RunIndex } from '@sftkit/core'
import { epochMilliseconds } from './time.ts'
import type { Unit } from './unit.ts'

const KEPT = `SELECT example_id, group_key, started_at, tags FROM examples
  WHERE dropped IS NULL ORDER BY ordinal, example_id`

/**
 * Every group (or every example) of the index, with what plans go by. Dropped examples count for nothing.
 *
 * @param namespace the tag namespace that makes the strata; undefined: one stratum
 */
export function readUnits(index: RunIndex, by: 'group' | 'example', namespace?: string): Unit[] {
  const units = new Map<string, { stratum: string; startedAt: number | undefined }>()
  for (const row of index.query(KEPT)) {
    const key = String(by === 'group' ? row.group_key : row.example_id)
    const startedAt = typeof row.started_at === 'string' ? epochMilliseconds(row.started_at) : undefined
    const known = units.get(key)
    if (known === undefined) units.set(key, { stratum: stratumOf(row.tags, namespace), startedAt })
    else if (startedAt !== undefined) known.startedAt = Math.min(known.startedAt ?? startedAt, startedAt)
  }
  return [...units].map(([key, unit]) => ({ key, keys: [key], ...unit }))
}

function stratumOf(tags: unknown, namespace: string | undefined): string {
  if (namespace === undefined || typeof tags !== 'string') return ''
  const own = (JSON.parse(tags) as string[]).filter((tag) => tag.startsWith(`${namespace}:`))
  return own.sort().join(' ')
}
