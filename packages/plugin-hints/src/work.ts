import { hash } from 'node:crypto'
import { type AugmentContext, counted, type Example, type GroupMember } from '@sftkit/core'
import { aggregate } from './aggregate/aggregate.ts'
import { isEmpty } from './aggregate/types.ts'
import { extract } from './extract/extract.ts'
import type { Gate } from './extract/gate.ts'
import { type Prompts, readPrompts } from './extract/prompts.ts'
import type { ParsedOptions } from './options.ts'
import { hintedRow } from './rows/hinted-row.ts'
import type { TrialFacts } from './rows/metadata.ts'
import { taskExample } from './rows/task-example.ts'
import { withoutSolution } from './solution/withhold.ts'
import { type Files, filesOfRows, readTemplate } from './task/files.ts'
import { taskTextOf } from './task/task-text.ts'
import { attemptsOf } from './trial/attempts.ts'

/** What a team brings as files; read once in each thread, when it is first needed. */
export interface TeamFiles {
  readonly prompts: Prompts
  readonly template: Files
}

export function readTeamFiles(options: ParsedOptions, root: string): TeamFiles {
  return { prompts: readPrompts(options.prompts, root), template: readTemplate(options.template, root) }
}

/** What the files say, for the key by which finished work is found again. */
export function teamFilesKey({ prompts, template }: TeamFiles): string {
  return hash('sha256', JSON.stringify([prompts, template])).slice(0, 16)
}

/** A trial from its attempts to its rows: a task with hints, and a training row. */
export async function hintsOfTrial(
  key: string,
  members: readonly GroupMember[],
  options: ParsedOptions,
  { prompts, template }: TeamFiles,
  gate: Gate,
  context: AugmentContext,
): Promise<readonly Example[]> {
  const trial = attemptsOf(members)
  const task = taskTextOf(trial.attempts, options.taskMarkers)
  const [first] = trial.attempts
  if (first === undefined) return []
  if (task === undefined) {
    context.drop(first.trace, 'no-task-text', `trial ${key}`)
    return []
  }
  const extracted = await Promise.all(
    trial.attempts.map((attempt) => gate(() => extract(attempt, task.text, prompts, options, context))),
  )
  const { hints: all, contradicted } = aggregate(extracted)
  const { hints, withheld } =
    options.solutionCheck === false
      ? { hints: all, withheld: [] }
      : withoutSolution(all, extracted, task.text, options.solutionCheck)
  const facts: TrialFacts = { key, trial, task, extracted, hints, contradicted, withheld }
  const example = taskExample(facts, { ...template, ...filesOfRows(trial.attempts) }, options.prefix, context)
  if (isEmpty(hints)) {
    const unanswered = extracted.filter(({ failure }) => failure !== undefined).length
    context.drop(
      example,
      'no-hints',
      `${unanswered} of ${counted(extracted.length, 'attempt')} got no answer`,
    )
    return []
  }
  const row = options.rows === 'none' ? undefined : hintedRow(facts, options.rows, context)
  return row === undefined ? [example] : [example, row]
}
