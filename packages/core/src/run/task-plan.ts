import { hash } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import type { ConfigSession } from '../config/session.ts'
import type { StageName, TaskPlan } from '../pipeline/task.ts'

/** Work is found again by config, plugins, and what decides which rows a task writes. */
export function taskPlan(
  session: ConfigSession,
  out: string,
  until: StageName,
  limit: number | undefined,
): TaskPlan {
  const kind = ['train', 'convert'].includes(until) ? 'split' : until
  const planKey = hash('sha256', JSON.stringify([session.planKey, kind, limit ?? null]))
  return {
    planKey,
    work: `${out}/.sft/work/${planKey.slice(0, 16)}`,
    until: kind,
    pureSplit: kind === 'split' && isPure(session),
  }
}

/** Whether the first claim on the split is a pure function of the group. */
function isPure({ registry, config }: ConfigSession): boolean {
  for (const { value } of registry.split.all()) {
    if (typeof value === 'function') return false
    if (value.when?.(config) !== false) return true
  }
  return false
}

/** What tasks of other configs, and of input that is no longer there, have left: it is not found again from here. */
export function removeOtherWork(plan: TaskPlan, done: readonly string[]): void {
  const parent = plan.work.slice(0, plan.work.lastIndexOf('/'))
  const own = plan.work.slice(parent.length + 1)
  for (const name of readdirSync(parent))
    if (name !== own) rmSync(`${parent}/${name}`, { recursive: true, force: true })
  const current = new Set(done)
  for (const name of readdirSync(plan.work)) {
    if (!current.has(name.slice(0, name.indexOf('.')))) rmSync(`${plan.work}/${name}`, { force: true })
  }
}
