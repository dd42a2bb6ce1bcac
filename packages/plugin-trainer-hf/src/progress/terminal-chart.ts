import type { LossPoint } from './progress.ts'

const BARS = ' ▁▂▃▄▅▆▇█'
const COLUMNS = 56
const ROWS = 6

/** The losses as bars in a few lines, with the highest and the lowest beside them; nothing for fewer than two. */
export function terminalChart(points: readonly LossPoint[]): string[] {
  const [first] = points
  const last = points.at(-1)
  if (first === undefined || last === undefined || points.length < 2) return []
  const values = columnMeans(points.map(({ loss }) => loss))
  // Few values are drawn as wide bars.
  const wide = Math.max(1, Math.floor(COLUMNS / values.length))
  const means = values.flatMap((value) => Array<number>(wide).fill(value))
  const high = Math.max(...means)
  const eighths = means.map((mean) => (high === 0 ? 0 : Math.max(1, Math.round((mean / high) * ROWS * 8))))
  const labels = Array.from({ length: ROWS }, (_, row) =>
    row === 0 ? short(high) : row === ROWS - 1 ? '0' : '',
  )
  const width = Math.max(...labels.map((label) => label.length))
  const rows = labels.map((label, row) => {
    const below = (ROWS - 1 - row) * 8
    const bars = eighths.map((height) => BARS[Math.min(8, Math.max(0, height - below))] ?? ' ').join('')
    return `${label.padStart(width)} ${row === 0 || row === ROWS - 1 ? '┤' : '│'}${bars.trimEnd()}`
  })
  const [from, to] = [`step ${first.step}`, String(last.step)]
  const space = Math.max(1, means.length - from.length - to.length)
  return [...rows, `${' '.repeat(width + 2)}${from}${' '.repeat(space)}${to}`]
}

function columnMeans(values: readonly number[]): number[] {
  const columns = Math.min(COLUMNS, values.length)
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * values.length) / columns)
    const until = Math.floor(((column + 1) * values.length) / columns)
    const part = values.slice(from, until)
    return part.reduce((sum, value) => sum + value, 0) / part.length
  })
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}
