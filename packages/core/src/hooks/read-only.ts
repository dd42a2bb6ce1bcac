import type { Trace } from '../data/trace.ts'
import { sftError } from '../errors/error.ts'

/** The messages of the first traces are looked at one by one: who changes messages does so in one of them. */
const WHOLE = 64

/**
 * Wraps a filter so that one which changes its trace fails where it does so, and not some stages later. Compared, not
 * frozen: objects that are frozen make everything after them slower.
 */
export function readOnly<A extends unknown[], R>(
  plugin: string,
  filter: (trace: Trace, ...rest: A) => R,
): (trace: Trace, ...rest: A) => R {
  let seen = 0
  return (trace, ...rest) => {
    const { messages, tags, metadata, group, outcome, source } = trace
    const lengths = [messages.length, tags.length, Object.keys(metadata).length]
    const copies = seen++ < WHOLE ? messages.map((message) => ({ ...message })) : []
    const result = filter(trace, ...rest)
    const isSame =
      trace.messages === messages &&
      trace.tags === tags &&
      trace.metadata === metadata &&
      trace.group === group &&
      trace.outcome === outcome &&
      messages.length === lengths[0] &&
      tags.length === lengths[1] &&
      Object.keys(metadata).length === lengths[2] &&
      copies.every((copy, at) => isEqual(copy, messages[at]))
    if (isSame) return result
    throw sftError('SFT_PLUGIN_FAILED', 'What a filter gets is read-only, and this one changed its trace.', {
      plugin,
      hook: 'filter',
      id: trace.id,
      source: source.uri,
      ...(source.line !== undefined && { line: source.line }),
      fix: 'Look at the trace and return nothing, or a reason. What changes traces is `augment`, which returns new ones.',
    })
  }
}

function isEqual(copy: object, now: object | undefined): boolean {
  if (now === undefined) return false
  const before = copy as Readonly<Record<string, unknown>>
  const after = now as Readonly<Record<string, unknown>>
  for (const key in before) if (before[key] !== after[key]) return false
  for (const key in after) if (!(key in before)) return false
  return true
}
