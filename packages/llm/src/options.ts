import type { LlmPrice, LlmSettings } from '@sftkit/core'
import { z } from 'zod'

const price: z.ZodType<LlmPrice> = z.strictObject({
  input: z.number().nonnegative(),
  output: z.number().nonnegative(),
  cachedInput: z.number().nonnegative().optional(),
  maxOutput: z.int().positive().optional(),
}) as z.ZodType<LlmPrice>

/** What holds for the questions of one plugin, or of a run. */
export const settingsSchema = z.strictObject({
  baseURL: z.string().optional(),
  apiKeyEnv: z.string().min(1).optional(),
  maxRpm: z.number().positive().optional(),
  maxTpm: z.number().positive().optional(),
  maxInFlight: z.int().positive().optional(),
  budgetUsd: z.number().nonnegative().optional(),
  prices: z.record(z.string(), price).optional(),
  mode: z.enum(['online', 'batch']).optional(),
  timeoutMs: z.int().positive().optional(),
})

export const optionsSchema = z.strictObject({
  ...settingsSchema.shape,
  confirmAbove: z
    .union([
      z.literal(false),
      z.strictObject({
        usd: z.number().nonnegative().default(5),
        minutes: z.number().nonnegative().default(30),
      }),
    ])
    .default({ usd: 5, minutes: 30 }),
})

/**
 * What holds for all questions of a run; a plugin's own settings go before. `budgetUsd` is the whole run's here, and
 * a plugin's budget is kept beside it.
 */
export interface LlmOptions extends LlmSettings {
  /**
   * A person on a terminal is asked first where the questions may take more than this. Default 5 dollars or 30 minutes;
   * `false` never asks.
   */
  readonly confirmAbove?: false | { readonly usd?: number; readonly minutes?: number }
}

/** The options with their defaults. */
export interface ParsedLlmOptions extends LlmSettings {
  readonly confirmAbove: false | { readonly usd: number; readonly minutes: number }
}
