import { existsSync, readFileSync } from 'node:fs'
import type { JsonObject, Message, TraceEvent } from '@sftkit/core'
import { parseJson } from '@sftkit/core'
import { describe, expect, it } from 'vitest'
import { type Session, tagSession } from '../src/tag-session.ts'

const vectors = new URL('../../../../shared/golden/tag-session.jsonl', import.meta.url)

interface Trajectory {
  readonly model_name: string | null
  readonly messages: readonly Message[] | null
  readonly events: readonly { readonly event_type: string; readonly data: JsonObject | null }[] | null
}

/** As the loader of ml-intern sessions does it: a missing list is an empty one. */
function sessionOf(trajectory: Trajectory): Session {
  return {
    ...(trajectory.model_name !== null && { model: trajectory.model_name }),
    messages: trajectory.messages ?? [],
    events: (trajectory.events ?? []).map((event): TraceEvent => {
      return { type: event.event_type, data: event.data ?? {} }
    }),
    outcome: { status: 'unknown' },
    metadata: {},
  }
}

const skipped = existsSync(vectors) ? false : 'the reference vectors are not at hand'

describe.skipIf(skipped)(`reference vectors${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  it('gives the reference tags for every line', () => {
    const lines = readFileSync(vectors, 'utf8').trim().split('\n')
    for (const [place, line] of lines.entries()) {
      const { trajectory, tags } = parseJson(line) as unknown as { trajectory: Trajectory; tags: string[] }
      expect(tagSession(sessionOf(trajectory)), `line ${place + 1}`).toEqual(tags)
    }
    expect(lines).toHaveLength(500)
  })

  it('needs no event data and no event list where there are none', () => {
    const events = [{ type: 'hf_job_submit', data: null }, { type: 'tool_call' }] as unknown as TraceEvent[]
    expect(tagSession({ messages: [], events, outcome: { status: 'unknown' }, metadata: {} })).toContain(
      'gpu:none',
    )
  })
})
