import { counted, type Logger } from '@sftkit/core'
import type { WorkerEvent } from '../worker/protocol.ts'

const LOOK_MS = 5000

/** Watches whether a training moves on: a process that hangs in a step still beats. */
export function watchStall(
  { warnMinutes, stopMinutes }: { readonly warnMinutes: number; readonly stopMinutes?: number | undefined },
  log: Logger,
): { readonly signal: AbortSignal; take(event: WorkerEvent): void; wait(): void; end(): void } {
  const stop = new AbortController()
  let moved = performance.now()
  let warned = false
  let step = -1
  let last = 'its start'
  const look = (): void => {
    const minutes = (performance.now() - moved) / 60_000
    if (minutes >= warnMinutes && !warned) {
      warned = true
      log.warn(`trainer: nothing has happened for ${counted(warnMinutes, 'minute')}; the last was ${last}`)
    }
    if (stopMinutes !== undefined && minutes >= stopMinutes) stop.abort()
  }
  const timer = setInterval(
    look,
    Math.min(LOOK_MS, (Math.min(warnMinutes, stopMinutes ?? warnMinutes) * 60_000) / 2),
  )
  return {
    signal: stop.signal,
    take(event) {
      if (event.type === 'heartbeat' && event.step === step) return
      if ('step' in event && typeof event.step === 'number') step = event.step
      last = `${event.type}${step >= 0 ? ` at step ${step}` : ''}`
      moved = performance.now()
      warned = false
    },
    /** Nothing runs yet. */
    wait() {
      moved = performance.now()
    },
    end: () => clearInterval(timer),
  }
}
