import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { counted, sftError } from '@sftkit/core'
import type { Judged, Judgments } from '@sftkit/plugin-sessions'

const WORDS: Readonly<Record<string, Judged['judgment']>> = {
  acceptable: 'acceptable',
  a: 'acceptable',
  unacceptable: 'unacceptable',
  u: 'unacceptable',
}

/** What `--list` prints for a session that nobody has judged. */
export const NOT_YET = '-'

/**
 * Takes judgments from lines `ID JUDGMENT [REASON]`, with tabs between them where the id has spaces, as `--list` prints
 * them. Empty lines, those that begin with `#`, and those whose judgment is `-` are not looked at.
 *
 * @param isKnown whether an id is of a session that may be judged
 * @returns how many were kept
 * @throws SFT_JUDGMENT_LINES with the lines that are none; the others are kept
 */
export async function judgeFromLines(
  input: Readable,
  isKnown: (key: string) => boolean,
  judgments: Judgments,
  by: string | undefined,
): Promise<number> {
  const wrong: string[] = []
  let kept = 0
  let number = 0
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++
    const text = line.trim()
    if (text === '' || text.startsWith('#')) continue
    const [key = '', word = '', reason = ''] = partsOf(text)
    const judgment = WORDS[word]
    if (word === NOT_YET) continue
    if (judgment === undefined)
      wrong.push(`line ${number}: ${word === '' ? 'no judgment' : `"${word}" is none`}`)
    else if (!isKnown(key)) wrong.push(`line ${number}: there is no session ${key}`)
    else {
      judgments.add(key, { judgment, ...(reason !== '' && { reason }), ...(by !== undefined && { by }) })
      kept++
    }
  }
  if (wrong.length === 0) return kept
  const shown = wrong.slice(0, MOST_SHOWN).join('; ')
  const rest = wrong.length > MOST_SHOWN ? `; and ${wrong.length - MOST_SHOWN} more` : ''
  throw sftError('SFT_JUDGMENT_LINES', `${counted(kept, 'judgment')} kept. Not understood: ${shown}${rest}.`)
}

const MOST_SHOWN = 10

function partsOf(line: string): readonly string[] {
  if (line.includes('\t')) return line.split('\t').map((part) => part.trim())
  return (/^(\S+)\s*(\S*)\s*(.*)$/.exec(line) ?? []).slice(1)
}
