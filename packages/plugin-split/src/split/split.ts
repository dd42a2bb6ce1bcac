import { definePlugin, type Plugin, type ResolvedConfig, sftError } from '@sftkit/core'
import { MEASURE, measureSignature } from '../near/measure.ts'
import { version } from '../version.ts'
import { splitOfGroup } from './of-group.ts'
import { isPure, planSplit } from './plan.ts'

/**
 * Splits as `split` of the config says. By group, a row's split is known while it is read, and new data moves no old
 * row. At random it goes by example, and examples of one group may part; stratified and temporal splits, and those
 * that keep near-duplicates together, are planned over the whole index and keep groups whole.
 *
 * @throws SFT_CONFIG_INVALID where `by: 'stratified'` names no `stratify`
 */
export function split(): Plugin {
  return definePlugin({
    name: 'split',
    version,
    setup(api) {
      api.configResolved(checkConfig)
      api.measure(MEASURE, measureSignature)
      api.split({
        when: isPure,
        ofGroup: (group, config) => splitOfGroup(group, config.split.ratios, config.split.seed),
      })
      api.split(planSplit)
    },
  })
}

function checkConfig({ split: options }: ResolvedConfig): void {
  if (options.by !== 'stratified' || options.stratify !== undefined) return
  throw sftError(
    'SFT_CONFIG_INVALID',
    "split.by is 'stratified', and split.stratify names no tag namespace.",
    {
      fix: "Name the tag namespace whose values are to be spread evenly, for example stratify: 'outcome'.",
    },
  )
}
