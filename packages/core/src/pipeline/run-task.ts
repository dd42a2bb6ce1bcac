import { readFileSync, rmSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { runSurveyTask } from '../repeats/survey-task.ts'
import { attempt, writeWhole } from '../run-directory/write.ts'
import type { Bench } from './bench.ts'
import { runGroupTask } from './group.ts'
import { runMapTask } from './map.ts'
import { redactSidecar } from './redact-sidecar.ts'
import type { Sidecar, Task, TaskPlan } from './task.ts'

export function sidecarFile(plan: TaskPlan, location: string): string {
  return `${plan.work}/${location}.json`
}

/** Does a task and writes its sidecar last: a task without one was not done. */
export async function runTask(bench: Bench, task: Task): Promise<Sidecar> {
  const file = sidecarFile(bench.plan, task.location)
  attempt(file, () => rmSync(file, { force: true }))
  const sidecar = redactSidecar(await work(bench, task))
  writeWhole(file, JSON.stringify(withFiles(sidecar, basename)), false)
  return sidecar
}

function work(bench: Bench, task: Task): Promise<Sidecar> {
  switch (task.kind) {
    case 'survey':
      return runSurveyTask(bench, task)
    case 'map':
      return runMapTask(bench, task)
    case 'group':
      return runGroupTask(bench, task)
  }
}

/** What a task left, if it is whole and of this plan. */
export function readSidecar(plan: TaskPlan, location: string): Sidecar | undefined {
  let sidecar: Sidecar
  try {
    // Its numbers are JavaScript's own: nothing needs the parser that keeps them as they are spelled.
    sidecar = JSON.parse(readFileSync(sidecarFile(plan, location), 'utf8')) as Sidecar
  } catch {
    return undefined
  }
  if (sidecar.planKey !== plan.planKey) return undefined
  const placed = withFiles(sidecar, (name) => `${plan.work}/${name}`)
  return placed.shards.every(isWhole) ? placed : undefined
}

/** On disk a sidecar names its files without their folder: a run directory can be moved or copied. */
function withFiles(sidecar: Sidecar, place: (file: string) => string): Sidecar {
  return {
    ...sidecar,
    shards: sidecar.shards.map((shard) => ({ ...shard, file: place(shard.file) })),
    spills: sidecar.spills.map((spill) => ({ ...spill, file: place(spill.file) })),
  }
}

function isWhole(shard: { readonly file: string; readonly bytes: number }): boolean {
  try {
    return statSync(shard.file).size === shard.bytes
  } catch {
    return false
  }
}
