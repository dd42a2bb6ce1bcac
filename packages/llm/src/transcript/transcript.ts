import { counted, type Message } from '@sftkit/core'
import { entryHead, entryText, looksLikeError } from './entry.ts'
import { BYTES_PER_TOKEN, sizeOf, withoutMiddle } from './size.ts'

/** A trace as text for a model. */
export interface Transcript {
  readonly text: string
  /** Absent where all of it is there. */
  readonly leftOut?: { readonly messages: number; readonly characters: number }
}

export interface TranscriptOptions {
  /** About the most tokens of the text, four bytes each. */
  readonly maxTokens: number
}

/** Shares of the limit, in the order in which they are given out; what one does not use goes to the next. */
const TASK_SHARE = 0.25
const END_SHARE = 0.4
const ERRORS_SHARE = 0.75
/** The most of the limit that one message takes, where there are others. */
const MESSAGE_SHARE = 0.1

/**
 * Messages as one text. Where it would be longer than the limit, these are kept, in this order: the task (the first
 * messages up to the first of the user), the end, results that look like errors, the latest first, and then the
 * beginning; long messages lose their middle. What is left out is said where it was.
 */
export function transcript(messages: readonly Message[], { maxTokens }: TranscriptOptions): Transcript {
  const limit = maxTokens * BYTES_PER_TOKEN
  const entries = messages.map((message, at) => ({
    message,
    head: entryHead(message, at + 1),
    text: entryText(message),
  }))
  const total = entries.reduce((sum, { head, text }) => sum + sizeOf(head) + sizeOf(text) + 2, 0)
  if (total <= limit)
    return { text: entries.map(({ head, text }) => `${head}\n${text}`.toWellFormed()).join('\n') }

  const kept = new Map<number, string>()
  let left = limit
  let characters = 0
  /** @returns whether it found a place */
  const keep = (at: number, most: number, reserve: number): boolean => {
    const entry = entries[at]
    if (entry === undefined || kept.has(at)) return true
    const room = Math.min(most, left - reserve) - entry.head.length - 2
    if (room < SHORTEST) return false
    const { text, leftOut } = withoutMiddle(entry.text, room)
    kept.set(at, `${entry.head}\n${text}`)
    characters += leftOut
    left -= sizeOf(text) + entry.head.length + 2
    return true
  }

  const task = Math.max(
    0,
    messages.findIndex(({ role }) => role === 'user'),
  )
  keep(task, limit * TASK_SHARE, 0)
  for (let at = 0; at < task; at++) keep(at, limit * MESSAGE_SHARE, limit * (1 - TASK_SHARE))
  const one = limit * MESSAGE_SHARE
  for (let at = entries.length - 1; at > task; at--)
    if (!keep(at, one, limit * (1 - TASK_SHARE - END_SHARE))) break
  for (let at = entries.length - 1; at > task; at--) {
    const entry = entries[at]
    if (entry === undefined || kept.has(at) || !looksLikeError(entry.message, entry.text)) continue
    if (!keep(at, one / 2, limit * (1 - TASK_SHARE - ERRORS_SHARE))) break
  }
  for (let at = 0; at < entries.length; at++) if (!keep(at, one / 2, 0)) break

  const { text, gone } = withGaps(entries, kept)
  characters += gone.characters
  return { text, leftOut: { messages: gone.messages, characters } }
}

/** A message is left out rather than shown in fewer bytes. */
const SHORTEST = 100

function withGaps(
  entries: readonly { readonly text: string }[],
  kept: ReadonlyMap<number, string>,
): { text: string; gone: { messages: number; characters: number } } {
  const parts: string[] = []
  const gone = { messages: 0, characters: 0 }
  let gap = 0
  const close = (): void => {
    if (gap > 0) parts.push(`[… ${counted(gap, 'message')} left out …]`)
    gap = 0
  }
  for (const [at, { text }] of entries.entries()) {
    const shown = kept.get(at)
    if (shown === undefined) {
      gap++
      gone.messages++
      gone.characters += text.length
      continue
    }
    close()
    parts.push(shown)
  }
  close()
  return { text: parts.join('\n'), gone }
}
