import type { Plugin, TagContext, Trace } from '@sftkit/core'
import { deepFreeze } from '../deep-freeze.ts'
import { describePlace } from '../record-hooks.ts'
import { wrapPlugin } from '../wrap-plugin.ts'

/** The handlers whose first argument is rows, traces or examples. */
const GIVEN = [
  'load.read',
  'tag',
  'stage',
  'filter',
  'augment',
  'augmentGroup',
  'augmentGroup.where',
  'augmentGroup.by',
  'measure',
  'format',
]
/** Core itself still adds tags after these. */
const BEFORE_LAST_TAG = ['tag', 'stage']

/** The same plugin on frozen inputs; `violations` names the handlers that tried to change them. */
export function readOnlyInputs(plugin: Plugin): { readonly plugin: Plugin; readonly violations: string[] } {
  const violations: string[] = []
  const frozen = wrapPlugin(plugin, (handler, place) => {
    if (!GIVEN.includes(place.hook)) return handler
    const noteAttempt = (error: unknown): never => {
      if (isAttempt(error)) violations.push(`${describePlace(place)}: ${error.message}`)
      throw error
    }
    return ((...args: Parameters<typeof handler>) => {
      const [given, context, ...rest] = args as unknown as [unknown, unknown, ...unknown[]]
      const open = BEFORE_LAST_TAG.includes(place.hook)
      const check = open ? freezeAllButTags(given as readonly Trace[]) : undefined
      if (!open) deepFreeze(given)
      const heard = place.hook === 'tag' ? check?.hear(context as TagContext) : context
      const finish = <T>(result: T): T => {
        if (check?.changed())
          violations.push(`${describePlace(place)}: tags are added with context.tag alone`)
        return result
      }
      try {
        const result = handler(
          ...([given, heard, ...rest] as unknown as Parameters<typeof handler>),
        ) as unknown
        return result instanceof Promise ? result.then(finish, noteAttempt) : finish(result)
      } catch (error) {
        return noteAttempt(error)
      }
    }) as typeof handler
  })
  return { plugin: frozen, violations }
}

/** Freezes traces but for the list of tags, and tells whether that was changed without `context.tag`. */
function freezeAllButTags(traces: readonly Trace[]): {
  hear(context: TagContext): TagContext
  changed(): boolean
} {
  const allowed = new Map(traces.map((trace) => [trace, new Set(trace.tags)]))
  for (const trace of traces) {
    for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(trace))) {
      if (key !== 'tags' && 'value' in descriptor) deepFreeze(descriptor.value)
    }
    Object.freeze(trace)
  }
  return {
    hear: (context) => ({
      ...context,
      tag(trace, ...tags) {
        for (const tag of tags) allowed.get(trace)?.add(tag)
        context.tag(trace, ...tags)
      },
    }),
    changed: () =>
      traces.some((trace) => {
        const may = allowed.get(trace)
        return (
          may !== undefined && (trace.tags.length !== may.size || trace.tags.some((tag) => !may.has(tag)))
        )
      }),
  }
}

/** What an engine throws where something frozen is written to. */
function isAttempt(error: unknown): error is TypeError {
  return (
    error instanceof TypeError &&
    /read only|read-only|not extensible|delete property|redefine property/.test(error.message)
  )
}
