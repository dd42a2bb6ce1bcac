import { definePlugin, type Plugin, parseOptions, type Trace } from '@sftkit/core'
import { z } from 'zod'
import { version } from '../version.ts'
import type { EvalResultsOptions } from './types.ts'
import { leftOut } from './verdict.ts'

const schema = z.strictObject({
  name: z.string().min(1).default('eval-results'),
  passedOnly: z.boolean().default(true),
  minReward: z.number().optional(),
  filter: z
    .custom<(trace: Trace) => boolean>((value) => typeof value === 'function', 'a function of a trace')
    .optional(),
})

/**
 * Keeps the results of evaluations that passed: the source's own verdict, or a reward of at least `minReward`. What
 * is left out is a drop: `not-passed`, `no-verdict`, `filter`, `filter-error`.
 *
 * @throws SFT_PLUGIN_OPTIONS where an option is not known
 */
export function evalResults(input: EvalResultsOptions = {}): Plugin {
  const { name, passedOnly, minReward, filter } = parseOptions('eval-results', schema, input)
  return definePlugin({
    name,
    version,
    options: {
      passedOnly,
      minReward: minReward ?? null,
      filter: filter === undefined ? null : String(filter),
    },
    setup(api) {
      api.filter((trace) => leftOut(trace, passedOf(trace, minReward), { passedOnly, filter }))
    },
  })
}

function passedOf(
  { outcome: { resolved, reward } }: Trace,
  minReward: number | undefined,
): boolean | undefined {
  return minReward === undefined || reward === undefined ? resolved : reward >= minReward
}
