import { isJsonObject, type JsonObject } from '@sftkit/core'
import { nobody, type OnOdd, objectsIn } from '../spans/odd.ts'
import { readId, readText, setOwn } from '../values.ts'

/** A file's runs by their ids, each put together from all the rows that tell of it. */
export type Runs = Map<string, JsonObject>

/**
 * Takes the runs out of a record: a row (`operation` post or patch), a run, a request's `{post, patch}`, a page of the
 * API (`{runs}`), and the `child_runs` inside them.
 *
 * @returns whether there was any
 */
export function collectRuns(record: JsonObject, into: Runs, odd: OnOdd = nobody): boolean {
  return collect(record, undefined, into, odd, 0)
}

function collect(
  value: unknown,
  parent: JsonObject | undefined,
  into: Runs,
  odd: OnOdd,
  depth: number,
): boolean {
  if (depth > 64) return false
  if (Array.isArray(value)) {
    let found = false
    for (const element of objectsIn(value, odd))
      found = collect(element, parent, into, odd, depth + 1) || found
    return found
  }
  if (!isJsonObject(value)) return false
  const { child_runs: children, ...run } = value
  const id = idOf(run)
  const isRun =
    id !== undefined &&
    ['run_type', 'dotted_order', 'outputs', 'inputs'].some((key) => run[key] !== undefined)
  if (isRun) {
    const own = parent === undefined ? run : belongTo(run, parent)
    into.set(id, merge(into.get(id), own))
    collect(children, { ...own, id }, into, odd, depth + 1)
    return true
  }
  let found = false
  for (const key of ['post', 'patch', 'runs', 'data', 'traces'])
    found = collect(run[key], undefined, into, odd, depth + 1) || found
  return found
}

/** JavaScript's patches have no id of their own: it is the last one of their order. */
function idOf(run: JsonObject): string | undefined {
  return readId(run.id) ?? readId(run.run_id) ?? lastId(run.dotted_order)
}

function lastId(order: unknown): string | undefined {
  return /Z([\w-]+)$/.exec(readText(order)?.split('.').at(-1) ?? '')?.[1]
}

function belongTo(run: JsonObject, parent: JsonObject): JsonObject {
  const { parent_run_id: own, trace_id: trace, ...rest } = run
  return {
    ...rest,
    parent_run_id: own ?? parent.id ?? null,
    trace_id: trace ?? parent.trace_id ?? parent.id ?? null,
  }
}

/** A patch adds what was not known when its run was posted; it takes nothing back. */
function merge(first: JsonObject | undefined, second: JsonObject): JsonObject {
  if (first === undefined) return second
  const merged = { ...first }
  for (const key of Object.keys(second)) {
    const value = second[key]
    const isEmpty = value == null || (typeof value === 'object' && Object.keys(value).length === 0)
    if (!isEmpty || merged[key] === undefined) setOwn(merged, key, value)
  }
  return merged
}
