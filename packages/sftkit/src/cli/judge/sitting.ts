import type { Judged } from '@sftkit/plugin-sessions'
import type { Action } from './keys.ts'

/** Where somebody is in the sessions that are to be judged. */
export interface Sitting {
  /** Places of the sessions, in the order in which they are shown. */
  readonly queue: readonly number[]
  /** The place in the queue; its length where all were shown. */
  readonly at: number
  /** The first line that is shown. */
  readonly scroll: number
  /** Whether very long texts are shown whole. */
  readonly full: boolean
  /** What is typed, while a note is; undefined otherwise. */
  readonly typing: string | undefined
  /** The note for the next judgment. */
  readonly note: string | undefined
  readonly ended: 'no' | 'done' | 'interrupted'
}

/** What is said of a session. */
export type Said = Pick<Judged, 'judgment' | 'reason'>

export interface Desk {
  /** What was said last of the session at a place. */
  readonly said: (place: number) => Said | undefined
  /** Keeps what is said of it. */
  readonly say: (place: number, said: Said) => void
  /** Lines of the shown session, and how many of them the screen has room for. */
  readonly size: () => { readonly lines: number; readonly room: number }
}

/** @param at where to begin: the first that nobody has judged */
export function beginSitting(queue: readonly number[], at: number): Sitting {
  return { queue, at, scroll: 0, full: false, typing: undefined, note: undefined, ended: 'no' }
}

/** What a key press makes of the sitting; a judgment is kept before this returns. */
export function step(sitting: Sitting, action: Action, desk: Desk): Sitting {
  if (action.type === 'interrupt') return { ...sitting, ended: 'interrupted' }
  const place = sitting.queue[sitting.at]
  if (sitting.typing !== undefined && place !== undefined)
    return type(sitting, { typed: sitting.typing, place }, action, desk)
  switch (action.type) {
    case 'judge': {
      if (place === undefined) return sitting
      const { note } = sitting
      desk.say(place, { judgment: action.judgment, ...(note !== undefined && { reason: note }) })
      return moveTo(sitting, sitting.at + 1)
    }
    case 'skip':
      return moveTo(sitting, Math.min(sitting.at + 1, sitting.queue.length))
    case 'back':
      return moveTo(sitting, Math.max(0, sitting.at - 1))
    case 'scroll':
      return { ...sitting, scroll: scrolled(sitting.scroll, action.by, desk) }
    case 'note':
      if (place === undefined) return sitting
      return { ...sitting, typing: sitting.note ?? desk.said(place)?.reason ?? '' }
    case 'full':
      return { ...sitting, full: !sitting.full }
    case 'quit':
      return { ...sitting, ended: 'done' }
    default:
      return sitting
  }
}

function moveTo(sitting: Sitting, at: number): Sitting {
  if (at === sitting.at) return sitting
  return { ...sitting, at, scroll: 0, full: false, note: undefined }
}

function scrolled(from: number, by: number | 'page' | '-page' | 'start' | 'end', desk: Desk): number {
  const { lines, room } = desk.size()
  const last = Math.max(0, lines - room)
  const page = Math.max(1, room - 2)
  const to =
    by === 'start' ? 0 : by === 'end' ? last : from + (by === 'page' ? page : by === '-page' ? -page : by)
  return Math.min(last, Math.max(0, to))
}

/** A note about a session that is judged already is kept at once, with the judgment that it has. */
function type(
  sitting: Sitting,
  { typed, place }: { readonly typed: string; readonly place: number },
  action: Action,
  desk: Desk,
): Sitting {
  const closed = { ...sitting, typing: undefined }
  if (action.type === 'cancel') return closed
  if (action.type === 'enter') {
    const note = typed.trim()
    const before = desk.said(place)
    if (before === undefined) return { ...closed, note: note === '' ? undefined : note }
    if (note !== (before.reason ?? ''))
      desk.say(place, { judgment: before.judgment, ...(note !== '' && { reason: note }) })
    return { ...closed, note: undefined }
  }
  if (action.type === 'erase') return { ...sitting, typing: [...typed].slice(0, -1).join('') }
  return action.text === undefined ? sitting : { ...sitting, typing: typed + action.text }
}
