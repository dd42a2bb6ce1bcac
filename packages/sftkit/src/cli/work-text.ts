import type { StageProgress } from '@sftkit/core'
import { bytes, count, duration } from './display.ts'

/**
 * How far a stage after the dataset is: `train 40/120 steps · loss 0.42 ▇▅▃▂▁ · 12 s left`.
 *
 * @param width columns that there are: the last figures go first, then the time and the steps; the first figure and its
 *   curve stay
 */
export function workText(stage: string, work: StageProgress, width = Number.POSITIVE_INFINITY): string {
  const { unit, done, total, secondsLeft, figures = {}, curve = [] } = work
  const [first, ...others] = Object.entries(figures).map(([name, value]) => `${name} ${value}`)
  const amount = (value: number): string => (unit === 'bytes' ? bytes(value) : count(value))
  const steps = `${stage} ${amount(done)}${total === undefined ? '' : `/${amount(total)}`}${unit === 'bytes' ? '' : ` ${unit}`}`
  const left = secondsLeft !== undefined && secondsLeft >= 1 ? [`${duration(secondsLeft)} left`] : []
  const main = first === undefined ? [] : [`${first}${sparkline(curve)}`]
  const candidates = [
    ...others.map((_, dropped) => [steps, ...main, ...others.slice(0, others.length - dropped), ...left]),
    [steps, ...main, ...left],
    [steps, ...main],
    main,
  ].map((parts) => parts.join(' · '))
  return candidates.find((text) => text !== '' && text.length <= width) ?? main[0] ?? steps
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
