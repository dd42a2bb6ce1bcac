import { columnsOf } from './columns.ts'

/** A sign, the columns that it takes, and the colours that it has. */
interface Cell {
  readonly sign: string
  readonly size: number
  readonly colours: string
}

/**
 * A text as lines of a terminal: broken at its width, between words where it can be, and as far to the right as they
 * began. Colours go on over breaks, and each line can be shown without those before it.
 *
 * @param width columns; at least 2
 */
export function linesOfText(text: string, width: number): string[] {
  let active: readonly string[] = []
  return text.split('\n').flatMap((line) => {
    if (active.length === 0 && line.length <= width && PLAIN.test(line)) return [line]
    const { cells, after } = cellsOf(line, active)
    active = after
    return brokenCells(cells, width).map(paint)
  })
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for.
const COLOUR = /(\x1b\[[0-9;]*m)/
/** Most lines: nothing to break, to colour or to measure. */
const PLAIN = /^[\x20-\x7e]*$/
const RESET = '\u001b[0m'
const TAB = '    '
/** They would turn the direction of what stands behind them. */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g

function cellsOf(
  line: string,
  before: readonly string[],
): { readonly cells: Cell[]; readonly after: readonly string[] } {
  let active = before
  const cells: Cell[] = []
  for (const piece of line.replaceAll('\t', TAB).replaceAll(BIDI, '').split(COLOUR)) {
    if (COLOUR.test(piece)) active = withColour(active, piece)
    else {
      const colours = active.join('')
      for (const [sign, size] of columnsOf(piece)) cells.push({ sign, size, colours })
    }
  }
  return { cells, after: active }
}

/** The colours that hold after a sequence: 22 ends bold and dim, 39 a colour, 0 all, the rest between are others. */
function withColour(active: readonly string[], sequence: string): readonly string[] {
  const numberOf = (one: string): number => Number(one.slice(2, -1).split(';')[0])
  const code = numberOf(sequence)
  if (code === 0) return []
  if (code === 22) return active.filter((one) => ![1, 2].includes(numberOf(one)))
  if (code === 39) return active.filter((one) => numberOf(one) < 30)
  if (code > 22 && code < 30) return active.filter((one) => numberOf(one) !== code - 20)
  return [...active, sequence]
}

/** The least of a line that has to be filled, for the rest of it to be left to a word. */
const FILLED = 0.5

function brokenCells(cells: readonly Cell[], width: number): (readonly Cell[])[] {
  const indent = cells.slice(
    0,
    Math.max(
      0,
      cells.findIndex(({ sign }) => sign !== ' '),
    ),
  )
  const margin = indent.length < width * FILLED ? indent : []
  const lines: (readonly Cell[])[] = []
  let start = 0
  let column = 0
  let space = -1
  const lineUpTo = (end: number): readonly Cell[] => [
    ...(start === 0 ? [] : margin),
    ...cells.slice(start, end),
  ]
  const startAt = (next: number, at: number): void => {
    start = next
    column = margin.length + cells.slice(next, at).reduce((sum, cell) => sum + cell.size, 0)
    space = -1
  }
  for (const [at, { sign, size }] of cells.entries()) {
    if (column + size > width && at > start) {
      // A space that has no room is the break itself.
      if (sign === ' ') {
        lines.push(lineUpTo(at))
        startAt(at + 1, at + 1)
        continue
      }
      const end = space > start && space - start + margin.length >= width * FILLED ? space + 1 : at
      lines.push(lineUpTo(end))
      startAt(end, at)
    }
    if (sign === ' ') space = at
    column += size
  }
  lines.push(lineUpTo(cells.length))
  return lines
}

function paint(cells: readonly Cell[]): string {
  let text = ''
  let last = ''
  for (const { sign, colours } of cells) {
    if (colours !== last) text += (last === '' ? '' : RESET) + colours
    text += sign
    last = colours
  }
  return last === '' ? text : text + RESET
}
