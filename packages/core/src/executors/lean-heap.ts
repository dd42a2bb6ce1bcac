import { setFlagsFromString } from 'node:v8'

/** V8 lets garbage grow to several times of what is in use; with this it collects when there is as much again. */
const GROWTH_PERCENT = 100

let users = 0

/**
 * Keeps the heaps of all threads small: rows and questions make much garbage that V8 sees no haste to collect, and every
 * thread would hold its own. The setting is the process's, and goes back to V8's own when the last user has ended.
 *
 * @returns ends it
 */
export function leanHeap(): () => void {
  if (users++ === 0) setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`)
  let ended = false
  return () => {
    if (ended) return
    ended = true
    if (--users === 0) setFlagsFromString('--heap-growing-percent=0')
  }
}
