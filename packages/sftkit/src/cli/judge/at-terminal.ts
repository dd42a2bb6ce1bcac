import type { Candidate, Judgments } from '@sftkit/plugin-sessions'
import { conversation } from '../conversation.ts'
import { actionOf } from './keys.ts'
import { linesOfText } from './lines-of-text.ts'
import { roomOf, screenOf } from './screen.ts'
import type { Sessions } from './sessions.ts'
import { isShortened, shorten } from './shorten.ts'
import { beginSitting, type Desk, judged, type Sitting, step } from './sitting.ts'
import { openTerminal } from './terminal.ts'

/** Shows sessions on a terminal and keeps what is said of them. @returns whether it was interrupted */
export async function judgeAtTerminal(
  sessions: Sessions,
  queue: readonly number[],
  judgments: Judgments,
  by: string | undefined,
): Promise<boolean> {
  const keyOf = (place: number): string => (sessions.candidates[place] as Candidate).key
  const verdicts = new Map(queue.map((place) => [keyOf(place), judgments.latest(keyOf(place))?.judgment]))
  const first = queue.findIndex((place) => verdicts.get(keyOf(place)) === undefined)
  let sitting = beginSitting(queue, Math.max(0, first))
  const terminal = openTerminal()
  const pageOf = pageReader(sessions)
  const page = () => pageOf(sitting, terminal.size().columns)
  const desk: Desk = {
    keyOf,
    judgments,
    by,
    size: () => ({ lines: page().lines.length, room: roomOf(terminal.size()) }),
  }
  const show = (): void => {
    const place = sitting.queue[sitting.at]
    const key = place === undefined ? undefined : keyOf(place)
    const verdict = judged(sitting, desk)
    if (key !== undefined) verdicts.set(key, verdict?.judgment)
    const done = { acceptable: 0, unacceptable: 0 }
    for (const one of verdicts.values()) if (one !== undefined) done[one]++
    terminal.show(screenOf({ sitting, key, judged: verdict, done, ...page() }, terminal.size()))
  }
  try {
    show()
    for await (const event of terminal.keys()) {
      const before = sitting.queue[sitting.at]
      if (event !== 'resize') sitting = step(sitting, actionOf(event.text, event.key), desk)
      if (sitting.ended !== 'no') break
      if (before !== undefined) verdicts.set(keyOf(before), judgments.latest(keyOf(before))?.judgment)
      const { lines, room } = desk.size()
      sitting = { ...sitting, scroll: Math.min(sitting.scroll, Math.max(0, lines - room)) }
      show()
    }
  } finally {
    terminal.close()
  }
  return sitting.ended === 'interrupted'
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
      const trace = sessions.read(place)
      const lines = linesOfText(conversation(full ? trace : shorten(trace)), columns)
      last = { id, page: { lines, more: !full && isShortened(trace) } }
    }
    return last.page
  }
}
