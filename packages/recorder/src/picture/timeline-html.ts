import { counted, isJsonObject, type JsonValue } from '@sftkit/core'
import type { StepRow } from '../format/rows.ts'
import type { Recording } from '../view/recording.ts'
import { summaryOf } from '../view/summary.ts'
import { chart } from './chart.ts'
import { escaped, facts, moment, number, percent } from './html-text.ts'
import { STYLE } from './style.ts'
import { type TimelineRow, timelineRows } from './timeline-rows.ts'

/** Longer texts are cut on the page. */
const SHOWN = 4000

/** An episode as one HTML page that needs nothing else: facts, the rewards as a chart, each step or window as a row. */
export function timelineHtml(recording: Recording): string {
  const { episode } = recording
  const rows = timelineRows(recording)
  const whole = rows.every(({ steps }) => steps === 1)
  const steps = whole ? recording.steps({ missing: () => {} }) : undefined
  const title = escaped(firstLine(episode.task) || 'An episode')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${rest(episode.task)}${facts(factsOf(recording))}
${folded([
  ['system', episode.system],
  ['reset', seen(recording.reset)],
])}
${chart(rows)}
${table(rows, steps)}
</main>
</body>
</html>
`
}

function factsOf(recording: Recording): [string, string][] {
  const { episode, end, damaged } = recording
  const { totalSteps, durationSeconds, finalScore, cumulativeReward, errors, flags } = summaryOf(recording)
  const flagged = Object.entries(flags).map(([flag, count]) => `${flag} ${number(count)}`)
  const all: [string, string | undefined][] = [
    ['variant', episode.variant_id],
    ['episode', episode.episode_id],
    ['started', moment(episode.start_time)],
    ['steps', number(totalSteps)],
    ['duration', durationSeconds === null ? undefined : `${number(durationSeconds)} s`],
    ['final score', finalScore === null ? undefined : number(finalScore)],
    ['reward', number(cumulativeReward)],
    ['errors', errors === 0 ? undefined : number(errors)],
    ['flags', flagged.length === 0 ? undefined : flagged.join(', ')],
    ['end', end === undefined ? 'not ended' : undefined],
    ['damaged', damaged.length === 0 ? undefined : `${counted(damaged.length, 'row')} left out: unreadable`],
  ]
  return all.filter((one): one is [string, string] => one[1] !== undefined && one[1] !== '')
}

function table(rows: readonly TimelineRow[], steps: Iterator<StepRow> | undefined): string {
  if (rows.length === 0) return '<p>No step was recorded.</p>'
  const most = Math.max(...rows.map(({ reward }) => Math.abs(reward)), Number.MIN_VALUE)
  const head = ['step', 'action', 'reward', 'sum', 'tests', 'ms', '']
  const body = rows.map((row) => tableRow(row, most, steps?.next().value as StepRow | undefined))
  return `<table>
<thead><tr>${head.map((name) => `<th>${name}</th>`).join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table>`
}

function tableRow(row: TimelineRow, most: number, step: StepRow | undefined): string {
  const share = Math.round((Math.abs(row.reward) / most) * 1000) / 10
  const bar = `<i class="${row.reward < 0 ? 'less' : 'more'}" style="--share:${share}%"></i>`
  const flags = Object.entries(row.flags).map(
    ([flag, count]) => `<b>${escaped(flag)}${row.steps > 1 ? ` ${number(count)}` : ''}</b>`,
  )
  const marks = [row.done ? '<em>done</em>' : '', ...flags].join(' ')
  const errors =
    row.steps > 1 && row.errors > 0 ? `<div class="error">${counted(row.errors, 'error')}</div>` : ''
  const error = row.error === null ? errors : `<div class="error">${escaped(cut(row.error, 600))}</div>`
  const place = row.steps === 1 ? number(row.firstStep) : `${number(row.firstStep)} – ${number(row.lastStep)}`
  const about = row.about === '' ? '' : ` <code>${escaped(cut(row.about, 300))}</code>`
  return `<tr${row.errors > 0 && row.steps === 1 ? ' class="failed"' : ''}>
<td class="n">${place}</td>
<td><strong>${escaped(row.action)}</strong>${about}${error}${step === undefined ? '' : details(step)}</td>
<td class="bar"><span>${number(row.reward)}</span>${bar}</td>
<td class="n">${number(row.cumulativeReward)}</td>
<td class="n">${row.passRate === null ? '' : percent(row.passRate)}</td>
<td class="n">${row.durationMs === null ? '' : number(row.durationMs)}</td>
<td>${marks}</td>
</tr>`
}

/** What the agent said, wrote and saw, folded away. */
function details(step: StepRow): string {
  const diff = step.file_diff
  const parts: [string, string | undefined][] = [
    ['said', step.message],
    ['arguments', step.action_arguments && readable(step.action_arguments)],
    ['wrote', step.action_content],
    ['before', diff?.before ?? undefined],
    ['saw', seen(step)],
  ]
  return folded(parts)
}

/** Texts with their names, as far as there are any. */
function folded(parts: readonly (readonly [string, string | undefined])[]): string {
  const shown = parts.filter((part): part is [string, string] => part[1] !== undefined && part[1] !== '')
  if (shown.length === 0) return ''
  const texts = shown.map(([name, text]) => `<h3>${name}</h3><pre>${escaped(cut(text, SHOWN))}</pre>`)
  return `<details><summary>${shown.map(([name]) => name).join(', ')}</summary>${texts.join('')}</details>`
}

function seen(row: Pick<StepRow, 'observation_snapshot'> | undefined): string | undefined {
  return row?.observation_snapshot == null ? undefined : readable(row.observation_snapshot)
}

/** A text as it is; of an object each value with its name, texts with their lines. */
function readable(value: JsonValue): string {
  if (typeof value === 'string') return value
  if (!isJsonObject(value)) return JSON.stringify(value, null, 1)
  return Object.entries(value)
    .map(([name, inner]) => {
      if (typeof inner !== 'string') return `${name}: ${JSON.stringify(inner)}`
      return inner.includes('\n') ? `${name}:\n${inner}` : `${name}: ${inner}`
    })
    .join('\n')
}

function firstLine(text: string): string {
  return cut(text.split('\n')[0] ?? '', 120)
}

/** A task of several lines stands below the title, whole. */
function rest(task: string): string {
  return task === firstLine(task) ? '' : `<pre class="task">${escaped(cut(task, SHOWN))}</pre>\n`
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}… (${counted(text.length, 'character')})` : text
}
