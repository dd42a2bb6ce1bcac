import type { Trace } from '@sftkit/core'
import { z } from 'zod'
import { mappingSchema, type SessionMapping } from './database/mapping.ts'
import type { MeasureChoice } from './measures/types.ts'
import { type Judgment, judgmentNames } from './schema/tables.ts'
import { type JudgmentSource, judgmentsSchema } from './selection/judgments.ts'

const text = z.string().min(1)

export const optionsSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9.-]*$/)
    .default('sessions'),
  database: z.union([text, z.array(text).min(1)]).optional(),
  mapping: mappingSchema.optional(),
  judgments: judgmentsSchema.optional(),
  project: text.optional(),
  agent: text.optional(),
  judgment: z.enum(judgmentNames).optional(),
  measure: z
    .custom<MeasureChoice>(
      (value) => ['string', 'function', 'object'].includes(typeof value) && value !== null,
      'a measure, its name, or a function',
    )
    .optional(),
  measurePassed: z.boolean().default(true),
  filter: z
    .custom<(trace: Trace) => boolean>((value) => typeof value === 'function', 'a function of a trace')
    .optional(),
  includeSystem: z.boolean().default(true),
  maxSessions: z.int().positive().optional(),
  compat: z.enum(['reference']).optional(),
})

export type ParsedOptions = z.output<typeof optionsSchema>

export interface SessionsOptions {
  /** The plugin's name: small letters, digits, `-`, `.`. Default `sessions`. */
  readonly name?: string
  /** SQLite databases that are read as input; relative to the config. */
  readonly database?: string | readonly string[]
  /** Where the sessions stand in a database of another program. */
  readonly mapping?: SessionMapping
  /**
   * Where judgments stand. Default: in the database itself (a table `judgments` or `analysis`), and in
   * `DATABASE.judgments.sqlite`, which `sft judge` writes.
   */
  readonly judgments?: JudgmentSource
  readonly project?: string
  readonly agent?: string
  /** Only sessions that somebody judged so. */
  readonly judgment?: Judgment
  /** Only sessions that pass a measure: itself, its name, or a function. */
  readonly measure?: MeasureChoice
  /** `false`: only sessions that fail it. Default true. */
  readonly measurePassed?: boolean
  /** Only sessions for which it returns true. */
  readonly filter?: (trace: Trace) => boolean
  /** Whether system messages are carried. Default true. */
  readonly includeSystem?: boolean
  /** So many of those that are left, in the order of the input. */
  readonly maxSessions?: number
  /** `reference`: the messages are exactly those of the reference's exporter, its losses included. */
  readonly compat?: 'reference'
}
