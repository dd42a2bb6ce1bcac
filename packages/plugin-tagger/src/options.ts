import { z } from 'zod'

/** `ml-intern`: exactly the reference tagger's tags. `precise`: its known mistakes repaired (see the README). */
export const ruleNames = ['ml-intern', 'precise'] as const

export type RuleName = (typeof ruleNames)[number]

export interface TaggerOptions {
  /** Default `ml-intern`. */
  readonly rules?: RuleName
}

export const taggerOptions = z.strictObject({ rules: z.enum(ruleNames).default('ml-intern') })
