import type { StageProgress } from '@sftkit/core'
import { count, duration } from './display.ts'

/** How far a stage after the dataset is: `train 40/120 steps · loss 0.42 ▇▅▃▂▁ · 12 s left`. */
export function workText(stage: string, work: StageProgress): string {
  const { unit, done, total, secondsLeft, figures = {}, curve = [] } = work
  const parts = [
    `${stage} ${count(done)}${total === undefined ? '' : `/${count(total)}`} ${unit}`,
    ...Object.entries(figures).map(
      ([name, value], at) => `${name} ${value}${at === 0 ? sparkline(curve) : ''}`,
    ),
    secondsLeft !== undefined && secondsLeft >= 1 && `${duration(secondsLeft)} left`,
  ]
  return parts.filter(Boolean).join(' · ')
}

const BARS = '▁▂▃▄▅▆▇█'
const WIDTH = 16

/** The values as bars, each the mean of its share of them. */
function sparkline(values: readonly number[]): string {
  const finite = values.filter(Number.isFinite)
  if (finite.length < 2) return ''
  const columns = Math.min(WIDTH, finite.length)
  const means = Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * finite.length) / columns)
    const until = Math.floor(((column + 1) * finite.length) / columns)
    const part = finite.slice(from, until)
    return part.reduce((sum, value) => sum + value, 0) / part.length
  })
  const low = Math.min(...means)
  const span = Math.max(...means) - low
  return ` ${means.map((mean) => BARS[span === 0 ? 0 : Math.round(((mean - low) / span) * (BARS.length - 1))]).join('')}`
}
