import { parseOptions, type Trace } from '@sftkit/core'
import { z } from 'zod'

/** The name under which a measure's result is told, where the measure is listed twice. */
export interface Named {
  readonly name?: string
}

/** Both ends are included. */
export interface Range {
  readonly min?: number
  readonly max?: number
}

/** One value for all sessions, or one that each session has: `(trace) => trace.metadata.target`. */
export type PerTrace<T> = T | ((trace: Trace) => T | undefined)

export const named = { name: z.string().optional() }

export const range = { min: z.number().optional(), max: z.number().optional() }

/** @throws SFT_PLUGIN_OPTIONS with the measure's name as it is written in a config */
export function parseMeasure<S extends z.ZodType>(factory: string, schema: S, options: unknown): z.output<S> {
  return parseOptions(`measures.${factory}`, schema, options)
}

/** @throws Error where the session has no such value: then nobody can say whether it passes */
export function ofTrace<T>(given: PerTrace<T>, trace: Trace, what: string): T {
  if (typeof given !== 'function') return given
  const value = (given as (trace: Trace) => T | undefined)(trace)
  if (value === undefined) throw new Error(`the session has no ${what}`)
  return value
}

/** What of an option can be part of a key: a function is named by its text. */
export function keyOf(value: unknown): string {
  return typeof value === 'function' || value instanceof RegExp
    ? String(value)
    : JSON.stringify(value ?? null)
}
