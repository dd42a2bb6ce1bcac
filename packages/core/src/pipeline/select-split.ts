import type { ConfigSession } from '../config/session.ts'
import { sftError } from '../errors/error.ts'
import { secretRedactor } from '../errors/redact.ts'
import type { Context, SelectContext, SplitPlan } from '../plugin/types.ts'
import type { IndexDatabase } from '../run-directory/index-database.ts'
import type { Collector } from './collect.ts'
import { fillEmptySplits } from './fill-empty-splits.ts'

/**
 * Phase 3, over the index alone: drops of `select`, then the split of everything.
 *
 * @param pure whether the examples already have the split of a pure function
 * @returns whether anything changed against what phase 1 had assumed: rows then have to be placed anew
 */
export async function selectAndSplit(
  session: ConfigSession,
  base: Context,
  index: IndexDatabase,
  collector: Collector,
  pure: boolean,
): Promise<{ changed: boolean }> {
  const dropped = await select(session, base, index, collector)
  if (pure) return { changed: fillEmpty(session, index) || dropped > 0 }
  await assign(session, base, index)
  // What is split by time or by likeness must not be torn by moving single groups.
  const { by, nearDuplicates } = session.config.split
  if (by !== 'temporal' && !nearDuplicates) fillEmpty(session, index)
  return { changed: true }
}

async function select(
  session: ConfigSession,
  base: Context,
  index: IndexDatabase,
  collector: Collector,
): Promise<number> {
  const drops: { id: string; plugin: string; reason: string; detail?: string }[] = []
  const redact = secretRedactor()
  const contextOf = (plugin: string): SelectContext => ({
    ...base,
    log: base.log.fork(plugin),
    index,
    drop: (id, reason, detail) =>
      drops.push({
        id,
        plugin,
        reason: redact(reason),
        ...(detail !== undefined && { detail: redact(detail) }),
      }),
  })
  await session.registry.select.promise(contextOf)
  for (const { id, ...why } of drops) {
    const [row] = index.query('select dropped, source, session_id from examples where example_id = ?', id)
    if (row === undefined || row.dropped !== null) continue
    index.dropExample(id, why)
    const session = String(row.session_id ?? '')
    collector.reject({ id, uri: String(row.source ?? ''), session, stage: 'select', ...why })
  }
  return drops.length
}

async function assign(session: ConfigSession, base: Context, index: IndexDatabase): Promise<void> {
  const { config, registry } = session
  for (const { plugin, value } of registry.split.all()) {
    if (typeof value !== 'function') {
      if (value.when?.(config) === false) continue
      const groups = [...index.query('select distinct group_key from examples where dropped is null')]
      const plan = new Map(
        groups.map((row) => [String(row.group_key), value.ofGroup(String(row.group_key), config)]),
      )
      return applyPlan({ by: 'group', assign: plan }, plugin, session, index)
    }
    const context: Context & { index: IndexDatabase } = { ...base, log: base.log.fork(plugin), index }
    const plan = await value(context)
    if (plan !== undefined) return applyPlan(plan, plugin, session, index)
  }
  throw sftError('SFT_STAGE_MISSING', 'No plugin assigns the splits.')
}

function applyPlan(plan: SplitPlan, plugin: string, { config }: ConfigSession, index: IndexDatabase): void {
  const names = Object.keys(config.split.ratios)
  for (const [key, split] of plan.assign) {
    if (!names.includes(split)) {
      throw sftError(
        'SFT_SPLIT_INVALID',
        `The plan puts ${key} into ${split}, and the splits are ${names.join(', ')}.`,
        { plugin, hook: 'split' },
      )
    }
  }
  index.batch(() => {
    for (const [key, split] of plan.assign) index.setSplit(plan.by, key, split)
  })
  const [left] = index.query(
    'select example_id, group_key from examples where dropped is null and split is null limit 1',
  )
  if (left !== undefined) {
    throw sftError(
      'SFT_SPLIT_INVALID',
      `The plan leaves out ${String(left[plan.by === 'group' ? 'group_key' : 'example_id'])}.`,
      { plugin, hook: 'split' },
    )
  }
  const straddling = plan.by === 'example' && config.split.by !== 'random'
  if (!straddling) return
  const [bad] = index.query(
    'select group_key from examples where dropped is null group by group_key having count(distinct split) > 1 limit 1',
  )
  if (bad !== undefined) {
    throw sftError(
      'SFT_SPLIT_INVALID',
      `The plan puts the group ${String(bad.group_key)} into more than one split.`,
      { plugin, hook: 'split' },
    )
  }
}

/** A split with a ratio above 0 is not left empty while another has groups to spare. */
function fillEmpty({ config }: ConfigSession, index: IndexDatabase): boolean {
  const { ratios, seed, by } = config.split
  const filled = new Set(
    [...index.query('select distinct split from examples where dropped is null')].map((row) => row.split),
  )
  if (Object.entries(ratios).every(([name, ratio]) => ratio === 0 || filled.has(name))) return false
  const unit = by === 'random' ? 'example' : 'group'
  const column = unit === 'group' ? 'group_key' : 'example_id'
  const rows = [...index.query(`select distinct ${column} as key, split from examples where dropped is null`)]
  const current = new Map(rows.map((row) => [String(row.key), String(row.split)]))
  const moves = fillEmptySplits([...current.keys()], current, ratios, seed)
  index.batch(() => {
    for (const [key, split] of moves) index.setSplit(unit, key, split)
  })
  return moves.size > 0
}
