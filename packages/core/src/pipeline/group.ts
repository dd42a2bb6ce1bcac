import { closeSync, openSync, readSync } from 'node:fs'
import { parseJson } from '../data/json.ts'
import { sftError } from '../errors/error.ts'
import { requireItems } from '../plugin/register.ts'
import { emitSafely } from './batch-flow.ts'
import { type BatchSink, createScope } from './batch-scope.ts'
import type { Bench } from './bench.ts'
import { createDeriver } from './derive.ts'
import { createEmitter } from './emit.ts'
import { createLossLedger } from './losses.ts'
import type { GroupTask, Sidecar, SpilledTrace } from './task.ts'
import { createTimings } from './timings.ts'

/**
 * Phase 2 for one task: brings the spilled traces of some groups together, hands each complete group to its
 * handler, and writes what comes back as phase 1 does. Groups stand in the order of their first trace.
 */
export async function runGroupTask(bench: Bench, task: GroupTask): Promise<Sidecar> {
  const { session, plan, base, count } = bench
  const registered = session.registry.augmentGroup.all()[task.handler]
  if (registered === undefined) throw sftError('SFT_INTERNAL', 'The group handler is missing in this thread.')
  const { plugin, value: handler } = registered
  const sink: BatchSink = { drops: [], losses: createLossLedger(), deriver: createDeriver() }
  const timings = createTimings()
  const emitter = createEmitter({ session, plan, base, sink, location: task.location, count })
  /** Handles a group. The result writes what it made: groups are written in their order, whichever is done first. */
  const work = async ([key, members]: Gathered): Promise<() => void> => {
    const own: BatchSink = { drops: [], losses: createLossLedger(), deriver: sink.deriver }
    const context = createScope(base, own, 'augmentGroup').augmentContext(plugin)
    const made = await handler.handler({ key, members }, context)
    if (!Array.isArray(made)) {
      throw sftError('SFT_PLUGIN_RESULT', 'augmentGroup returns a list of what the group makes.', {
        plugin,
        hook: 'augmentGroup',
        id: key,
      })
    }
    requireItems(made, [], plugin, 'augmentGroup')
    return () => {
      sink.drops.push(...own.drops)
      for (const { id, uri, plugin: by, ...loss } of own.losses.rows())
        sink.losses.add({ id, uri, plugin: by }, loss)
      for (const item of made) emitSafely({ emitter, sink }, item)
    }
  }
  const flying: { readonly handled: Promise<() => void>; settled: boolean }[] = []
  const land = async (): Promise<void> => {
    const next = flying.shift()
    if (next !== undefined) (await next.handled)()
  }
  try {
    const start = timings.now()
    for (const group of gatherGroups(task)) {
      if (base.signal.aborted) throw sftError('SFT_INTERRUPTED', 'The run was interrupted.')
      const handled = work(group)
      const entry = { handled, settled: false }
      const settle = (): void => {
        entry.settled = true
      }
      // A rejection is handled when its turn comes; until then it must not count as unhandled.
      handled.then(settle, settle)
      flying.push(entry)
      await new Promise(setImmediate)
      while (flying[0]?.settled === true || flying.length >= IN_FLIGHT) await land()
    }
    while (flying.length > 0) await land()
    timings.add('augmentGroup', start)
  } catch (error) {
    emitter.discard()
    throw error
  }
  const { shards, examples } = emitter.finish()
  return {
    planKey: plan.planKey,
    location: task.location,
    segments: [],
    kept: [],
    traces: [],
    examples,
    drops: sink.drops,
    losses: sink.losses.rows(),
    unreadable: [],
    shards,
    spills: [],
    timings: timings.all(),
  }
}

/** Groups in flight while handlers wait for something outside: the task's traces are in memory either way. */
const IN_FLIGHT = 256

type Gathered = readonly [key: string, members: SpilledTrace[]]

/** The groups in the order of their first trace in the input. */
function gatherGroups({ spills, only }: GroupTask): Gathered[] {
  const wanted = only === undefined ? undefined : new Set(only)
  const groups = new Map<string, SpilledTrace[]>()
  const first = new Map<string, readonly [spill: number, ordinal: number]>()
  for (const [number, spill] of spills.entries()) {
    const descriptor = openSync(spill.file, 'r')
    try {
      for (const [, offset, bytes] of spill.slices) {
        const text = readSlice(descriptor, offset, bytes)
        for (const line of text.split('\n')) {
          if (line === '') continue
          const member = parseJson(line) as unknown as SpilledTrace
          if (wanted?.has(member.key) === false) continue
          const group = groups.get(member.key)
          if (group === undefined) {
            groups.set(member.key, [member])
            first.set(member.key, [number, member.ordinal])
          } else group.push(member)
        }
      }
    } finally {
      closeSync(descriptor)
    }
  }
  return [...groups].sort(([a], [b]) => {
    const [spillA = 0, ordinalA = 0] = first.get(a) ?? []
    const [spillB = 0, ordinalB = 0] = first.get(b) ?? []
    return spillA - spillB || ordinalA - ordinalB
  })
}

/** Bytes of a spill file as text. */
export function readSlice(descriptor: number, offset: number, bytes: number): string {
  const buffer = Buffer.allocUnsafe(bytes)
  for (let at = 0; at < bytes; ) {
    const read = readSync(descriptor, buffer, at, bytes - at, offset + at)
    if (read === 0) throw sftError('SFT_INTERNAL', 'A spill file is shorter than it was.')
    at += read
  }
  return buffer.toString('utf8')
}
