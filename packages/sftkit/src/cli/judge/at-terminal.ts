import { errorText } from '@sftkit/core'
import type { Judgments, StoredCandidate } from '@sftkit/plugin-sessions'
import { conversation } from '../conversation.ts'
import { actionOf } from './keys.ts'
import { linesOfText } from './lines-of-text.ts'
import { roomOf, screenOf } from './screen.ts'
import type { Sessions } from './sessions.ts'
import { isShortened, shorten } from './shorten.ts'
import { beginSitting, type Desk, type Sitting, step } from './sitting.ts'
import { openTerminal } from './terminal.ts'

/** Shows sessions on a terminal and keeps what is said of them. @returns whether it was interrupted */
export async function judgeAtTerminal(
  sessions: Sessions,
  queue: readonly number[],
  judgments: Judgments,
  by: string | undefined,
): Promise<boolean> {
  const candidateOf = (place: number): StoredCandidate => sessions.candidates[place] as StoredCandidate
  const before = judgments.all()
  const verdicts = new Map(
    queue.map((place) => {
      const { key, judgment } = candidateOf(place)
      return [place, before.get(key)?.judgment ?? judgment]
    }),
  )
  const first = queue.findIndex((place) => verdicts.get(place) === undefined)
  let sitting = beginSitting(queue, Math.max(0, first))
  const terminal = openTerminal()
  const readPage = pageReader(sessions)
  const page = () => readPage(sitting, terminal.size().columns)
  const desk: Desk = {
    said(place) {
      const { key, judgment } = candidateOf(place)
      return judgments.latest(key) ?? (judgment && { judgment })
    },
    say(place, said) {
      judgments.add(candidateOf(place).key, { ...said, ...(by !== undefined && { by }) })
      verdicts.set(place, said.judgment)
    },
    size: () => ({ lines: page().lines.length, room: roomOf(terminal.size()) }),
  }
  const show = (): void => {
    const place = sitting.queue[sitting.at]
    const said = place === undefined ? undefined : desk.said(place)
    if (place !== undefined) verdicts.set(place, said?.judgment)
    const done = { acceptable: 0, unacceptable: 0 }
    for (const one of verdicts.values()) if (one !== undefined) done[one]++
    const key = place === undefined ? undefined : candidateOf(place).key
    terminal.show(screenOf({ sitting, key, said, done, ...page() }, terminal.size()))
  }
  try {
    show()
    for await (const event of terminal.keys()) {
      if (event !== 'resize') sitting = step(sitting, actionOf(event.text, event.key), desk)
      if (sitting.ended !== 'no') break
      const { lines, room } = desk.size()
      sitting = { ...sitting, scroll: Math.min(sitting.scroll, Math.max(0, lines - room)) }
      show()
    }
  } finally {
    terminal.close()
  }
  // A terminal that went away, or a signal, interrupts as Ctrl-C does.
  return sitting.ended !== 'done'
}

interface Page {
  readonly lines: readonly string[]
  readonly more: boolean
}

/** The lines of the shown session; the last ones are kept until another is shown. */
function pageReader(sessions: Sessions): (sitting: Sitting, columns: number) => Page {
  let last: { readonly id: string; readonly page: Page } | undefined
  return ({ queue, at, full }, columns) => {
    const place = queue[at]
    if (place === undefined) return { lines: [], more: false }
    const id = `${place} ${full} ${columns}`
    if (last?.id !== id) {
      last = { id, page: pageOf(sessions, place, full, columns) }
    }
    return last.page
  }
}

/** What cannot be read is shown as such: it can be skipped, or be judged for it. */
function pageOf(sessions: Sessions, place: number, full: boolean, columns: number): Page {
  try {
    const traces = sessions.read(place)
    const text = traces.map((trace) => conversation(full ? trace : shorten(trace))).join('\n\n')
    return { lines: linesOfText(text, columns), more: !full && traces.some(isShortened) }
  } catch (error) {
    return { lines: linesOfText(`It cannot be read: ${errorText(error)}.`, columns), more: false }
  }
}
