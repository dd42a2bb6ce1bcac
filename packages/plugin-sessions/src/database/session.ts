import type { JsonObject, JsonValue, Usage } from '@sftkit/core'
import type { Judgment } from '../schema/tables.ts'

/** What selection asks of a session before its items are read. */
export interface SessionFacts {
  readonly id: string
  readonly project?: string
  readonly agent?: string
  readonly archived: boolean
  /** Absent where nobody counted. */
  readonly messageCount?: number
  readonly judgment?: Judgment
}

/** A session as it is stored. */
export interface StoredSession {
  readonly facts: SessionFacts
  /** The rest of its row, as a history row has it: `model`, `tools`, `instructions`, `created_at`, `passed`. */
  readonly row: JsonObject
  readonly updatedAt: string | undefined
}

/** A path through a session; most have one, without a name. */
export interface StoredBranch {
  readonly name: string | undefined
  readonly items: readonly JsonValue[]
  readonly usage: Usage | undefined
  /** Items that are no JSON. */
  readonly broken: number
}
