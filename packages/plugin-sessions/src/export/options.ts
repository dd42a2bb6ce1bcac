import type { Drop, JsonValue } from '@sftkit/core'
import type { ReferenceMessage, ReferencePromptCompletion } from '@sftkit/plugin-loaders'
import { z } from 'zod'
import { mappingSchema, type SessionMapping } from '../database/mapping.ts'
import type { MeasureChoice } from '../measures/types.ts'
import { type Judgment, judgmentNames } from '../schema/tables.ts'
import { type JudgmentSource, judgmentsSchema } from '../selection/judgments.ts'

const text = z.string().min(1)

export const exportSchema = z.strictObject({
  database: text,
  mapping: mappingSchema.optional(),
  judgments: judgmentsSchema.optional(),
  judgment: z.enum(judgmentNames).optional(),
  measure: z.custom<MeasureChoice>((value) => value != null, 'a measure, its name, or a function').optional(),
  measurePassed: z.boolean().default(true),
  filter: z
    .custom<(history: readonly JsonValue[]) => boolean>(
      (value) => typeof value === 'function',
      'a function of a history',
    )
    .optional(),
  format: z.enum(['conversational', 'prompt-completion']).default('conversational'),
  includeSystem: z.boolean().default(true),
  maxSessions: z.int().positive().optional(),
  write: text.optional(),
})

export type ParsedExport = z.output<typeof exportSchema>

export interface ExportTracesOptions {
  /** The SQLite database; relative to the process's directory, as all paths here. */
  readonly database: string
  /** Where the sessions stand in a database of another program. */
  readonly mapping?: SessionMapping
  /** Where judgments stand. Default: in the database, and in the one that `sft judge` writes beside it. */
  readonly judgments?: JudgmentSource
  readonly judgment?: Judgment
  readonly measure?: MeasureChoice
  /** `false`: only sessions that fail the measure. Default true. */
  readonly measurePassed?: boolean
  /** Gets the session's items. */
  readonly filter?: (history: readonly JsonValue[]) => boolean
  /** Default `conversational`: rows with `messages`. */
  readonly format?: 'conversational' | 'prompt-completion'
  /** Default true. */
  readonly includeSystem?: boolean
  /** So many sessions that pass; then nothing more is read. */
  readonly maxSessions?: number
  /** Writes the rows to this file too, as JSON lines. */
  readonly write?: string
}

/** A row as the reference exports it. */
export type ExportedRow = { readonly messages: readonly ReferenceMessage[] } | ReferencePromptCompletion

export interface ExportedTraces {
  readonly rows: readonly ExportedRow[]
  /** The sessions that make no row, and why. */
  readonly leftOut: readonly (Drop & { readonly session: string })[]
}
