import type { Plugin } from '@sftkit/core'
import { type HandlerPlace, wrapPlugin } from './wrap-plugin.ts'

/** The calls of handlers of some plugins. */
export interface HookRecording {
  /** The plugins, recorded: list these in place of the originals. */
  readonly plugins: readonly Plugin[]
  /** Every call so far, in order. */
  readonly calls: readonly HandlerPlace[]
  /** The order in which handlers were first called, whatever the number of traces: `tagger: tag`, `rows: format(messages)`. */
  order(): string[]
  /** Forgets what was recorded. */
  clear(): void
}

/**
 * Records the order in which plugins' handlers are called.
 *
 * ```ts
 * const recording = recordHooks([tagger(), myFilter()])
 * await testRun({ plugins: recording.plugins, traces })
 * expect(recording.order()).toEqual(['tagger: tag', 'my-filter: filter'])
 * ```
 */
export function recordHooks(plugins: readonly Plugin[]): HookRecording {
  const calls: HandlerPlace[] = []
  const recorded = plugins.map((plugin) =>
    wrapPlugin(plugin, (handler, place) => {
      const record = (...args: Parameters<typeof handler>): ReturnType<typeof handler> => {
        calls.push(place)
        return handler(...args)
      }
      return record as typeof handler
    }),
  )
  return {
    plugins: recorded,
    calls,
    order: () => [...new Set(calls.map(describePlace))],
    clear: () => {
      calls.length = 0
    },
  }
}

/** A handler in words: `plugin: hook`, with the name it was registered under, if any. */
export function describePlace({ plugin, hook, name }: HandlerPlace): string {
  return `${plugin}: ${hook}${name === undefined ? '' : `(${name})`}`
}
