import { type HookName, hookNames } from './names.ts'

const SLOTS = 16
const FIELDS = 4

/**
 * What the handlers of one thread are doing, in shared memory, so that another thread can tell which plugin
 * hangs even while this one is stuck in a loop. Each slot: busy, plugin number, hook number, start (seconds).
 */
export interface Activity {
  readonly buffer: SharedArrayBuffer
  enter(plugin: string, hook: HookName): number
  leave(slot: number): void
}

export interface Pending {
  readonly slot: number
  readonly plugin: string
  readonly hook: HookName
  readonly since: number
}

/** @param plugins the plugins' names; the reader must use the same list. */
export function createActivity(plugins: readonly string[]): Activity {
  const buffer = new SharedArrayBuffer(SLOTS * FIELDS * Int32Array.BYTES_PER_ELEMENT)
  const cells = new Int32Array(buffer)
  const pluginNumber = new Map(plugins.map((name, index) => [name, index]))
  const hookNumber = new Map(hookNames.map((name, index) => [name, index]))
  return {
    buffer,
    enter(plugin, hook) {
      let slot = 0
      while (slot < SLOTS - 1 && cells[slot * FIELDS] === 1) slot++
      const at = slot * FIELDS
      cells[at + 1] = pluginNumber.get(plugin) ?? -1
      cells[at + 2] = hookNumber.get(hook) ?? -1
      cells[at + 3] = secondsNow()
      cells[at] = 1
      return slot
    },
    leave(slot) {
      cells[slot * FIELDS] = 0
    },
  }
}

/** The handlers that were entered and not left. */
export function pendingHandlers(buffer: SharedArrayBuffer, plugins: readonly string[]): Pending[] {
  const cells = new Int32Array(buffer)
  const pending: Pending[] = []
  for (let slot = 0; slot < SLOTS; slot++) {
    const at = slot * FIELDS
    const hook = hookNames[cells[at + 2] ?? -1]
    if (cells[at] !== 1 || hook === undefined) continue
    pending.push({ slot, plugin: plugins[cells[at + 1] ?? -1] ?? 'unknown', hook, since: cells[at + 3] ?? 0 })
  }
  return pending
}

/** Coarse and cheap; comparable between threads. */
export function secondsNow(): number {
  return Math.floor(Date.now() / 1000)
}
