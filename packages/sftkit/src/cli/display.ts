import type { LlmProgress, Logger, LogLevel, ProgressEvent } from '@sftkit/core'
import { counted, createLogger } from '@sftkit/core'
import pc from 'picocolors'
import { workText } from './work-text.ts'

/** How a run shows itself: a line that is rewritten on a terminal, plain lines elsewhere, JSON lines for programs. */
export interface Display {
  readonly log: Logger
  progress(event: ProgressEvent): void
  /** So many more questions to models are coming, answered ones included: progress is shown against all of them. */
  expect(questions: number): void
  /** Writes nothing while a person is asked something; what was logged meanwhile comes after. */
  quietly<T>(work: () => Promise<T>): Promise<T>
  /** Clears the progress line. */
  end(): void
}

const PLAIN_INTERVAL_MS = 5000
const LIVE_INTERVAL_MS = 100

export function createDisplay({ json }: { readonly json: boolean }): Display {
  const live = process.stderr.isTTY === true && !json && process.env.CI === undefined
  let shownAt = 0
  let shown = false
  let quiet = false
  let expected = 0
  const held: (() => void)[] = []
  const clear = (): void => {
    if (shown) process.stderr.write('\r\u001b[2K')
    shown = false
  }
  const write = (level: LogLevel, message: string): void => {
    if (level === 'debug' && process.env.SFT_DEBUG === undefined) return
    if (quiet) {
      held.push(() => write(level, message))
      return
    }
    clear()
    const mark = { debug: pc.dim, info: (text: string) => text, warn: pc.yellow, error: pc.red }[level]
    process.stderr.write(`${mark(message)}\n`)
  }
  return {
    log: createLogger(write),
    expect(questions) {
      expected += questions
    },
    progress(reported) {
      const event = withExpected(reported, expected)
      if (json) {
        process.stdout.write(`${JSON.stringify({ type: 'progress', ...reported })}\n`)
        return
      }
      if (quiet) return
      const now = performance.now()
      // Questions come and go long after the input is read: the line is not rewritten for each.
      const finished =
        event.bytesDone >= event.bytesTotal && event.llm === undefined && event.work === undefined
      if (now - shownAt < (live ? LIVE_INTERVAL_MS : PLAIN_INTERVAL_MS) && !(live && finished)) return
      if (!live && shownAt === 0) {
        shownAt = now
        return
      }
      shownAt = now
      clear()
      process.stderr.write(
        live ? progressLine(event, process.stderr.columns ?? 80) : `${progressText(event)}\n`,
      )
      shown = live
    },
    async quietly(work) {
      clear()
      quiet = true
      try {
        return await work()
      } finally {
        quiet = false
        for (const late of held.splice(0)) late()
      }
    },
    end: clear,
  }
}

/** The questions that were asked so far grow with what is read; those that were counted before do not. */
export function withExpected(event: ProgressEvent, expected: number): ProgressEvent {
  const { llm } = event
  return llm === undefined || llm.asked >= expected ? event : { ...event, llm: { ...llm, asked: expected } }
}

function progressLine(event: ProgressEvent, width: number): string {
  const share = shareDone(event)
  const filled = Math.round(share * 20)
  const bar = `${pc.cyan('━'.repeat(filled))}${pc.dim('━'.repeat(20 - filled))}`
  const room = Math.max(20, width - 23)
  const text = progressText(event)
  // Figures are worth more than the bar.
  if (event.work !== undefined && text.length > room)
    return `\r${workText(event.stage, event.work, width - 1).slice(0, width - 1)}`
  return `\r${bar} ${text.slice(0, room)}`
}

function shareDone({ work, bytesDone, bytesTotal }: ProgressEvent): number {
  if (work !== undefined) return work.total ? Math.min(1, work.done / work.total) : 0
  return bytesTotal === 0 ? 1 : bytesDone / bytesTotal
}

/** How far a run is, in words. */
export function progressText(event: ProgressEvent): string {
  return event.work === undefined ? readingText(event) : workText(event.stage, event.work)
}

function readingText({
  stage,
  bytesDone,
  bytesTotal,
  traces,
  examples,
  dropped,
  unreadable,
  seconds,
  llm,
}: ProgressEvent): string {
  const rate = seconds > 0 ? bytesDone / seconds : 0
  const left = rate > 0 ? (bytesTotal - bytesDone) / rate : 0
  const percent = bytesTotal === 0 ? 100 : Math.floor((bytesDone / bytesTotal) * 100)
  const parts = [
    `${stage} ${String(percent).padStart(3)} %`,
    counted(traces, 'trace'),
    counted(examples, 'example'),
    dropped > 0 && `${count(dropped)} dropped`,
    unreadable > 0 && `${count(unreadable)} unreadable`,
    rate > 0 && stage === 'read' && `${bytes(rate)}/s`,
    // Where models are asked, they say how long it takes.
    left >= 1 && stage === 'read' && llm?.secondsLeft === undefined && `${duration(left)} left`,
    llm !== undefined && llmText(llm),
  ]
  return parts.filter(Boolean).join(' · ')
}

/** How far the questions to models are. */
function llmText(llm: LlmProgress): string {
  const { asked, done, cached, failed, requestLimit, tokenLimit, spentUsd, projectedUsd, budgetUsd } = llm
  const against = (amount: number, limit: number | undefined, what: string): string =>
    `${count(amount)}${limit === undefined ? '' : `/${count(limit)}`} ${what}/min`
  const parts = [
    `questions ${count(done + cached + failed)}/${count(asked)}`,
    cached > 0 && `${count(cached)} paid before`,
    failed > 0 && `${count(failed)} failed`,
    against(llm.requestsPerMinute, requestLimit, 'requests'),
    against(llm.tokensPerMinute, tokenLimit, 'tokens'),
    spentUsd !== undefined &&
      `${dollars(spentUsd)}${budgetUsd === undefined ? '' : ` of ${dollars(budgetUsd)}`}`,
    spentUsd !== undefined &&
      projectedUsd !== undefined &&
      projectedUsd > spentUsd &&
      `→ ${dollars(projectedUsd)}`,
    llm.secondsLeft !== undefined && llm.secondsLeft >= 1 && `${duration(llm.secondsLeft)} left`,
  ]
  return parts.filter(Boolean).join(' · ')
}

export function dollars(amount: number): string {
  return `$${amount.toFixed(amount < 1 ? 4 : 2)}`
}

export function count(value: number): string {
  return value.toLocaleString('en-US')
}

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let amount = value
  let unit = 0
  while (amount >= 1000 && unit < units.length - 1) {
    amount /= 1000
    unit++
  }
  return `${unit === 0 ? Math.round(amount) : amount.toFixed(amount < 10 ? 1 : 0)} ${units[unit]}`
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
