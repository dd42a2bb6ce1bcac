import type { JsonValue } from '@sftkit/core'

/** A tail longer than this is no cheaper than the whole. */
const MAX_TAIL = 16 * 1024

/**
 * The end of an event log from the last event of one of the types on, without parsing what comes before: logs are
 * long, and how a session ended stands at their end.
 *
 * Within JSON text an unescaped `"event_type": "…"` is a key with its value. That it belongs to an event of the list,
 * and not to something nested, shows in the rest of the text: put behind a `[`, it parses only then.
 *
 * @param text JSON text of a list of `{timestamp, event_type, data}`
 * @returns `[]` where no such event is in the log; `unsure` where only parsing all of it will tell
 */
export function findTail(text: string, types: readonly string[]): readonly JsonValue[] | 'unsure' {
  const start = text.indexOf('"event_type"')
  if (start === -1) return text.includes('event_type') ? 'unsure' : []
  const separator = /^:\s*/.exec(text.slice(start + '"event_type"'.length, start + 64))?.[0]
  if (separator === undefined) return 'unsure'
  const marks = types.map((type) => `"event_type"${separator}"${type}"`)
  const tail = text.slice(-MAX_TAIL)
  const last = Math.max(...marks.map((mark) => tail.lastIndexOf(mark)))
  if (last === -1) return marks.some((mark) => text.includes(mark)) ? 'unsure' : []
  const from = tail.lastIndexOf('{', last)
  if (from === -1) return 'unsure'
  try {
    return JSON.parse(`[${tail.slice(from)}`) as readonly JsonValue[]
  } catch {
    return 'unsure'
  }
}
