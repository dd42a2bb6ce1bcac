import { z } from 'zod'
import { type Named, named, parseMeasure, type Range, range } from './options.ts'
import type { Measure, MeasureContext } from './types.ts'

export interface AmountOptions extends Named, Range {}

const schema = z
  .strictObject({ ...named, ...range })
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'it takes `min`, `max` or both')

/** The turns of the assistant. */
export function steps(options: AmountOptions): Measure {
  return amount(
    'steps',
    options,
    ({ messages }) => messages.filter(({ role }) => role === 'assistant').length,
  )
}

/** The calls of all tools. */
export function toolCalls(options: AmountOptions): Measure {
  return amount('toolCalls', options, (context) => context.toolCalls.length)
}

/** Tokens, as the source counts them. A session whose source does not is an error of the measure. */
export function tokens(options: AmountOptions): Measure {
  return amount('tokens', options, ({ usage }) => {
    if (usage?.totalTokens !== undefined) return usage.totalTokens
    const { inputTokens, outputTokens } = usage ?? {}
    return inputTokens === undefined || outputTokens === undefined ? undefined : inputTokens + outputTokens
  })
}

/** US dollars, as the source counts them. A session whose source does not is an error of the measure. */
export function cost(options: AmountOptions): Measure {
  return amount('cost', options, ({ usage }) => usage?.costUsd)
}

/** Seconds from the first time that is known to the last. A session without times is an error of the measure. */
export function duration(options: AmountOptions): Measure {
  return amount('duration', options, ({ durationMs }) => durationMs && durationMs / 1000)
}

/** The reward. A session without one is an error of the measure. */
export function reward(options: AmountOptions): Measure {
  return amount('reward', options, ({ outcome }) => outcome.reward)
}

/** A number inside bounds; one that nobody knows neither passes nor fails. */
function amount(
  factory: string,
  input: AmountOptions,
  measure: (context: MeasureContext) => number | undefined,
): Measure {
  const { name, min, max } = parseMeasure(factory, schema, input)
  return {
    name: name ?? factory.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    options: { min: min ?? null, max: max ?? null },
    run(context) {
      const value = measure(context)
      if (value === undefined) throw new Error(`the session does not say its ${factory}`)
      const passed = value >= (min ?? value) && value <= (max ?? value)
      return { passed, value, reason: `${factory} ${value}` }
    },
  }
}
