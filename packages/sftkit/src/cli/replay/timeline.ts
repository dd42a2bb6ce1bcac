import { counted } from '@sftkit/core'
import {
  type Recording,
  summaryOf,
  type TimelineRange,
  type TimelineRow,
  timelineRows,
} from '@sftkit/recorder'
import pc from 'picocolors'
import { visible } from '../conversation.ts'
import { count, duration } from '../display.ts'
import { table } from '../table.ts'
import { rewardBar } from './bar.ts'

/** More steps than fit onto a few screens become windows that fit onto one. */
const ROWS = { most: 200, windows: 50 }
const ABOUT = 48

/** An episode for a person: what it was, and its steps with their rewards as bars. */
export function timelineText(recording: Recording, range: TimelineRange): string {
  const rows = timelineRows(recording, { ...ROWS, ...range })
  return [head(recording), ...notes(recording), '', rows.length === 0 ? 'No step.' : steps(rows)].join('\n')
}

function head(recording: Recording): string {
  const { task, variantId, startTime, totalSteps, durationSeconds, finalScore, ...sums } =
    summaryOf(recording)
  const facts = [
    new Date(startTime * 1000).toISOString().replace('T', ' ').slice(0, 19),
    `${counted(totalSteps, 'step')}${durationSeconds === null ? '' : ` in ${time(durationSeconds)}`}`,
    finalScore === null ? undefined : `score ${short(finalScore)}`,
    `reward ${short(sums.cumulativeReward)}`,
    sums.errors > 0 ? pc.red(errorCount(sums.errors)) : undefined,
    ...Object.entries(sums.flags).map(([flag, times]) => pc.yellow(`${visible(flag)} ${count(times)}`)),
    sums.ended ? undefined : pc.yellow('not ended'),
  ]
  const about = variantId === '' ? '' : pc.dim(`  ${visible(variantId)}`)
  return `${pc.bold(cut(task, 100))}${about}\n${facts.filter((fact) => fact !== undefined).join(pc.dim(' · '))}`
}

function notes({ damaged }: Recording): string[] {
  const torn = damaged.filter((part) => part.torn)
  const others = damaged.length - torn.length
  return [
    ...(torn.length > 0
      ? [pc.yellow('The last row was being written when the program ended: it is left out.')]
      : []),
    ...(others > 0 ? [pc.yellow(`${counted(others, 'row')} left out: unreadable.`)] : []),
  ]
}

function steps(rows: readonly TimelineRow[]): string {
  const most = Math.max(...rows.map(({ reward }) => Math.abs(reward)))
  const twoSided = rows.some(({ reward }) => reward < 0)
  const columns = ['step', 'action', '', 'reward', '', 'sum', 'tests', 'ms', '']
  const lines = rows.map((row) => [
    row.steps === 1 ? String(row.firstStep) : `${count(row.firstStep)}–${count(row.lastStep)}`,
    row.error === null ? visible(row.action) : pc.red(visible(row.action)),
    cut(row.about, ABOUT),
    row.reward.toFixed(2),
    rewardBar(row.reward, most, twoSided),
    row.cumulativeReward.toFixed(2),
    row.passRate === null ? '' : `${Math.round(row.passRate * 100)} %`,
    row.durationMs === null ? '' : row.durationMs.toFixed(1),
    remarks(row),
  ])
  const used = columns.map((_, column) => column < 6 || lines.some((line) => line[column] !== ''))
  const kept = (cells: readonly string[]): string[] => cells.filter((_, column) => used[column])
  return table(kept(columns), lines.map(kept))
}

function remarks(row: TimelineRow): string {
  const errors = row.steps > 1 && row.errors > 0 ? pc.red(errorCount(row.errors)) : undefined
  const parts = [
    row.done ? pc.green('done') : undefined,
    row.error === null ? errors : pc.red(`✗ ${cut(row.error, 60)}`),
    ...Object.entries(row.flags).map(([flag, times]) =>
      pc.yellow(row.steps > 1 ? `${visible(flag)} ${count(times)}` : visible(flag)),
    ),
  ]
  return parts.filter((part) => part !== undefined).join(' ')
}

function errorCount(errors: number): string {
  return counted(errors, 'error')
}

function time(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : duration(seconds)
}

function cut(text: string, length: number): string {
  const line = visible(text).replaceAll(/\s+/g, ' ')
  return line.length > length ? `${line.slice(0, length - 1)}…` : line
}

function short(value: number): string {
  return String(Math.round(value * 1000) / 1000)
}
