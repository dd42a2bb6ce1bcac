import { escaped, number } from './html-text.ts'
import type { TimelineRow } from './timeline-rows.ts'

const WIDTH = 960
const HEIGHT = 180
const TOP = 14
const BOTTOM = 32
const SIDE = 46
const LABELS = 20

/** The rewards as an SVG: a bar for each row, the sum after it as a line, errors as marks, and last steps' numbers below. */
export function chart(rows: readonly TimelineRow[]): string {
  if (rows.length === 0) return ''
  const sums = rows.map(({ cumulativeReward }) => cumulativeReward)
  const rewards = rows.map(({ reward }) => reward)
  const highest = Math.max(0, ...sums, ...rewards)
  const lowest = Math.min(0, ...sums, ...rewards)
  const range = highest - lowest || 1
  const y = (value: number): number => round(TOP + ((highest - value) / range) * (HEIGHT - TOP - BOTTOM))
  const step = (WIDTH - 2 * SIDE) / rows.length
  const x = (at: number): number => round(SIDE + (at + 0.5) * step)
  const zero = y(0)
  const width = Math.max(1, Math.min(18, step * 0.6))
  const bars = rows.map(({ reward }, at) => {
    const top = Math.min(zero, y(reward))
    const height = Math.max(reward === 0 ? 0 : 1, round(Math.abs(y(reward) - zero)))
    const kind = reward < 0 ? 'less' : 'more'
    return `<rect class="${kind}" x="${round(x(at) - width / 2)}" y="${top}" width="${round(width)}" height="${height}"/>`
  })
  const line = sums.map((sum, at) => `${x(at)},${y(sum)}`).join(' ')
  const marks = rows.flatMap(({ errors }, at) =>
    errors > 0 ? [`<circle class="mark" cx="${x(at)}" cy="${HEIGHT - 22}" r="3"/>`] : [],
  )
  const labels = [highest, lowest].map(
    (value) => `<text x="${SIDE - 8}" y="${y(value) + 4}" text-anchor="end">${escaped(number(value))}</text>`,
  )
  const places = labelled(rows).map(
    ([at, row]) => `<text x="${x(at)}" y="${HEIGHT - 4}" text-anchor="middle">${number(row.lastStep)}</text>`,
  )
  return `<figure>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Rewards by step">
<line class="axis" x1="${SIDE}" y1="${zero}" x2="${WIDTH - SIDE}" y2="${zero}"/>
${bars.join('')}
<polyline class="sum" points="${line}"/>
${sums.length === 1 ? `<circle class="sum" cx="${x(0)}" cy="${y(sums[0] ?? 0)}" r="3"/>` : ''}${marks.join('')}
${[...new Set(labels), ...places].join('')}
</svg>
<figcaption><span class="more">reward</span> <span class="sum">sum of rewards</span> <span class="mark">error</span></figcaption>
</figure>`
}

/** Rows that are named below the axis: as many as there is room for, the same number of rows apart. */
function labelled(rows: readonly TimelineRow[]): [number, TimelineRow][] {
  const every = Math.ceil(rows.length / LABELS)
  return [...rows.entries()].filter(([at]) => at % every === 0)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
