import type { Context, ResolvedConfig, RunIndex, SplitPlan } from '@sftkit/core'
import { nearDuplicateClusters } from '../near/clusters.ts'
import { readSignatures } from '../near/read-signatures.ts'
import { splitOfGroup } from './of-group.ts'
import { readUnits } from './read-units.ts'
import { stratifiedPlan } from './stratified.ts'
import { temporalPlan } from './temporal.ts'
import { mergeUnits, type Unit } from './unit.ts'

/** The similarity from which near-duplicates stay in one split, where `dedup.near` names no other. */
export const NEAR_IN_SPLIT = 0.8

/** Whether a group's split follows from its key alone. */
export function isPure(config: ResolvedConfig): boolean {
  return config.split.by === 'group' && !config.split.nearDuplicates
}

/** The split of everything in the index, for the ways of splitting that need to see all of it. */
export function planSplit(context: Context & { readonly index: RunIndex }): SplitPlan | undefined {
  const { config, index } = context
  if (isPure(config)) return undefined
  const by = config.split.by === 'random' ? 'example' : 'group'
  const units = readUnits(index, by, config.split.by === 'stratified' ? config.split.stratify : undefined)
  const together = config.split.nearDuplicates ? mergeUnits(units, clustersOf(index, by, config)) : units
  return { by, assign: assignmentOf(together, config) }
}

function clustersOf(index: RunIndex, by: 'group' | 'example', config: ResolvedConfig): string[][] {
  const items = readSignatures(index, by === 'group' ? 'group_key' : 'example_id')
  return nearDuplicateClusters(items, config.dedup.near ?? NEAR_IN_SPLIT)
}

function assignmentOf(units: readonly Unit[], { split }: ResolvedConfig): Map<string, string> {
  if (split.by === 'stratified') return stratifiedPlan(units, split.ratios, split.seed)
  if (split.by === 'temporal') return temporalPlan(units, split.ratios)
  return new Map(
    units.flatMap((unit) => {
      const name = splitOfGroup(unit.key, split.ratios, split.seed)
      return unit.keys.map((key) => [key, name] as const)
    }),
  )
}
