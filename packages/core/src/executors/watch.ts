import { Worker } from 'node:worker_threads'
import { pendingHandlers, secondsNow } from '../hooks/activity.ts'

/** A handler that runs longer than this is named. */
const PATIENCE_SECONDS = 3
const REMINDER_SECONDS = 60
/** Stages after the dataset take hours, and say themselves how far they are. */
const REPORTING: ReadonlySet<string> = new Set(['train', 'convert', 'publish'])

/** Says once which handlers take long, and again now and then. */
export function createWatch(
  buffer: SharedArrayBuffer,
  plugins: readonly string[],
  warn: (message: string) => void,
): () => void {
  const told = new Map<string, number>()
  return () => {
    const now = secondsNow()
    // A hook may have many calls under way; the one that takes longest speaks for them.
    const longest = new Map<string, number>()
    for (const { plugin, hook, since } of pendingHandlers(buffer, plugins)) {
      if (REPORTING.has(hook)) continue
      const who = `plugin ${plugin}, hook ${hook}`
      longest.set(who, Math.max(longest.get(who) ?? 0, now - since))
    }
    for (const [who, seconds] of longest) {
      if (seconds < PATIENCE_SECONDS || now - (told.get(who) ?? 0) < REMINDER_SECONDS) continue
      told.set(who, now)
      warn(`Waiting for ${who} (${seconds} s).`)
    }
  }
}

/** Watches this very thread from another one: it can tell even while this one is stuck in a loop. */
export function watchFromThread(
  buffer: SharedArrayBuffer,
  plugins: readonly string[],
): { stop(): Promise<void> } {
  const worker = new Worker(new URL('./watch-thread.js', import.meta.url), {
    workerData: { buffer, plugins },
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
  })
  worker.unref()
  worker.on('error', () => {})
  return {
    stop: async () => {
      await worker.terminate()
    },
  }
}
