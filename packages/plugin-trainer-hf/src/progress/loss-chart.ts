import type { Losses } from './losses.ts'
import type { LossPoint } from './progress.ts'

const WIDTH = 720
const HEIGHT = 400
/** Letters of a title. */
const TITLE = 44
const PLOT = { left: 64, right: 24, top: 56, bottom: 52 }

/** The losses as an SVG with axes, for a browser or a README; readable on light and dark. */
export function lossChart({ train, validation }: Losses, title: string): string {
  const all = [...train, ...validation]
  const steps = ticks(0, Math.max(1, ...all.map(({ step }) => step)), 8, true)
  const losses = ticks(
    Math.min(0, ...all.map(({ loss }) => loss)),
    Math.max(0.1, ...all.map(({ loss }) => loss)),
    6,
  )
  const [low, high] = [losses[0] ?? 0, losses.at(-1) ?? 1]
  const end = Math.max(1, ...all.map(({ step }) => step))
  const x = (step: number): string => number(PLOT.left + (step / end) * (WIDTH - PLOT.left - PLOT.right))
  const y = (loss: number): string =>
    number(HEIGHT - PLOT.bottom - ((loss - low) / (high - low)) * (HEIGHT - PLOT.top - PLOT.bottom))
  const grid = losses.map(
    (loss) =>
      `<line class="grid" x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${y(loss)}" y2="${y(loss)}"/>` +
      `<text class="tick" x="${PLOT.left - 10}" y="${y(loss)}" dy="0.32em" text-anchor="end">${label(loss)}</text>`,
  )
  const stepTicks = steps
    .filter((step) => step <= end)
    .map(
      (step) =>
        `<line class="axis" x1="${x(step)}" x2="${x(step)}" y1="${y(low)}" y2="${Number(y(low)) + 5}"/>` +
        `<text class="tick" x="${x(step)}" y="${Number(y(low)) + 20}" text-anchor="middle">${label(step)}</text>`,
    )
  const line = (points: readonly LossPoint[], kind: string): string[] =>
    points.length === 0
      ? []
      : [
          `<polyline class="${kind}" points="${points.map(({ step, loss }) => `${x(step)},${y(loss)}`).join(' ')}"/>`,
          ...dots(points, kind).map(
            ({ step, loss }) =>
              `<circle class="${kind}" cx="${x(step)}" cy="${y(loss)}" r="3"><title>step ${step}: ${label(loss)}</title></circle>`,
          ),
        ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${HEIGHT}" rx="8"/>`,
    `<text class="title" x="${PLOT.left}" y="30">${escaped(shortened(title))}</text>`,
    ...grid,
    ...stepTicks,
    `<line class="axis" x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${y(low)}" y2="${y(low)}"/>`,
    `<text class="name" x="${(PLOT.left + WIDTH - PLOT.right) / 2}" y="${HEIGHT - 12}" text-anchor="middle">step</text>`,
    `<text class="name" transform="translate(18 ${(PLOT.top + HEIGHT - PLOT.bottom) / 2}) rotate(-90)" text-anchor="middle">loss</text>`,
    ...line(train, 'train'),
    ...line(validation, 'validation'),
    ...legend([...(train.length > 0 ? ['train'] : []), ...(validation.length > 0 ? ['validation'] : [])]),
    '</svg>',
    '',
  ].join('\n')
}

/** A point for each of a few values, none for the many of a long run. */
function dots(points: readonly LossPoint[], kind: string): readonly LossPoint[] {
  return kind === 'validation' || points.length <= 24 ? points : points.slice(-1)
}

/** As much of a title as there is room for beside the legend: the end of a model's name says less than what follows it. */
function shortened(title: string): string {
  const over = title.length - TITLE
  if (over <= 0) return title
  const [name = '', ...rest] = title.split(' · ')
  return [`${name.slice(0, Math.max(8, name.length - over - 1))}…`, ...rest].join(' · ')
}

function legend(kinds: readonly string[]): string[] {
  return kinds.toReversed().map((kind, at) => {
    const left = WIDTH - PLOT.right - 110 * (at + 1)
    return `<g transform="translate(${left} 26)"><line class="${kind}" x2="22"/><text class="tick" x="30" dy="0.32em">${kind}</text></g>`
  })
}

/** Round numbers from below the lowest to above the highest value, about so many. */
function ticks(low: number, high: number, about: number, whole = false): number[] {
  const span = high - low || 1
  const magnitude = 10 ** Math.floor(Math.log10(span / about))
  const factor = [1, 2, 2.5, 5, 10].find((each) => span / (each * magnitude) <= about) ?? 10
  const step = whole ? Math.max(1, Math.round(factor * magnitude)) : factor * magnitude
  const from = Math.floor(low / step)
  const count = Math.ceil(high / step) - from
  return Array.from({ length: count + 1 }, (_, at) => Number(((from + at) * step).toPrecision(12)))
}

function label(value: number): string {
  return Number(value.toPrecision(4)).toLocaleString('en-US', { maximumFractionDigits: 4 })
}

function number(value: number): string {
  return String(Math.round(value * 100) / 100)
}

function escaped(text: string): string {
  return text.replace(/[<>&"]/g, (char) => `&#${char.charCodeAt(0)};`)
}

const STYLE = `
.paper{fill:#fff}.title{font:600 15px system-ui,sans-serif;fill:#1f2328}
.tick{font:12px system-ui,sans-serif;fill:#59636e}.name{font:12px system-ui,sans-serif;fill:#59636e}
.grid{stroke:#d1d9e0;stroke-width:1;stroke-dasharray:2 4}.axis{stroke:#818b98;stroke-width:1}
polyline{fill:none;stroke-width:2;stroke-linejoin:round}
.train{stroke:#0969da}circle.train{fill:#0969da}.validation{stroke:#bc4c00}circle.validation{fill:#bc4c00}
line.train,line.validation{stroke-width:3}
@media (prefers-color-scheme:dark){.paper{fill:#0d1117}.title{fill:#f0f6fc}.tick,.name{fill:#9198a1}
.grid{stroke:#3d444d}.axis{stroke:#656c76}.train{stroke:#4493f8}circle.train{fill:#4493f8}
.validation{stroke:#f0883e}circle.validation{fill:#f0883e}}
`
