import { counted } from '@sftkit/core'
import type { TrialCounts } from './trial-facts.ts'

export interface SummaryLine {
  readonly level: 'info' | 'warn'
  readonly text: string
}

/** What a run's log says about all trials. */
export function summaryOf(trials: Iterable<TrialCounts>): SummaryLine[] {
  const all = [...trials]
  if (all.length === 0) return []
  const sum = (of: (trial: TrialCounts) => number): number =>
    all.reduce((total, trial) => total + of(trial), 0)
  const count = (wanted: (trial: TrialCounts) => boolean): number => all.filter(wanted).length
  const steps = count(({ rows }) => rows === 'steps')
  const fallback = count(({ task }) => task === 'first-message')
  const unnamed = count(({ named }) => !named)
  const untested = count(({ tested }) => !tested)
  const info = (text: string): SummaryLine => ({ level: 'info', text })
  const warn = (text: string): SummaryLine => ({ level: 'warn', text })
  const judged = sum((trial) => trial.judged)
  const cut = sum((trial) => trial.cut)
  const contradicted = sum((trial) => trial.contradicted)
  const withheld = sum((trial) => trial.withheld)
  const unanswered = sum((trial) => trial.unanswered)
  const lines = [
    info(
      `${counted(all.length, 'trial')} with ${counted(
        sum(({ episodes }) => episodes),
        'attempt',
      )}; ${rowsText(steps, all.length)}`,
    ),
    judged > 0 && info(`${counted(judged, 'attempt')} without an outcome: judged by the model`),
    cut > 0 &&
      info(
        `${counted(cut, 'attempt')} longer than maxTraceTokens: losses.jsonl says what the model did not see`,
      ),
    contradicted > 0 && info(`${counted(contradicted, 'hint')} given up for what successful attempts say`),
    withheld > 0 && info(`${counted(withheld, 'hint')} withheld, for giving the solution away`),
    unanswered > 0 && warn(`${counted(unanswered, 'attempt')} without an answer: losses.jsonl has them`),
    unnamed > 0 && warn(`${counted(unnamed, 'row')} without trial_name: each is a trial of its own`),
    fallback > 0 &&
      warn(
        `${counted(fallback, 'trial')} without a task marker: the task is the whole first message. Set taskMarkers to what stands before the task`,
      ),
    untested > 0 &&
      warn(
        `${counted(untested, 'task')} with a placeholder for a test: give the rows a test_script, or the plugin a template with tests/test.sh`,
      ),
  ]
  return lines.filter((line) => line !== false)
}

function rowsText(steps: number, all: number): string {
  if (steps === 0) return 'each row is an attempt'
  if (steps === all) return 'rows are steps, the longest of each chain is the attempt'
  return `rows are steps in ${counted(steps, 'trial')}, attempts in the others`
}
