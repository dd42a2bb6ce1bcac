import { isSftError, sftError, toSftError } from '../errors/error.ts'
import type { Activity } from './activity.ts'
import type { HookName } from './names.ts'

/** Who runs, for errors and for the watch over hooks that hang. */
export interface Attribution {
  readonly plugin: string
  readonly hook: HookName
  readonly activity: Activity
}

/** Adds the plugin and the hook to whatever a handler threw. */
function attributed(thrown: unknown, who: Attribution, subject: Subject | undefined): Error {
  if (isSftError(thrown) && thrown.plugin !== undefined) return thrown
  if (isSftError(thrown) && thrown.code !== 'SFT_INTERNAL') {
    return Object.assign(thrown, { plugin: who.plugin, hook: who.hook })
  }
  const place = { plugin: who.plugin, hook: who.hook, ...placeOf(subject) }
  if (thrown instanceof TypeError && CHANGES_FROZEN.test(thrown.message)) {
    const message = `What a handler gets is read-only, and this one changed it: ${thrown.message}.`
    return sftError('SFT_PLUGIN_FAILED', message, { ...place, cause: thrown, fix: COPY })
  }
  return toSftError(thrown, 'SFT_PLUGIN_FAILED', place)
}

/** What V8 says where something frozen is written to. */
const CHANGES_FROZEN =
  /^Cannot (?:assign to read only property|add property|delete property|redefine property|define property)|object is not extensible/
const COPY = 'Make a copy with the changes, and return it from `augment`; tags are added with `context.tag`.'

/** What a handler was called for, as far as it can be told from its first argument. */
export type Subject = {
  readonly id?: string
  readonly source?: { readonly uri: string; readonly line?: number }
}

function placeOf(subject: Subject | undefined): { id?: string; source?: string; line?: number } {
  return {
    ...(subject?.id !== undefined && { id: subject.id }),
    ...(subject?.source !== undefined && { source: subject.source.uri }),
    ...(subject?.source?.line !== undefined && { line: subject.source.line }),
  }
}

/**
 * Wraps a synchronous handler once, at registration: a throw names plugin, hook, trace and source,
 * and a promise is an error instead of a value that passes.
 */
export function attributeSync<A extends unknown[], R>(
  who: Attribution,
  handler: (...args: A) => R,
): (...args: A) => R {
  return (...args) => {
    const slot = who.activity.enter(who.plugin, who.hook)
    try {
      const result = handler(...args)
      if (isThenable(result)) {
        result.then(undefined, () => {})
        throw sftError(
          'SFT_PLUGIN_PROMISE',
          `${who.hook} is synchronous, and the handler returned a promise.`,
        )
      }
      return result
    } catch (thrown) {
      throw attributed(thrown, who, args[0] as Subject | undefined)
    } finally {
      who.activity.leave(slot)
    }
  }
}

/** Wraps a handler that may be asynchronous; a rejection is attributed like a throw. */
export function attributeAsync<A extends unknown[], R>(
  who: Attribution,
  handler: (...args: A) => R | Promise<R>,
): (...args: A) => Promise<R> {
  return async (...args) => {
    const slot = who.activity.enter(who.plugin, who.hook)
    try {
      return await handler(...args)
    } catch (thrown) {
      throw attributed(thrown, who, subjectOfBatch(args[0]))
    } finally {
      who.activity.leave(slot)
    }
  }
}

/** A batch of one is about that one; of a larger batch nobody can say which. */
function subjectOfBatch(first: unknown): Subject | undefined {
  if (Array.isArray(first)) return first.length === 1 ? (first[0] as Subject) : undefined
  return first as Subject | undefined
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  )
}
