import type { Judged } from '@sftkit/plugin-sessions'
import pc from 'picocolors'
import { count } from '../display.ts'
import { linesOfText } from './lines-of-text.ts'
import type { Said, Sitting } from './sitting.ts'

/** What is shown of a sitting. */
export interface Shown {
  readonly sitting: Sitting
  /** The shown session's name; undefined where all were shown. */
  readonly key: string | undefined
  readonly said: Said | undefined
  /** How many of the queue are judged, and how. */
  readonly done: Readonly<Record<Judged['judgment'], number>>
  /** The session as lines of the screen's width. */
  readonly lines: readonly string[]
  /** Whether `f` would show more. */
  readonly more: boolean
}

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** Lines above and below the session. */
const AROUND = 4

/** How many lines of a session there is room for. */
export function roomOf({ rows }: Size): number {
  return Math.max(1, rows - AROUND)
}

/** The whole screen, as lines. */
export function screenOf(shown: Shown, size: Size): string[] {
  const { columns } = size
  const room = roomOf(size)
  const { sitting, lines } = shown
  const body =
    shown.key === undefined
      ? ['', 'These were all of them. b goes back, q ends.']
      : lines.slice(sitting.scroll, sitting.scroll + room)
  const filled = [...body, ...Array.from({ length: Math.max(0, room - body.length) }, () => '')]
  const rule = pc.dim('─'.repeat(columns))
  return [
    cut(headOf(shown), columns),
    rule,
    ...filled.map((line) => cut(line, columns)),
    rule,
    cut(footOf(shown, { room, columns }), columns),
  ]
}

function headOf({ sitting, key, said, done }: Shown): string {
  const { queue, at, note } = sitting
  const place = pc.bold(`${count(Math.min(at + 1, queue.length))}/${count(queue.length)}`)
  const sums = `${pc.green(`${count(done.acceptable)} acceptable`)}, ${pc.red(`${count(done.unacceptable)} unacceptable`)}`
  const verdict = said === undefined ? pc.dim('not judged') : verdictOf(said)
  const noted = note === undefined ? '' : ` ${pc.yellow(`note: ${oneLine(note)}`)}`
  return key === undefined
    ? `${place}  ${sums}`
    : `${place}  ${sums}  ${verdict}${noted}  ${pc.dim(oneLine(key))}`
}

function verdictOf({ judgment, reason }: Said): string {
  const colour = judgment === 'acceptable' ? pc.green : pc.red
  return colour(judgment) + (reason === undefined ? '' : ` (${oneLine(reason)})`)
}

function footOf(
  { sitting, lines, more }: Shown,
  { room, columns }: { room: number; columns: number },
): string {
  if (sitting.typing !== undefined)
    return `${pc.yellow('note:')} ${sitting.typing.slice(-Math.max(8, columns - 48))}${pc.inverse(' ')} ${pc.dim('enter keeps it, escape does not')}`
  const seen = Math.min(lines.length, sitting.scroll + room)
  const place = lines.length <= room ? 'all' : `${Math.floor((seen / lines.length) * 100)}%`
  const keys = [
    'a acceptable',
    'u unacceptable',
    's skip',
    'b back',
    'n note',
    ...(more ? ['f full texts'] : []),
    'q quit',
    '↑↓ space',
  ]
  return `${keys.map((key) => `${pc.bold(key.slice(0, key.indexOf(' ')))}${pc.dim(key.slice(key.indexOf(' ')))}`).join('  ')}  ${place}`
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\x00-\x1f\x7f-\x9f]+/g

function oneLine(text: string): string {
  return text.replaceAll(CONTROL, ' ')
}

function cut(line: string, columns: number): string {
  return linesOfText(line, columns)[0] ?? ''
}
